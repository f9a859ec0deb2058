"""Three years of ordinary days lie behind the demo district, so that lists and trends are not empty."""

from datetime import timedelta

import pytest
from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from anning.accounts.models import NumberSeries, User
from anning.accounts.selectors import actor_for
from anning.delivery.models import Message, Receipt
from anning.delivery.selectors import inbox, unread
from anning.journal.models import Entry
from anning.kernel import clock
from anning.kernel.digest import canonical, digest
from anning.kernel.numbers import parse
from anning.tasks.models import Approval, Feedback, Task

pytestmark = pytest.mark.usefixtures("demo")
OVER = ("done", "cancelled")


def test_every_month_of_three_years_has_its_tasks():
    past = Task.objects.filter(state__in=OVER).annotate(month=TruncMonth("assigned_at")).order_by("month")
    months = list(past.values("month").annotate(tasks=Count("pk")))

    assert 36 <= len(months) <= 37
    assert min(month["tasks"] for month in months[1:-1]) > 15


def test_what_is_past_is_dated_in_the_past_and_in_order():
    past = Task.objects.filter(state__in=OVER)

    assert not past.filter(closed_at__lt=F("assigned_at")).exists()
    assert not past.filter(acknowledged_at__lt=F("assigned_at")).exists()
    assert not past.exclude(created_at=F("assigned_at")).exists()
    assert not past.filter(assigned_at__gt=clock.now() - timedelta(days=3)).exists()
    assert not Feedback.objects.filter(task__in=past, at__lt=F("task__assigned_at")).exists()


def test_two_towns_are_always_late_and_the_others_never():
    late = Task.objects.filter(state="done", closed_at__gt=F("due_at"))

    assert {*late.values_list("area__code", flat=True)} == {"120117105", "120117112"}


def test_papers_carry_consecutive_numbers_in_the_order_of_signing():
    signed = Approval.objects.filter(state="signed").order_by("signed_at")
    numbers = [parse(paper.number) for paper in signed]
    years = sorted({number.year for number in numbers})

    assert len(numbers) > 50
    for year in years:
        serials = [number.serial for number in numbers if number.year == year]
        assert serials == list(range(1, len(serials) + 1))
        assert NumberSeries.objects.get(prefix="津宁应急", year=year).last == len(serials)


def test_the_digest_of_a_signed_paper_is_that_of_its_text():
    for paper in Approval.objects.filter(state="signed")[:10]:
        draft = paper.drafts.get()
        assert paper.content_digest == digest("", canonical({"title": draft.title, "text": draft.text}))
        assert [step.duty for step in paper.steps.all()] == ["review", "sign"]


def test_nobody_is_met_by_three_years_of_unread_messages():
    for user in User.objects.filter(is_demo=True):
        actor = actor_for(user)
        assert unread(actor) < 10
    town = actor_for(User.objects.get(username="town"))

    assert inbox(town).count() > 100
    assert Message.objects.count() > 150 and Receipt.objects.filter(opened_at=None).count() > 20


def test_the_past_is_journaled_by_the_load_alone():
    subjects = {task.subject for task in Task.objects.filter(state__in=OVER)}

    assert subjects and not Entry.objects.filter(subject__in=subjects).exists()
