"""Every state, every move: exactly the table and nothing else."""

from datetime import timedelta

import pytest

from anning.journal.models import Entry
from anning.kernel.errors import IllegalMove, NotAllowed
from anning.tasks.lifecycle import APPROVAL, TASK
from anning.tasks.models import Task
from anning.tasks.services import move_task
from tests.tasks.conftest import NOW

TABLE = {
    ("open", "acknowledge"): "acknowledged",
    ("open", "finish"): "done",
    ("open", "send_back"): "returned",
    ("open", "transfer"): "open",
    ("open", "reassign"): "open",
    ("open", "extend"): "open",
    ("open", "cancel"): "cancelled",
    ("acknowledged", "finish"): "done",
    ("acknowledged", "send_back"): "returned",
    ("acknowledged", "transfer"): "open",
    ("acknowledged", "reassign"): "open",
    ("acknowledged", "extend"): "acknowledged",
    ("acknowledged", "realarm"): "open",
    ("acknowledged", "cancel"): "cancelled",
    ("returned", "reassign"): "open",
    ("returned", "cancel"): "cancelled",
    ("done", "rework"): "open",
}
STATES = ("open", "acknowledged", "returned", "done", "cancelled")
MOVES = sorted({move.name for move in TASK.moves})


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
def test_a_task_moves_only_as_the_table_says(task, giver, doer_person, state, move):
    Task.all_objects.filter(pk=task.pk).update(state=state)
    facts = {"text": "原因", "to": doer_person, "until": NOW + timedelta(days=2), "now": NOW + timedelta(minutes=1)}

    if move == "realarm":  # the platform's own: nobody has a button for it
        with pytest.raises(NotAllowed if state == "acknowledged" else IllegalMove):
            move_task(task.pk, move, giver, **facts)
    elif (state, move) in TABLE:
        assert move_task(task.pk, move, giver, **facts).state == TABLE[state, move]
        assert Entry.objects.filter(kind=f"task.{move}", subject=task.subject).count() == 1
    else:
        with pytest.raises(IllegalMove):
            move_task(task.pk, move, giver, **facts)
        assert Task.objects.get(pk=task.pk).state == state


def test_the_table_of_tasks_is_the_one_above():
    found = {(state, move): TASK.after(state, move) for state in TASK.states for move in TASK.moves_from(state)}

    assert found == TABLE


def test_a_signed_paper_moves_no_more():
    assert APPROVAL.moves_from("signed") == []
    assert APPROVAL.moves_from("withdrawn") == []
    assert set(APPROVAL.moves_from("released")) == {"sign", "deny"}
