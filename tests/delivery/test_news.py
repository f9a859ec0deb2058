"""From the journal to the bell: sealed, heard, told once."""

from anning.accounts.selectors import person_of
from anning.delivery import selectors
from anning.delivery.models import Message
from anning.journal.models import Entry
from anning.journal.reactor import hear_all
from anning.journal.registry import listeners
from anning.journal.sealer import seal
from anning.tasks.services import assign_task, escalate_due


def hear() -> None:
    """Seal and let every listener hear what there is."""
    seal()
    while hear_all(listeners.values()):
        pass


def test_a_task_rings_at_who_must_do_it_and_an_escalation_at_who_is_next(sender, reader):
    task = assign_task(sender, title="核实积水", to=person_of(reader), urgency=3)
    hear()
    assert selectors.unread(reader) == 1

    escalate_due(task.ack_due_at)
    hear()
    hear()

    assert selectors.unread(sender) == 1  # without a policy the giver is told
    assert [m.about for m in Message.objects.all()] == [task.subject, task.subject]
    assert {m.cause for m in _entries("message.send")} == {e.uid for e in _entries("task.assign", "task.escalate")}


def _entries(*kinds: str):
    return Entry.objects.filter(kind__in=kinds)
