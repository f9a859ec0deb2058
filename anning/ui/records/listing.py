"""One list as somebody sees it: filters, chips, columns, order, page."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from anning.accounts.models import User
from anning.kernel.actor import Actor
from anning.ui.models import ListPreference
from anning.ui.records import selectors, tables
from anning.ui.records.filters import IN_ROW, Filters, filters_of
from anning.ui.records.register import Register
from anning.vault.fields import EncryptedTextField

SIZES = (20, 50, 100)
LARGE, STALE_S = 20_000, 5  # counts of more rows are kept for some seconds: they cost more than the page itself
BULKY = (models.TextField, models.JSONField, EncryptedTextField)


class KnownPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that is told the number of rows, so that it is not counted twice."""

    def __init__(self, rows: Any, per_page: int, *, total: int) -> None:
        super().__init__(rows, per_page)
        self.count = total


@dataclass(frozen=True, slots=True)
class Chip:
    """A state chip: how many rows stand there, and the query that shows them."""

    label: str
    count: int
    query: str
    is_here: bool


class Listing:
    """The list of ``register`` for one request."""

    def __init__(self, register: Register, actor: Actor, request: HttpRequest) -> None:
        self.register, self.actor, self.query = register, actor, request.GET
        self.preference = preference_of(request.user, register)

    @cached_property
    def filters(self) -> Filters:
        """The filters in force."""
        return filters_of(self.register, self.actor, self.query, selectors.rows(self.register, self.actor))

    @cached_property
    def found(self) -> QuerySet[Any]:
        """The rows that match, unpaged. A filter that makes no sense finds nothing."""
        found: QuerySet[Any] = self.filters.qs if self.filters.form.is_valid() else self.filters.queryset.none()
        return found

    @cached_property
    def counts(self) -> dict[Any, int]:
        """Rows by chip, with all other filters in force; of a very large register a few seconds old at most."""
        if not self.register.chips:
            return {}
        rest = without(self.query, self.register.chips)
        asked = (
            self.register.name,
            self.actor.scope,
            sorted((name, values) for name, values in rest.lists() if name not in {"sort", "per_page"}),
        )
        key = f"chips:{sha256(repr(asked).encode('utf-8', 'replace')).hexdigest()}"
        known: dict[Any, int] | None = cache.get(key)
        if known is None:
            others = filters_of(self.register, self.actor, rest, selectors.rows(self.register, self.actor))
            rows = others.qs if others.form.is_valid() else others.queryset.none()
            known = selectors.count_by_chip(self.register, rows)
            if sum(known.values()) > LARGE:
                cache.set(key, known, STALE_S)
        return known

    @cached_property
    def total(self) -> int:
        """How many rows match; known from the chips where there are some."""
        chosen = self.query.get(self.register.chips, "") if self.register.chips else None
        if chosen is None or not self.filters.form.is_valid():
            return self.found.count()
        return self.counts.get(chosen, 0) if chosen else sum(self.counts.values())

    @property
    def chips(self) -> list[Chip]:
        """The chips above the list, 全部 first."""
        if not self.register.chips:
            return []
        chosen = self.query.get(self.register.chips, "")
        rest = without(self.query, self.register.chips)
        made = [Chip(_("全部"), sum(self.counts.values()), rest.urlencode(), not chosen)]
        for value, label in self.register.field(self.register.chips).flatchoices:
            query = rest.copy()
            query[self.register.chips] = value
            made.append(Chip(str(label), self.counts.get(value, 0), query.urlencode(), chosen == str(value)))
        return made

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns to show."""
        return tables.columns_of(self.register, tuple(self.preference.columns))

    @property
    def offered(self) -> list[tuple[str, str, bool]]:
        """Every column of the chooser: name, heading, whether it is shown."""
        offered = tables.offered_columns(self.register)
        return [(path, self.register.label(path), path in self.columns) for path in offered]

    @cached_property
    def size(self) -> int:
        """Rows on a page."""
        asked = self.query.get("per_page", "")
        size = int(asked) if asked in {str(s) for s in SIZES} else self.preference.page_size
        return size if size in SIZES else SIZES[0]

    @property
    def sizes(self) -> list[tuple[int, str, bool]]:
        """The page lengths, with their queries."""
        rest = without(self.query, "per_page")
        return [(size, f"{rest.urlencode()}&per_page={size}".lstrip("&"), size == self.size) for size in SIZES]

    @cached_property
    def table(self) -> Any:
        """The table, sorted and paged."""
        rows = slim(self.register, self.found, self.columns)
        table = tables.table_of(self.register, rows, self.columns, order=self.query.get("sort", ""))
        pages = KnownPaginator(table.rows, self.size, total=self.total)
        table.paginator, table.page = pages, pages.get_page(self.query.get("page", 1))
        return table

    @property
    def row_fields(self) -> list[Any]:
        """The fields of the search row."""
        return [self.filters.form[name] for name in list(self.filters.form.fields)[: IN_ROW + 1] if self.is_field(name)]

    @property
    def more_fields(self) -> list[Any]:
        """The fields behind 展开."""
        return [self.filters.form[name] for name in list(self.filters.form.fields)[IN_ROW + 1 :] if self.is_field(name)]

    @property
    def is_open(self) -> bool:
        """Whether a filter behind 展开 is in force."""
        names = list(self.filters.form.fields)[IN_ROW + 1 :]
        return any(self.query.get(key) for name in names for key in (name, f"{name}_min", f"{name}_max"))

    @property
    def chosen_chip(self) -> str:
        """The value of the chip in force."""
        return self.query.get(self.register.chips, "") if self.register.chips else ""

    @property
    def problem(self) -> str:
        """What is wrong with the filters, if anything."""
        form = self.filters.form
        bad = [f"{form[name].label}：{'；'.join(texts)}" for name, texts in form.errors.items() if name in form.fields]
        return "".join(bad)

    @property
    def pages(self) -> list[tuple[str, str | None, bool]]:
        """The pager: label, query (None for a gap), whether it is this page."""
        page = self.table.page
        rest = without(self.query, "page")
        made: list[tuple[str, str | None, bool]] = []
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
            query = None if isinstance(number, str) else f"{rest.urlencode()}&page={number}".lstrip("&")
            made.append((str(number), query, number == page.number))
        return made

    def is_field(self, name: str) -> bool:
        """Whether a filter stands in the search row; the chips have their own place."""
        return name != self.register.chips

    @property
    def filter_chips(self) -> list[Any]:
        """The filters in force, removable."""
        return list(self.filters.chips(self.query))

    @property
    def rest(self) -> str:
        """The query without its page, for links to exports, papers and bulk changes."""
        return without(self.query, "page").urlencode()


def without(query: QueryDict, name: str) -> QueryDict:
    """Return the query without one parameter and without its page."""
    rest = query.copy()
    rest.pop(name, None)
    rest.pop("page", None)
    return rest


def slim(register: Register, found: QuerySet[Any], columns: tuple[str, ...]) -> QuerySet[Any]:
    """Join what the columns show, and leave long and encrypted columns that are not shown in the database."""
    unseen = [f.name for f in register.options.concrete_fields if isinstance(f, BULKY) and f.name not in columns]
    many = [path for path in columns if path in {f.name for f in register.options.many_to_many}]
    return found.select_related(*register.related(columns)).defer(*unseen).prefetch_related(*many)


def preference_of(user: Any, register: Register) -> ListPreference:
    """Return how the user likes this list, or the usual way."""
    usual = ListPreference(register=register.name)
    if not isinstance(user, User):
        return usual
    return ListPreference.objects.filter(user=user, register=register.name).first() or usual
