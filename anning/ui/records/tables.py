"""The table of a list: a django-tables2 table made from the declaration."""

from dataclasses import dataclass
from typing import Any

import django_tables2
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from anning.ui.records import fields
from anning.ui.records.register import Register


class Cell(django_tables2.Column):  # type: ignore[misc]
    """One column: masked, labelled and linked as the declaration says."""

    def __init__(self, register: Register, path: str, *, is_first: bool, is_sortable: bool) -> None:
        self.look = "num" if fields.is_number(register, path) else "short" if fields.is_short(register, path) else ""
        super().__init__(
            verbose_name=register.label(path), accessor=path, orderable=is_sortable,
            order_by=(path, "pk"), empty_values=(), attrs={"th": {"class": self.look}} if self.look else {},
        )  # fmt: skip
        self.register, self.path, self.is_first = register, path, is_first

    def render(self, record: Any) -> str | SafeString:
        """Return the cell's text, as a link in the first column and as a badge in the chips column."""
        text = fields.text_of(self.register, record, self.path)
        if self.is_first:
            return format_html('<a href="{}/">{}</a>', record.pk, text or "—")
        return (
            badge(self.register, str(getattr(record, self.path, "")), text)
            if self.path == self.register.chips
            else text
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One row ready to be drawn: key, title, cells as (class, content), further links."""

    key: int
    title: str
    cells: list[tuple[str, str | SafeString]]
    links: list[tuple[Any, str]]


def lines_of(register: Register, table: Any) -> list[Line]:
    """Return the rows of the table's page. Drawn past django-tables2: its bound rows cost more than the database."""
    cells = [bound.column for bound in table.columns]
    return [
        Line(row.pk, str(row), [(cell.look, cell.render(row)) for cell in cells], register.links(row))
        for row in table.page.object_list.data
    ]


MARKS = {"ok": "mark-ok", "warn": "mark-warn", "off": "mark-quiet", "bad": "mark-bad"}


def badge(register: Register, value: str, text: str) -> str | SafeString:
    """Return a state in a frame of its declared tone; plain where none is declared."""
    mark = MARKS.get(register.tones.get(value, ""))
    return format_html('<span class="mark {}">{}</span>', mark, text) if mark else text


def columns_of(register: Register, chosen: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the columns to show: the user's choice as far as it still exists, or the declared ones."""
    offered = offered_columns(register)
    return tuple(path for path in chosen if path in offered) or register.columns


def offered_columns(register: Register) -> tuple[str, ...]:
    """Return every column that may be shown: declared, further ones, and those every record has."""
    return tuple(dict.fromkeys((*register.columns, *register.more_columns, *register.fields, "changed_at")))


def sortable(register: Register, path: str) -> bool:
    """Whether the database can sort by the column: a stored field that is not ciphertext."""
    try:
        field = register.field(path)
    except Exception:
        return False
    return bool(field.concrete) and path not in register.masked


def table_of(register: Register, found: QuerySet[Any], columns: tuple[str, ...], *, order: str = "") -> Any:
    """Return the table of the rows found."""
    cells = {
        path: Cell(register, path, is_first=place == 0, is_sortable=sortable(register, path))
        for place, path in enumerate(columns)
    }
    made = type("RegisterTable", (django_tables2.Table,), cells)
    return made(found, order_by=order or None, template_name="records/_table.html")


def url_of(register: Register, row: Any) -> str:
    """Return the short permanent address of a row."""
    return reverse("records:detail", args=[register.name, row.pk])
