"""What the walk meets: one row of every register in each of two towns, and something of everything else."""

from dataclasses import dataclass
from typing import Any

import pytest

from anning.accounts.models import Organisation
from anning.tasks.models import Draft
from anning.ui.models import Attachment
from anning.ui.records.register import Register, every
from anning.vault import store
from tests.district import District
from tests.samples import make_row

MARK_A, MARK_B, MARK_SHARED = "QZMARKA", "QZMARKB", "QZSHARED"


@dataclass(frozen=True)
class Town:
    """The rows of one town, by register, whose every text carries ``mark``, and a file beside each."""

    mark: str
    government: Organisation
    rows: dict[str, Any]
    files: dict[str, Attachment]


def fill(mark: str, government: Organisation) -> Town:
    """Make one row of every register for the town; what is shared by all carries no town's mark."""
    marks = {
        each.name: mark if each.model.scope_area or each.model.scope_organisation else MARK_SHARED for each in every()
    }
    rows = {each.name: make_row(each.model, marks[each.name], government) for each in every()}
    make_row(Draft, mark, government, approval=rows["approval-book"], number=1)  # a paper always has a text
    files = {name: _file(rows[name], each) for name, each in marks.items()}
    return Town(mark, government, rows, files)


def _file(row: Any, mark: str) -> Attachment:
    """Keep a picture beside the row whose name and bytes carry the mark."""
    kept = store.keep([mark.encode()])
    named = {"name": f"{mark}.jpg", "kind": Attachment.Kind.PICTURE, "media_type": "image/jpeg", "by": "system"}
    made: Attachment = Attachment.all_objects.create(
        about=row.subject, sha256=kept.sha256, small_sha256=kept.sha256, size=kept.size, **named
    )
    return made


@pytest.fixture
def town_a(district: District) -> Town:
    """Town A with a marked row of every register."""
    return fill(MARK_A, district.town_a.government)


@pytest.fixture
def town_b(district: District) -> Town:
    """Town B with a marked row of every register."""
    return fill(MARK_B, district.town_b.government)


def scoped_registers() -> list[Register]:
    """Return the registers whose rows belong to a place."""
    return [register for register in every() if register.model.scope_area or register.model.scope_organisation]
