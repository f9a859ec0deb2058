"""Three years of ordinary paper: notices that towns have read, and papers drafted, reviewed, signed and numbered."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F

from anning.accounts.models import Person
from anning.accounts.services import take_number
from anning.delivery.models import Attempt, Message, Receipt
from anning.demo.firms import LATE
from anning.demo.past import Past, date_back
from anning.demo.sheets import read_sheet
from anning.kernel.digest import canonical, digest
from anning.tasks.models import Approval, Draft, Opinion, Step

SERIES, BUREAU = "津宁应急", "区应急局"
UNREAD_EVERY = 83
REVIEWED_AFTER, SIGNED_AFTER = timedelta(hours=3), timedelta(hours=2)
ADVISED = ("区水务局", "区气象局")  # departments that get every notice


def add_past_notices(past: Past) -> None:
    """Write the notices of three years with what became of them at every town."""
    told = [past.holder(town.code, "镇街安全员") for town in past.places.towns]
    told += [past.holder(unit, "安委会联络员") for unit in ADVISED]
    sent = [_notice(past, facts, begun) for facts in read_sheet("notices") for begun in past.days(facts)]
    messages = Message.all_objects.bulk_create(sorted(sent, key=lambda message: message.sent_at), batch_size=500)
    date_back(Message, [message.pk for message in messages], created_at=F("sent_at"), changed_at=F("sent_at"))
    receipts = [_receipt(past, message, who, place) for message in messages for place, who in enumerate(told, 1)]
    Receipt.objects.bulk_create(receipts, batch_size=500)
    Attempt.objects.bulk_create(map(_attempt, receipts), batch_size=500)


def _notice(past: Past, facts: dict[str, str], begun: datetime) -> Message:
    sender = past.users[facts["by"]]
    assert sender.person is not None, "every demo account is somebody's"
    message = Message(
        title=facts["title"].format(month=begun.month),
        body=facts["body"],
        level=int(facts["level"]),
        channels=["in_app"],
        sent_by=sender.subject,
        sent_at=begun,
        organisation=sender.person.organisation,
        area=sender.person.organisation.area,
    )
    message.derive()
    return message


def _receipt(past: Past, message: Message, person: Person, place: int) -> Receipt:
    """Return a receipt opened within the hour; late towns open it the next day, a few never."""
    area = person.organisation.area
    is_late = area is not None and area.code in LATE
    wait = timedelta(hours=past.random.randint(9, 40)) if is_late else timedelta(minutes=past.random.randint(1, 70))
    is_unread = (message.pk + place) % UNREAD_EVERY == 0 and person.pk not in past.accounts
    return Receipt(
        message=message,
        person=person,
        position=place,
        delivered_at=message.sent_at,
        delivered_by="in_app",
        opened_at=None if is_unread else message.sent_at + wait,
    )


def _attempt(receipt: Receipt) -> Attempt:
    at = receipt.message.sent_at
    return Attempt(
        receipt=receipt,
        channel="in_app",
        key=f"{receipt.message.uid}.{receipt.pk}.in_app",
        state=Attempt.State.SENT,
        outcome="sent",
        due_at=at,
        started_at=at,
        ended_at=at,
    )


def add_past_papers(past: Past) -> None:
    """Write the papers of three years, each with its one draft, its review and its signature."""
    begun = [(at, number, facts) for number, facts in enumerate(read_sheet("papers")) for at in past.days(facts)]
    begun.sort(key=lambda line: line[:2])  # numbers are taken in the order of signing
    papers = Approval.all_objects.bulk_create([_paper(past, facts, at) for at, _number, facts in begun], batch_size=500)
    drafts = Draft.objects.bulk_create(
        [
            Draft(approval=paper, number=1, title=paper.title, text=facts["text"], at=at, by=paper.drafted_by)
            for paper, (at, _number, facts) in zip(papers, begun, strict=True)
        ]
    )
    Step.objects.bulk_create([step for draft in drafts for step in _steps(past, draft)], batch_size=500)
    Opinion.objects.bulk_create([said for draft in drafts for said in _opinions(past, draft)], batch_size=500)
    date_back(Approval, [paper.pk for paper in papers], created_at=F("due_at"), changed_at=F("signed_at"))
    date_back(Approval, [paper.pk for paper in papers], due_at=None)


def _paper(past: Past, facts: dict[str, str], at: datetime) -> Approval:
    """Return a signed paper; ``due_at`` holds the day it was begun until it is dated back."""
    title, author = facts["title"].format(month=at.month), past.users["section"].person
    assert author is not None, "every demo account is somebody's"
    paper = Approval(
        title=title,
        addressee=facts["to"],
        state="signed",
        series=SERIES,
        number=str(take_number(SERIES, at.year)),
        drafted_by=past.users["section"].subject,
        signed_by=past.users["lead"].subject,
        signed_at=at + REVIEWED_AFTER + SIGNED_AFTER,
        content_digest=digest("", canonical({"title": title, "text": facts["text"]})),
        due_at=at,
        area=author.organisation.area,
        organisation=author.organisation,
    )
    paper.derive()
    return paper


def _steps(past: Past, draft: Draft) -> Iterator[Step]:
    reviewed = draft.at + REVIEWED_AFTER
    route = (
        (Step.Duty.REVIEW, past.holder(BUREAU, "督查岗"), draft.at, reviewed),
        (Step.Duty.SIGN, past.holder(BUREAU, "局领导"), reviewed, reviewed + SIGNED_AFTER),
    )
    for position, (duty, person, since, ended) in enumerate(route, 1):
        yield Step(
            approval=draft.approval,
            position=position,
            duty=duty,
            person=person,
            outcome=Step.Outcome.AGREED,
            since=since,
            ended_at=ended,
        )


def _opinions(past: Past, draft: Draft) -> Iterator[Opinion]:
    reviewed = draft.at + REVIEWED_AFTER
    said = (
        (draft.at, "section", "submit", ""),
        (reviewed, "supervisor", "pass_up", "已核，同意报签。"),
        (reviewed + SIGNED_AFTER, "lead", "sign", "同意。"),
    )
    for at, user, move, text in said:
        yield Opinion(approval=draft.approval, draft=draft, at=at, by=past.users[user].subject, move=move, text=text)
