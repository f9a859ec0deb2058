"""The declaration of a register (台账): one class says what its pages, files and API need."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anning.accounts import permissions
from anning.journal.models import Record
from anning.kernel.errors import NotFound
from anning.ui.registries import NavItem, Text, nav_items

VERBS: dict[str, Text] = {
    "view": _("查看"),
    "add": _("新增"),
    "change": _("修改"),
    "delete": _("删除"),
    "import": _("导入"),
    "export": _("导出"),
    "reveal": _("查看完整信息"),
}


class Register:
    """One register. Only ``model``, ``name``, ``columns`` and ``form`` must be declared.

    Field names may follow foreign keys (``organisation__area``) in ``columns``, ``filters`` and ``search``.
    """

    model: ClassVar[type[Record]]
    name: ClassVar[str]  # URL /r/<name>/, API /api/<name>
    columns: ClassVar[tuple[str, ...]]  # shown in the list
    form: ClassVar[tuple[tuple[Text, tuple[str, ...]], ...]]  # groups of editable fields

    title: ClassVar[Text] = ""  # default: the model's plural name
    help: ClassVar[Text] = ""  # what the register is for; shown on its list when empty and in the help
    more_columns: ClassVar[tuple[str, ...]] = ()  # offered by the column chooser, not shown at first
    filters: ClassVar[tuple[str, ...]] = ()  # the first four stand in the search row, the rest behind 展开
    # Questions that no column answers, offered as 只看: name -> (label, how to cut the rows).
    questions: ClassVar[dict[str, tuple[Text, Callable[[models.QuerySet[Any]], models.QuerySet[Any]]]]] = {}
    search: ClassVar[tuple[str, ...]] = ()  # what the search box looks into; put "initials" here
    chips: ClassVar[str] = ""  # a field with choices: chips with counts above the list
    tones: ClassVar[dict[str, str]] = {}  # value of the chips field -> "ok", "warn", "off" (badge look)
    order: ClassVar[tuple[str, ...]] = ()  # default: the model's ordering; most urgent first
    facts: ClassVar[tuple[str, ...]] = ()  # read-only fields that the detail page adds to those of the form
    form_only: ClassVar[tuple[str, ...]] = ()  # answers to a question of the form, no facts of the record
    bulk: ClassVar[tuple[str, ...] | None] = None  # default: choices, booleans, dates and foreign keys of the form
    key: ClassVar[tuple[str, ...]] = ()  # the idempotent key of imports; empty: nothing is imported
    spare_key: ClassVar[tuple[str, ...]] = ()  # by which rows are known whose key is empty (an enterprise without code)
    labels: ClassVar[dict[str, Text]] = {}  # column headings that differ from the field's own name
    verbs: ClassVar[tuple[str, ...]] = ("view", "add", "change", "delete", "import", "export")
    nav: ClassVar[NavItem | None] = None
    searchable: ClassVar[bool] = True  # answers the global search box
    mapped: ClassVar[bool | None] = None  # default: whether the model has longitude and latitude
    position: ClassVar[int] = 100

    # A register whose verbs need more than the generic services names its own, with the same signature
    # (see anning.ui.records.services): {"create": ..., "change": ..., "delete": ..., "restore": ...}.
    services: ClassVar[dict[str, Callable[..., Any]]] = {}

    def rows(self) -> models.QuerySet[Any]:
        """Return the rows that the pages work on, before scope cuts them."""
        return self.model.objects.all()

    def links(self, row: Any) -> list[tuple[Text, str]]:
        """Return further actions of one row, (label, URL); shown under 更多 and on the detail page."""
        return []

    @property
    def options(self) -> Any:
        """The model's ``_meta``."""
        return self.model._meta

    @property
    def plural(self) -> Text:
        """What the register is called on screen."""
        return self.title or self.options.verbose_name_plural

    @property
    def noun(self) -> str:
        """The noun of journal kinds and subjects (``document``)."""
        return str(self.options.model_name)

    @property
    def groups(self) -> tuple[tuple[Text, tuple[str, ...]], ...]:
        """The form's groups; every record also carries its 密级, at the end unless declared elsewhere."""
        if not self.form or any("sensitivity" in names for _title, names in self.form):
            return self.form
        title, names = self.form[-1]
        return (*self.form[:-1], (title, (*names, "sensitivity")))

    @property
    def fields(self) -> tuple[str, ...]:
        """Every editable field, in the order of the form."""
        return tuple(name for _title, names in self.groups for name in names)

    @property
    def bulk_fields(self) -> tuple[str, ...]:
        """The fields that 批量修改 offers."""
        if self.bulk is not None:
            return self.bulk
        return tuple(name for name in self.fields if self._suits_bulk(self.field(name)))

    @property
    def personal(self) -> frozenset[str]:
        """Fields that never stand in the chain as text."""
        return frozenset((*getattr(self.model, "personal_fields", ()), *self.masked))

    @property
    def masked(self) -> tuple[str, ...]:
        """Fields shown in full only by a journaled reveal."""
        return tuple(getattr(self.model, "masked_fields", ()))

    @property
    def on_map(self) -> bool:
        """Whether rows have a place on the map."""
        return self.has_position if self.mapped is None else self.mapped

    @property
    def has_position(self) -> bool:
        """Whether rows have a longitude and a latitude."""
        return {"longitude", "latitude"} <= {f.name for f in self.options.get_fields()}

    @property
    def all_verbs(self) -> tuple[str, ...]:
        """The verbs this register allows."""
        verbs = tuple(v for v in self.verbs if v != "import" or self.key)
        return (*verbs, "reveal") if self.masked and "reveal" not in verbs else verbs

    def permission(self, verb: str) -> str:
        """Return the permission for ``verb`` (``office.change_document``)."""
        return f"{self.options.app_label}.{verb}_{self.noun}"

    def field(self, path: str) -> Any:
        """Return the model field at the end of ``path``. Raises FieldDoesNotExist."""
        model: Any = self.model
        found: Any = None
        for name in path.split("__"):
            found = model._meta.get_field(name)
            model = found.related_model
        return found

    def label(self, path: str) -> str:
        """Return the heading of a column or field."""
        if path in self.labels:
            return str(self.labels[path])
        try:
            return str(self.field(path).verbose_name)
        except FieldDoesNotExist:
            shown = getattr(self.model, path, None)
            return str(getattr(shown, "short_description", path))

    def related(self, paths: tuple[str, ...]) -> list[str]:
        """Return the foreign keys that must be joined to show ``paths``."""
        joins: set[str] = set()
        for path in paths:
            names = path.split("__")
            try:
                end = self.field(path)
            except FieldDoesNotExist:
                continue
            depth = len(names) if isinstance(end, models.ForeignKey) else len(names) - 1
            if depth:
                joins.add("__".join(names[:depth]))
        return sorted(joins)

    @staticmethod
    def _suits_bulk(field: Any) -> bool:
        kinds = (models.BooleanField, models.DateField, models.ForeignKey)
        return bool(field.choices or isinstance(field, kinds)) and not field.unique


