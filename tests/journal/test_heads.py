"""Signed heads are kept for every hour and shift, and handed outside."""

import json
from datetime import datetime, time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from anning.journal.duties import keep_due_head
from anning.journal.heads import SignedHead, export_head, slot_of
from anning.journal.models import Entry, Head
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import NotAllowed, Refused

SHIFTS = (time(8, 30), time(17, 30))


@pytest.mark.parametrize(
    ("at", "slot"),
    [("08:29", "08:00"), ("08:30", "08:30"), ("08:59", "08:30"), ("09:00", "09:00"), ("00:10", "00:00")],
)
def test_a_slot_is_the_hour_or_shift_that_began_last(at: str, slot: str) -> None:
    now = datetime.fromisoformat(f"2026-11-24T{at}").replace(tzinfo=clock.ZONE)

    assert slot_of(now, SHIFTS) == f"2026-11-24T{slot}"


def test_one_head_is_kept_per_slot(chain: list[Entry]) -> None:
    keep_due_head()
    keep_due_head()

    kept = Head.objects.get()
    assert (kept.seq, kept.digest) == (6, chain[-1].digest)
    assert SignedHead.of(kept).is_genuine


def test_nothing_is_kept_while_nothing_is_sealed(db: None) -> None:
    keep_due_head()

    assert not Head.objects.exists()
    with pytest.raises(Refused):
        export_head(Actor("token:1", frozenset({"journal.export_head"})))


def test_a_head_leaves_only_with_the_permission(chain: list[Entry]) -> None:
    with pytest.raises(NotAllowed):
        export_head(Actor("token:1"))

    assert export_head(Actor("token:1", frozenset({"journal.export_head"}))).seq == 6


def test_the_command_prints_a_head_that_verifies(chain: list[Entry]) -> None:
    out = StringIO()
    call_command("journal_head", stdout=out)

    assert SignedHead.read(json.loads(out.getvalue())).is_genuine


def test_the_command_says_when_there_is_nothing_to_sign(db: None) -> None:
    with pytest.raises(CommandError, match="尚无"):
        call_command("journal_head")
