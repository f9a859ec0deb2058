"""Rows of a spreadsheet as records: a django-import-export resource made from the declaration."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export import fields as columns
from import_export import resources, widgets

from anning.kernel.actor import Actor
from anning.kernel.clock import ZONE
from anning.kernel.errors import AnningError, Refused
from anning.kernel.pinyin import full
from anning.ui.records import fields, rows, selectors, services
from anning.ui.records.register import Register
from anning.ui.records.sheets import Formula

MOST_HEARD = 5000  # names among which another spelling is looked for
MOST_INDEXED = 20_000  # rows of another table that are read at once to know them by name
EXACT = 10**15  # a spreadsheet number keeps 15 digits
ENDINGS = "村镇乡"
YES, NO = {"是", "√", "有", "1", "true", "yes", "y"}, {"否", "×", "无", "0", "false", "no", "n"}
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
INSTANTS = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M")


def import_fields(register: Register) -> tuple[str, ...]:
    """Return the fields that a file may fill: those of the form that stand in the row itself and fit into a cell."""
    unfit = (models.ManyToManyField, models.JSONField)
    return tuple(n for n in register.fields if not isinstance(register.field(n), unfit))


def required_fields(register: Register) -> tuple[str, ...]:
    """Return the fields whose columns must be in a file."""
    asked = [n for n in import_fields(register) if not (f := register.field(n)).blank and not f.has_default()]
    return tuple(dict.fromkeys((*(register.spare_key or register.key), *asked)))


class CellWidget(widgets.Widget):  # type: ignore[misc]
    """Reads one cell for a model field, and says in Chinese what is wrong with it."""

    def __init__(self, register: Register, name: str, actor: Actor) -> None:
        super().__init__()
        self.field = register.field(name)
        self.actor = actor
        self.choices = {str(label): value for value, label in self.field.flatchoices} if self.field.choices else {}
        self._rows: dict[str, list[Any]] | None = None
        self._named: dict[str, list[Any]] = {}
        self._sounds: dict[str, list[str]] | None = None

    def clean(self, value: Any, row: Any = None, **facts: Any) -> Any:
        """Return the field's value. Raises ValueError."""
        if isinstance(value, Formula):
            raise ValueError(_("单元格是公式，请复制后“选择性粘贴为数值”"))
        if value is None or value == "":
            return self._nothing()
        if self.choices:
            return self._choice(text_of_cell(value))
        read = next((read for kind, read in READERS if isinstance(self.field, kind)), None)
        if isinstance(self.field, models.ForeignKey):
            return self._row(text_of_cell(value))
        return read(value) if read else text_of_cell(value)

    def _nothing(self) -> Any:
        if self.field.null:
            return None
        if self.field.has_default():
            return self.field.get_default()
        return "" if self.field.empty_strings_allowed else None

    def _choice(self, text: str) -> Any:
        if text in self.choices:
            return self.choices[text]
        for value in self.choices.values():
            if str(value) == text:
                return value
        raise ValueError(_("“%(text)s”不在允许的值中：%(all)s") % {"text": text[:30], "all": "、".join(self.choices)})

    def _row(self, text: str) -> Any:
        found = self._found(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(_("“%s”有多条同名记录，请填写编码") % text[:40])
        if near := self._alike(text):
            raise ValueError(_("没有找到“%(text)s”；是不是“%(near)s”？") % {"text": text[:40], "near": near})
        raise ValueError(_("没有找到“%s”，或不在您的管辖范围内") % text[:40])

    def _alike(self, text: str) -> str:
        """Return the names of the same sound: another spelling of what is meant."""
        if self._sounds is None:
            self._sounds = {}
            for key in (self._rows or {}) if len(self._rows or {}) <= MOST_HEARD else ():
                for sound in full(_bare(key)):
                    self._sounds.setdefault(sound, []).append(key)
        near = dict.fromkeys(key for sound in full(_bare(text)) for key in self._sounds.get(sound, []))
        return "”“".join(list(near)[:3])

    def _found(self, text: str) -> list[Any]:
        """Return the rows that a text names; of a very large table they are asked for one by one."""
        if self._rows is None and selectors.choices(self.field, self.actor)[MOST_INDEXED:].exists():
            if text not in self._named:
                self._named[text] = selectors.named(selectors.choices(self.field, self.actor), text)
            return self._named[text]
        return self._index().get(text, [])

    def _index(self) -> dict[str, list[Any]]:
        """Return the rows that may be named, by code, name and title; read once for the whole file."""
        if self._rows is None:
            self._rows = {}
            names = {f.name for f in self.field.related_model._meta.concrete_fields} & {*selectors.IDENTIFYING}
            for one in selectors.choices(self.field, self.actor):
                for key in {str(one), *(str(getattr(one, name)) for name in names)} - {""}:
                    self._rows.setdefault(key, []).append(one)
        return self._rows


def _bare(name: str) -> str:
    """Return a name without the ending that people leave out: 东王庄 is 东王庄村."""
    return name[:-1] if len(name) > 2 and name[-1] in ENDINGS else name


def text_of_cell(value: Any) -> str:
    """Return a cell as text: numbers without a decimal point, never in scientific notation. Raises ValueError."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            raise ValueError(_("数字过长，末位已被表格软件舍去；请把该列设为“文本”后重新填写"))
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d") if value.time() == datetime.min.time() else value.strftime("%Y-%m-%d %H:%M")
    text = str(value)
    head, mark, tail = text.upper().partition("E+")
    if mark and tail.isdigit() and head.replace(".", "", 1).isdigit():
        raise ValueError(_("“%s”是科学计数法，原来的数字已丢失；请把该列设为“文本”后重新填写") % text[:30])
    return text


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _parsed(text_of_cell(value), DAYS).date()


def _instant(value: Any) -> datetime:
    if not isinstance(value, datetime):
        value = _parsed(text_of_cell(value), (*INSTANTS, *DAYS))
    return value if value.tzinfo else value.replace(tzinfo=ZONE)  # type: ignore[no-any-return]


def _parsed(text: str, patterns: tuple[str, ...]) -> datetime:
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007  a spreadsheet knows no zone
        except ValueError:
            continue
    raise ValueError(_("“%s”不是日期，请写成 2026-11-23") % text[:30])


def _whole(value: Any) -> int:
    number = _number(value)
    if abs(number) >= EXACT or number != int(number):
        raise ValueError(_("“%s”不是整数") % str(value)[:30])
    return int(number)


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value).replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise ValueError(_("“%s”不是数字") % str(value)[:30]) from None
    if not number.is_finite() or abs(number) >= EXACT**2:
        raise ValueError(_("“%s”不是数字") % str(value)[:30])
    return number


def _yes(value: Any) -> bool:
    text = text_of_cell(value).lower()
    if text in YES | NO:
        return text in YES
    raise ValueError(_("“%s”应为“是”或“否”") % text[:30])


# In this order: an instant is also a day.
READERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (models.BooleanField, _yes),
    (models.DateTimeField, _instant),
    (models.DateField, _day),
    (models.IntegerField, _whole),
    (models.DecimalField, _number),
    (models.FloatField, lambda value: float(_number(value))),
)


class RecordResource(resources.ModelResource):  # type: ignore[misc]
    """Checks rows of a file, and writes them through the services."""

    register: Register

    def __init__(self, actor: Actor, *, update: bool, batch: str = "") -> None:
        super().__init__()
        self.actor, self.update, self.batch = actor, update, batch
        self.present: tuple[str, ...] = ()
        self.seen: dict[tuple[Any, ...], int] = {}
        self.before: dict[str, Any] = {}
        self._stored: dict[tuple[Any, ...], Any] = {}

    def load_stored(self, dicts: list[dict[str, Any]]) -> None:
        """Read the rows that the file may mean, by the first column of the key, in steps."""
        keys = [key for row in dicts if (key := self.key_of(row)) is not None]
        seen = selectors.rows(self.register, self.actor)
        for names in self._keys():
            values = list({key[1] for key in keys if key[0] == names[0]})
            for start in range(0, len(values), 500):
                for row in seen.filter(**{f"{names[0]}__in": values[start : start + 500]}):
                    cells = (getattr(row, self.register.field(n).attname) for n in names)
                    known = (names[0], *(fields.plain(None, cell) for cell in cells))
                    self._stored[known] = row

    def key_of(self, row: dict[str, Any]) -> tuple[Any, ...] | None:
        """Return the key of a row of the file, after its first field; the spare one when it is empty or not there.

        None when all is empty, or one of its cells cannot be read.
        """
        for names in self._keys():
            if any(self.fields[name].column_name not in row for name in names):
                continue
            try:
                key = tuple(fields.plain(None, self.fields[name].clean(row)) for name in names)
            except (ValueError, KeyError):
                return None
            if any(value not in (None, "") for value in key):
                return (names[0], *key)
        return None

    def _keys(self) -> list[tuple[str, ...]]:
        """Return the key and the spare one, if any."""
        return [names for names in (self.register.key, self.register.spare_key) if names]

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Any:
        """Return the stored record of the same key."""
        key = self.key_of(row)
        return self._stored.get(key) if key is not None else None

    def after_init_instance(self, instance: Any, new: bool, row: Any, **facts: Any) -> None:
        """Remember what stood there."""
        self.before = {} if new else fields.facts_of(self.register, instance, self.present)

    def import_field(self, field: Any, instance: Any, row: Any, is_m2m: bool = False, **facts: Any) -> None:
        """Read one cell; a masked value that an export wrote leaves the stored one as it is."""
        if field.column_name not in row:
            return
        value = row[field.column_name]
        if field.attribute in self.register.masked and "*" in str(value or ""):
            if value != fields.mask(getattr(instance, field.attribute)):
                raise ValueError(_("带 * 的内容不是完整信息，请填写完整或保持原样"))
            return
        super().import_field(field, instance, row, is_m2m, **facts)

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """Skip what is stored in the same words already."""
        if import_validation_errors or not instance.pk:
            return False
        return fields.facts_of(self.register, instance, self.present) == self.before

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Check a row as the services would, without writing."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        if instance.pk and not self.update:
            errors[NON_FIELD_ERRORS] = [_("已存在且内容不同；如需更新，请勾选“更新已存在数据”")]
        verb = "change" if instance.pk else "add"
        if not self.actor.may(self.register.permission(verb)):
            errors[NON_FIELD_ERRORS] = [_("您没有新增或修改的权限")]
        try:
            trusted = [n for n in self.present if self._is_read(instance, n)]
            rows.check(self.register, instance, self.actor, trusted=trusted, skip=errors)
        except Refused as error:
            for name, text in error.fields.items():
                errors.setdefault(name or NON_FIELD_ERRORS, [text])
        except AnningError as error:
            errors.setdefault(NON_FIELD_ERRORS, [f"{error.message}；{error.remedy}"])
        if errors:
            raise ValidationError(errors)

    def _is_read(self, instance: Any, name: str) -> bool:
        """Whether the field is a relation to a row that the widget has just read."""
        field = self.register.field(name)
        return isinstance(field, models.ForeignKey) and getattr(instance, field.attname) is not None

    def save_instance(self, instance: Any, is_create: bool, row: Any, **facts: Any) -> None:
        """Write through the services, so that permission, scope and journal are theirs."""
        if facts.get("dry_run"):
            return
        values = {name: getattr(instance, name) for name in self.present}
        if is_create:
            services.create(self.register, self.actor, values, kind="import", cause=self.batch)
        else:
            services.change(self.register, self.actor, instance.pk, values, kind="import", cause=self.batch)

    def save_m2m(self, instance: Any, row: Any, **facts: Any) -> None:
        """Leave lists of relations alone: files do not carry them."""


def resource_of(register: Register, actor: Actor, *, update: bool, batch: str = "") -> RecordResource:
    """Return the resource of a register for one file."""
    made: dict[str, Any] = {"register": register}
    for name in import_fields(register):
        widget = CellWidget(register, name, actor)
        made[name] = columns.Field(attribute=name, column_name=heading_of(register, name), widget=widget)
    meta = {
        "model": register.model,
        "fields": import_fields(register),
        "import_id_fields": register.key,
        "skip_diff": True,
        "clean_model_instances": True,
        "use_transactions": False,
    }
    made["Meta"] = type("Meta", (), meta)
    resource: RecordResource = type("RegisterResource", (RecordResource,), made)(actor, update=update, batch=batch)
    return resource


def heading_of(register: Register, name: str) -> str:
    """Return the heading of a field's column."""
    return register.label(name).replace(" ", "")
