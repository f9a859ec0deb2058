"""Every state, every move: exactly the table of ISA-18.2 and nothing else."""

import pytest

from anning.kernel.errors import IllegalMove
from anning.monitoring.lifecycle import ALARM, ANNUNCIATED, DEVICE, LETTERS, LIMITS, SILENT, UNACKNOWLEDGED, WINDOW

# By the letters of the standard's state diagram. A normal, B unacknowledged, C acknowledged, D returned unacknowledged,
# E latched unacknowledged, F latched acknowledged, G shelved, H suppressed by design, I out of service.
TABLE = {
    ("A", "occur"): "B", ("D", "occur"): "B", ("E", "occur"): "B", ("F", "occur"): "B",
    ("B", "acknowledge"): "C", ("D", "acknowledge"): "A", ("E", "acknowledge"): "F",
    ("C", "expire"): "B", ("F", "expire"): "E",
    ("B", "escalate"): "B", ("C", "escalate"): "B",
    ("B", "recover"): "D", ("C", "recover"): "A",
    ("B", "latch"): "E", ("C", "latch"): "F",
    ("E", "reset"): "D", ("F", "reset"): "A",
    ("G", "occur"): "G", ("H", "occur"): "H", ("I", "occur"): "I",
    ("G", "recover"): "G", ("H", "recover"): "H", ("I", "recover"): "I",
    ("B", "shelve"): "G", ("C", "shelve"): "G", ("D", "shelve"): "G", ("E", "shelve"): "G", ("F", "shelve"): "G",
    ("A", "suppress"): "H", ("B", "suppress"): "H", ("C", "suppress"): "H", ("D", "suppress"): "H",
    ("E", "suppress"): "H", ("F", "suppress"): "H",
    ("A", "remove"): "I", ("B", "remove"): "I", ("C", "remove"): "I", ("D", "remove"): "I", ("E", "remove"): "I",
    ("F", "remove"): "I", ("G", "remove"): "I", ("H", "remove"): "I",
    ("G", "unshelve"): "B", ("H", "unsuppress"): "B", ("I", "restore"): "B",
    ("G", "lapse"): "A", ("H", "lapse"): "A", ("I", "lapse"): "A",
}  # fmt: skip
STATES = {letter: state for state, letter in LETTERS.items()}
MOVES = sorted({move.name for move in ALARM.moves})
OTHERS = {
    "device": (
        DEVICE,
        {
            ("registered", "commission"): "commissioned",
            ("commissioned", "start"): "in_service",
            ("in_service", "stop"): "maintenance",
            ("maintenance", "resume"): "in_service",
            ("registered", "retire"): "retired",
            ("commissioned", "retire"): "retired",
            ("in_service", "retire"): "retired",
            ("maintenance", "retire"): "retired",
        },
    ),
    "window": (
        WINDOW,
        {
            ("requested", "approve"): "approved",
            ("requested", "refuse"): "refused",
            ("requested", "withdraw"): "withdrawn",
            ("approved", "end"): "ended",
        },
    ),
    "limits": (
        LIMITS,
        {
            ("draft", "approve"): "approved",
            ("draft", "refuse"): "refused",
            ("draft", "withdraw"): "withdrawn",
        },
    ),
}


@pytest.mark.parametrize("letter", sorted(STATES))
@pytest.mark.parametrize("move", MOVES)
def test_an_alarm_moves_only_as_the_table_says(letter, move):
    if (letter, move) in TABLE:
        assert LETTERS[ALARM.after(STATES[letter], move)] == TABLE[letter, move]
    else:
        with pytest.raises(IllegalMove):
            ALARM.after(STATES[letter], move)


def test_all_nine_states_have_a_letter_and_a_word():
    assert set(ALARM.states) == set(LETTERS) == set(ALARM.labels)
    assert sorted(LETTERS.values()) == list("ABCDEFGHI")


def test_who_asks_for_a_person_and_who_is_silent():
    assert {LETTERS[state] for state in UNACKNOWLEDGED} == set("BDE")
    assert {LETTERS[state] for state in ANNUNCIATED} == set("BCDEF")
    assert {LETTERS[state] for state in SILENT} == set("GHI")


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_devices_windows_and_limits_move_as_their_tables_say(name):
    life, table = OTHERS[name]

    assert {(state, move): life.after(state, move) for state in life.states for move in life.moves_from(state)} == table
