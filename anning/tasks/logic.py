"""Judgements about tasks and approvals: values in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any, Protocol, TypeVar

# Who presses which button: the one who must do it, or the one who gave it.
ANSWERS = frozenset({"acknowledge", "finish", "send_back", "transfer"})
MANAGES = frozenset({"reassign", "extend", "rework", "cancel"})
ALIKE = 0.5  # paragraphs that share less are shown as one gone and one new: confetti would help nobody
NEEDS_REASON = frozenset({"send_back", "transfer", "reassign", "extend", "rework", "cancel"})


class Policy(Protocol):
    """What choosing a policy asks of it."""

    kind: str
    urgency: int
    name: str


P = TypeVar("P", bound=Policy)


def best_policy(policies: Iterable[P], kind: str, urgency: int) -> P | None:
    """Return the policy that fits closest: one for this kind before one for all, then the highest urgency it asks."""
    fitting = [p for p in policies if p.kind in ("", kind) and p.urgency <= urgency]
    return max(fitting, key=lambda p: (p.kind == kind, p.urgency, p.name), default=None)


def due_after(steps: Sequence[dict[str, Any]], step: int, since: datetime) -> datetime | None:
    """Return when ``step`` is due, counted from when the one before was due; None past the end of the chain.

    Counted from the due time, not from when the worker came to it: the danger's clock does not stop with the worker.
    """
    return since + timedelta(minutes=steps[step]["after_minutes"]) if step < len(steps) else None


def promise(due_at: datetime | None, now: datetime, asked: datetime | None, hold: timedelta) -> datetime:
    """Return until when an acknowledgement holds: what was promised, else the deadline, else so long from now.

    An acknowledgement always carries an end, so that what is acknowledged and forgotten is heard of again.
    """
    if asked and asked > now:
        return min(asked, due_at) if due_at and due_at > now else asked
    return due_at if due_at and due_at > now else now + hold


def must_not_wait(due_at: datetime | None, now: datetime, minutes: int) -> bool:
    """Whether the deadline is so near that a report may no longer wait for a signature."""
    return due_at is not None and due_at - now < timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: ``kind`` is "same", "added" or "removed"."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[list[Piece]]:
    """Return ``after`` paragraph by paragraph, each in pieces that say what is new and what is gone."""
    old, new = before.splitlines(), after.splitlines()
    found: list[list[Piece]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [[Piece("same", line)] for line in new[j1:j2]]
        else:
            found += _rewritten(old[i1:i2], new[j1:j2])
    return found


def _rewritten(old: list[str], new: list[str]) -> list[list[Piece]]:
    """Compare paragraphs that were rewritten: each new one with the next old one that it resembles."""
    found: list[list[Piece]] = []
    fresh: list[list[Piece]] = []  # new ones that resemble none; shown after what is gone
    for line in new:
        like = next((i for i, before in enumerate(old) if _likeness(before, line) >= ALIKE), None)
        if like is None:
            fresh.append([Piece("added", line)])
            continue
        found += [[Piece("removed", gone)] for gone in old[:like]] + fresh + [_inside(old[like], line)]
        old, fresh = old[like + 1 :], []
    return found + [[Piece("removed", gone)] for gone in old] + fresh


def _likeness(before: str, after: str) -> float:
    """Return how much two paragraphs share, from 0 to 1; the quick upper bounds spare most of the work."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def _inside(before: str, after: str) -> list[Piece]:
    """Compare two versions of one paragraph character by character."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", after[j1:j2]))
            continue
        if i2 > i1:
            pieces.append(Piece("removed", before[i1:i2]))
        if j2 > j1:
            pieces.append(Piece("added", after[j1:j2]))
    return pieces
