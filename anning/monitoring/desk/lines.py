"""The story of an alarm in words: every onset, return and deed, repeats of one kind in a row drawn together."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import names_of
from anning.monitoring.lifecycle import ALARM, LETTERS
from anning.monitoring.models import Alarm, AlarmEvent
from anning.ui.registries import Text

WORDS: dict[str, Text] = {
    "occur": _("发生"),
    "recover": _("恢复"),
    "tell": _("通知下一级"),
    "judge": _("研判"),
    "hand_up": _("上报"),
    "close": _("消警"),
    "agree": _("多点印证"),
}
PROCESS = frozenset({"occur", "recover", "latch"})  # the machine's own
MOST_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One event as people read it; ``more`` holds the repeats that are drawn together under it."""

    at: datetime
    word: str
    letter: str
    who: str
    event: AlarmEvent
    more: list["Line"] = field(default_factory=list)


def story(alarm: Alarm) -> list[Line]:
    """Return the events of an alarm, the newest first; long runs of the machine are folded, none is dropped."""
    events = list(alarm.events.all())
    names = names_of({event.actor for event in events})
    lines = [Line(event.at, word_of(event.move), LETTERS[event.state], names[event.actor], event) for event in events]
    lines.reverse()
    told: list[Line] = []
    for is_process, run in groupby(lines, key=lambda line: line.event.move in PROCESS):
        together = list(run)
        if is_process and len(together) > MOST_IN_A_ROW:
            first = together[0]
            together = [Line(first.at, first.word, first.letter, first.who, first.event, together[1:-1]), together[-1]]
        told += together
    return told


def word_of(move: str) -> str:
    """Return what screens call an event."""
    return str(WORDS.get(move) or ALARM.move_label(move))
