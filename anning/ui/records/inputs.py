"""Form fields of records: a row of another register, a day, a span of days."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from anning.kernel.actor import Actor
from anning.ui.records import selectors

MANY, FEW = 300, 60  # options that a form, or a filter, offers at once; beyond it one types
TYPED = "="  # marks what was typed instead of chosen
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


class RowSelect(forms.Select):
    """A select of rows; with many rows it holds only the chosen one, and a box takes a name or a code."""

    template_name = "records/_row_select.html"

    def __init__(self, rows: QuerySet[Any], limit: int, url: str = "") -> None:
        super().__init__()
        self.rows, self.limit, self.url = rows, limit, url
        self.is_long = False

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        """Read the options once, when they are drawn."""
        some = list(self.rows[: self.limit + 1])
        self.is_long = len(some) > self.limit
        if self.is_long:
            some = list(self.rows.filter(pk__in=[v for v in value if str(v).isdigit()]))
        self.choices = [("", "---------" if not self.is_required else ""), *((row.pk, str(row)) for row in some)]
        return super().optgroups(name, value, attrs)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the box for typing."""
        typed = str(value)[1:] if str(value or "").startswith(TYPED) else ""
        context = super().get_context(name, "" if typed else value, attrs)
        return context | {"is_long": self.is_long, "typed": typed, "url": self.url}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was typed, marked, or else what was chosen."""
        typed = str(data.get(f"{name}__typed", "")).strip()
        return f"{TYPED}{typed}" if typed else super().value_from_datadict(data, files, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether neither part was sent."""
        return name not in data and f"{name}__typed" not in data


class RowField(forms.Field):
    """A row inside the actor's scope, chosen by key or typed by name, initials or code."""

    def __init__(self, *, column: Any, actor: Actor, limit: int = MANY, url: str = "", **options: Any) -> None:
        self.column, self.actor = column, actor
        self.rows = selectors.choices(column, actor)
        super().__init__(widget=RowSelect(self.rows, limit, url), **options)

    def prepare_value(self, value: Any) -> Any:
        """Return the key of a row."""
        return value.pk if isinstance(value, Model) else value

    def to_python(self, value: Any) -> Any:
        """Return the row, None for nothing. Raises ValidationError for what names none, or several."""
        text = str(self.prepare_value(value) or "").strip()
        if not text:
            return None
        if text.startswith(TYPED):
            return self._typed(text[1:])
        is_key = text.isascii() and text.isdigit() and int(text) <= selectors.LARGEST_KEY
        row = self.rows.filter(pk=int(text)).first() if is_key else None
        if row is None:
            raise ValidationError(
                _("所选的%s不存在，或不在您的管辖范围内") % self.column.related_model._meta.verbose_name
            )
        return row

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another row was chosen."""
        return str(self.prepare_value(initial) or "") != str(data or "")

    def _typed(self, text: str) -> Any:
        exact = selectors.named(self.rows, text)
        found = exact or list(selectors.matching_choices(self.column, self.actor, text)[:4])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("没有找到“%s”，请核对名称或编码") % text[:40])
        names = "、".join(str(row) for row in found[:3])
        raise ValidationError(
            _("“%(text)s”对应多条：%(names)s 等，请写全称或编码") % {"text": text[:40], "names": names}
        )


class DayField(forms.DateField):
    """A day, shown by the browser's own date input."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        limits = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
        super().__init__(**{"validators": limits, **options})


class SpanWidget(forms.MultiWidget):
    """Two date inputs, ``…_min`` and ``…_max``."""

    def __init__(self) -> None:
        day = {"type": "date"}
        inputs: dict[str, Any] = {
            "min": forms.DateInput(day | {"aria-label": _("从")}),
            "max": forms.DateInput(day | {"aria-label": _("到")}),
        }
        super().__init__(inputs)

    def decompress(self, value: Any) -> list[Any]:
        """Return both days of a span."""
        return [value.start, value.stop] if value else [None, None]


class DaySpan(forms.MultiValueField):
    """A span of days as a slice; either end may be open."""

    widget = SpanWidget

    def __init__(self, **options: Any) -> None:
        super().__init__([DayField(required=False), DayField(required=False)], require_all_fields=False, **options)

    def compress(self, days: list[Any]) -> Any:
        """Return the span, None when both ends are open."""
        return slice(*days) if any(days) else None
