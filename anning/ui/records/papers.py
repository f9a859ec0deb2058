"""What a record looks like on paper: groups of labelled facts, as in a form of the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anning.ui.records import fields
from anning.ui.records.register import Register

STAMPS = ("created_at", "changed_at")


@dataclass(frozen=True, slots=True)
class Cell:
    """One labelled fact; a long one takes the whole width."""

    name: str
    label: str
    text: str
    is_masked: bool
    is_wide: bool


def groups_of(register: Register, row: Any, *, full: bool = False) -> list[tuple[str, list[Cell]]]:
    """Return the facts of a record by group; further facts and the stamps come last."""
    groups = [
        (str(title), [cell_of(register, row, name, full=full) for name in names if name not in register.form_only])
        for title, names in register.groups
    ]
    rest = [cell_of(register, row, name, full=full) for name in (*register.facts, *STAMPS)]
    return [*groups, (_("登记信息"), [Cell("uid", register.label("uid"), row.uid, False, False), *rest])]


def cell_of(register: Register, row: Any, name: str, *, full: bool = False) -> Cell:
    """Return one fact of a record."""
    text = fields.text_of(register, row, name, full=full)
    is_masked = name in register.masked and bool(text) and not full
    return Cell(name, register.label(name), text, is_masked, len(text) > 40 or "\n" in text)


def lines_of(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Return the facts two on a line, a long one alone."""
    lines: list[list[Cell]] = []
    for cell in cells:
        if cell.is_wide or not lines or len(lines[-1]) == 2 or lines[-1][0].is_wide:
            lines.append([cell])
        else:
            lines[-1].append(cell)
    return lines