_registers: dict[str, Register] = {}


def register(declared: type[Register]) -> type[Register]:
    """Take a declaration into the house: pages, permissions, navigation, search and map follow.

    Raises ValueError for a name that is taken and FieldDoesNotExist for a field that is not there.
    """
    made = declared()
    if made.name in _registers:
        raise ValueError(f"{made.name!r} is registered twice")
    for path in (*made.fields, *made.filters, *made.search, *made.key, *made.spare_key):
        made.field(path)
    for verb in made.all_verbs:
        permissions.declare(made.permission(verb), _label(verb, made.options.verbose_name))
    if made.nav:
        nav_items.add(made.nav.name, made.nav)
    _registers[made.name] = made
    from anning.ui.records import sources

    sources.offer(made)
    return declared


def find(name: str) -> Register:
    """Return the register called ``name``. Raises NotFound."""
    if name not in _registers:
        raise NotFound(gettext("没有这个台账"), gettext("请从左侧菜单进入"))
    return _registers[name]


def every() -> Iterator[Register]:
    """Yield all registers in order of ``position``."""
    yield from sorted(_registers.values(), key=lambda r: (r.position, r.name))


def of_model(model: type[models.Model]) -> Register | None:
    """Return the register of a model, if it has one."""
    return next((r for r in _registers.values() if r.model is model), None)


def of_noun(noun: str) -> Register:
    """Return the register whose rows the journal calls ``noun:…``, or a bare one. Raises NotFound."""
    models_of_noun = [m for m in apps.get_models() if issubclass(m, Record) and m._meta.model_name == noun]
    if not models_of_noun:
        raise NotFound(gettext("日志中的这个对象已不再使用"))
    return of_model(models_of_noun[0]) or bare(models_of_noun[0])


def bare(model: type[Record]) -> Register:
    """Return a nameless register of a model that has none, enough to journal its rows."""
    made: type[Register] = type("Bare", (Register,), {"model": model, "name": "", "columns": (), "form": ()})
    return made()


def autodiscover() -> None:
    """Import ``pages`` of every room, so that its registers are known."""
    autodiscover_modules("pages")


def _label(verb: str, noun: Text) -> Text:
    from django.utils.text import format_lazy

    return format_lazy("{}：{}", noun, VERBS[verb])
