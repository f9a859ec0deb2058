"""The working morning of the demo district has been done by its accounts, through the services."""

import pytest

from anning.accounts.models import User
from anning.delivery.models import Message, Receipt
from anning.demo.sheets import read_sheet
from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.journal.verification import verify
from anning.kernel import clock
from anning.office.models import Liaison
from anning.tasks.models import Approval, Task

pytestmark = pytest.mark.usefixtures("demo")


def test_tasks_wait_for_several_people_and_some_are_acknowledged():
    tasks = Task.objects.exclude(state__in=("done", "cancelled"))

    assert tasks.count() == len(read_sheet("tasks"))
    assert set(tasks.values_list("state", flat=True)) == {"open", "acknowledged"}
    assert tasks.values("person").distinct().count() >= 5


def test_a_notice_waits_unread_for_those_who_have_an_account():
    notice = Message.objects.get(title="防汛抗旱物资清点会通知")
    told = Receipt.objects.filter(message=notice)

    assert told.count() == 6
    assert not told.filter(person__users=None).exists() and not told.exclude(opened_at=None).exists()


def test_the_duty_officer_begins_with_something_to_do_and_to_read():
    person = User.objects.get(username="duty").person

    assert set(person.tasks.values_list("state", flat=True)) == {"open", "acknowledged"}
    assert Receipt.objects.filter(person=person, opened_at=None).count() == 1


def test_a_paper_waits_for_the_leaders_signature():
    step = Approval.objects.get(state="signing").steps.get(outcome="")

    assert step.person == User.objects.get(username="lead").person


def test_verified_numbers_show_who_called_and_when():
    duty = User.objects.get(username="duty")
    fresh = Liaison.objects.filter(verified_on=clock.today())

    assert fresh.count() == 3
    assert Entry.objects.filter(kind="liaison.change", actor=duty.subject).count() == 3


def test_the_chain_of_the_loading_verifies():
    while seal():
        pass
    walk = verify()

    assert walk.broken is None and walk.entries == Entry.objects.count() > 50
