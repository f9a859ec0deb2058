"""Early-warning notices: drafted from alarms or findings, sent to enterprise, town and department, answered by each."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.models import Organisation
from anning.accounts.selectors import find_row, scoped
from anning.accounts.services.numbers import take_number
from anning.delivery import permissions as delivery
from anning.delivery.services import send_message
from anning.journal import personal
from anning.journal.labels import describe
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor, system
from anning.kernel.errors import IllegalMove, NotFound, Refused
from anning.monitoring.models import Alarm, EarlyNotice, Finding, NoticeReceipt
from anning.monitoring.rounds import permissions
from anning.monitoring.rounds.lifecycle import NOTICE
from anning.monitoring.rounds.selectors import visible_notices
from anning.monitoring.services.entries import where
from anning.registry.models import Enterprise

for move in NOTICE.moves:
    describe(f"earlynotice.{move.name}", format_lazy("{} {}", gettext_lazy("预警提示函"), move.label))
describe("earlynotice.draft", gettext_lazy("预警提示函 拟稿"))
describe("earlynotice.receive", gettext_lazy("预警提示函 回执"))


@transaction.atomic
def draft_notice(
    enterprise: Enterprise,
    actor: Actor,
    *,
    title: str,
    body: str,
    departments: Sequence[Organisation] = (),
    alarms: Iterable[Alarm] = (),
    now: datetime | None = None,
) -> EarlyNotice:
    """Draft a notice to an enterprise, its town and the departments. Raises Refused for an empty title or body."""
    actor.require(permissions.WRITE_NOTICE)
    empty = {name: _("必填") for name, text in (("title", title), ("body", body)) if not text.strip()}
    if empty:
        raise Refused(_("提示函不完整"), _("请补充标出的内容"), fields=empty)
    now = now or clock.now()
    made: EarlyNotice = EarlyNotice.objects.create(
        enterprise=enterprise,
        title=title.strip()[:120],
        body=body.strip(),
        drafted_by=actor.name,
        drafted_at=now,
        area=enterprise.area,
        organisation=enterprise.organisation,
    )
    made.alarms.set(scoped(Alarm.objects.filter(pk__in=[alarm.pk for alarm in alarms]), actor))
    NoticeReceipt.objects.bulk_create(
        NoticeReceipt(notice=made, role=role, unit=unit, name=name)
        for role, unit, name in _recipients(enterprise, departments)
    )
    kept = personal.protect(made.subject, made.body)
    record(
        "earlynotice.draft", made.subject, actor, **where(made), enterprise=enterprise.pk, title=made.title, text=kept
    )
    return made


def _recipients(
    enterprise: Enterprise, departments: Sequence[Organisation]
) -> Iterable[tuple[str, Organisation | None, str]]:
    yield NoticeReceipt.Role.ENTERPRISE, enterprise.organisation, enterprise.name
    town = enterprise.area and (enterprise.area.parent if enterprise.area.level == "village" else enterprise.area)
    seat = Organisation.objects.filter(area=town, kind__in=["town", "park"]).order_by("path").first() if town else None
    if seat:
        yield NoticeReceipt.Role.TOWN, seat, str(seat)
    for unit in dict.fromkeys(departments):
        yield NoticeReceipt.Role.DEPARTMENT, unit, str(unit)


@transaction.atomic
def send_notice(notice_id: int, actor: Actor, *, now: datetime | None = None) -> EarlyNotice:
    """Send a notice: it takes its number, its recipients get a message that asks for their receipt.

    Raises IllegalMove for one that is not a draft. Units where nobody can be told are called; the page says so.
    """
    actor.require(permissions.WRITE_NOTICE)
    notice, now = _locked(notice_id, actor), now or clock.now()
    notice.state = NOTICE.after(notice.state, "send")
    notice.number = str(take_number(rulebook.value("WAT-NOTICE-SERIES", now), clock.local(now).year))
    notice.sent_by, notice.sent_at = actor.name, now
    notice.due_at = now + timedelta(hours=float(rulebook.value("WAT-RECEIPT-HOURS", now)))
    notice.version += 1
    notice.save()
    Finding.objects.filter(enterprise=notice.enterprise, state=Finding.State.OPEN).update(state=Finding.State.NOTICED)
    units = [receipt.unit for receipt in notice.receipts.select_related("unit__area") if receipt.unit]
    record("earlynotice.send", notice.subject, actor, **where(notice), number=notice.number, count=len(units))
    for unit in units:
        _tell(notice, unit)
    return notice


def _tell(notice: EarlyNotice, unit: Organisation) -> None:
    try:
        send_message(
            system(delivery.ADD),
            title=_("预警提示函：%s") % notice.title[:60],
            body=notice.body,
            to=[unit],
            needs_answer=True,
            about=notice.subject,
            about_title=notice.title,
            about_url=notice.get_absolute_url(),
            area=notice.area,
            organisation=notice.organisation,
            dedup_key=f"notice-{notice.pk}-{unit.pk}",
        )
    except Refused:  # nobody of the unit has an account: it is called, and somebody notes its receipt
        return


@transaction.atomic
def receive_notice(
    notice_id: int, receipt_id: int, actor: Actor, *, answer: str = "", now: datetime | None = None
) -> NoticeReceipt:
    """Note that a recipient has received the notice; the last receipt closes it.

    Whoever writes notices may note any receipt (by telephone), others only that of a unit inside their scope.
    Raises IllegalMove for a draft and for a second receipt.
    """
    if not actor.may(permissions.WRITE_NOTICE):
        actor.require(permissions.RECEIVE_NOTICE)
    notice, now = _locked(notice_id, actor), now or clock.now()
    if notice.state not in ("sent", "closed"):
        raise IllegalMove(_("提示函尚未发出"))
    receipt = notice.receipts.select_for_update(of=("self",)).select_related("unit").filter(pk=receipt_id).first()
    is_own = receipt and receipt.unit and scoped(Organisation.objects.filter(pk=receipt.unit_id), actor).exists()
    if receipt is None or not (is_own or actor.may(permissions.WRITE_NOTICE)):
        raise NotFound(_("没有这份回执，或不是您的单位"), _("请核对后再试"))
    if receipt.received_at:
        raise IllegalMove(_("此单位已经回执"))
    receipt.received_at, receipt.received_by, receipt.answer = now, actor.name, answer.strip()[:300]
    receipt.save()
    kept = personal.protect(notice.subject, receipt.answer) if receipt.answer else ""
    record(
        "earlynotice.receive", notice.subject, actor, **where(notice), receipt=receipt.pk, name=receipt.name, text=kept
    )
    if notice.state == "sent" and not notice.receipts.filter(received_at=None).exists():
        notice.state = NOTICE.after(notice.state, "close")
        notice.version += 1
        notice.save()
        record("earlynotice.close", notice.subject, system(), **where(notice), number=notice.number)
    return receipt


@transaction.atomic
def withdraw_notice(notice_id: int, actor: Actor, *, reason: str) -> EarlyNotice:
    """Void a draft. Raises Refused without a reason, IllegalMove for one that is out."""
    actor.require(permissions.WRITE_NOTICE)
    notice = _locked(notice_id, actor)
    if not reason.strip():
        raise Refused(_("没有写明作废原因"), _("请填写后再提交"), fields={"reason": _("必填")})
    notice.state = NOTICE.after(notice.state, "withdraw")
    notice.version += 1
    notice.save()
    kept = personal.protect(notice.subject, reason.strip())
    record("earlynotice.withdraw", notice.subject, actor, **where(notice), text=kept)
    return notice


def _locked(notice_id: int, actor: Actor) -> EarlyNotice:
    rows = visible_notices(actor).select_for_update(of=("self",))
    found: EarlyNotice = find_row(rows.select_related("enterprise", "area", "organisation"), notice_id)
    return found
