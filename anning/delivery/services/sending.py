"""Sending a message: who gets it, by which channels, now or when the night is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from anning.accounts.models import Area, Organisation, Person, Post
from anning.accounts.selectors import person_of, scoped
from anning.delivery import channels as plugs
from anning.delivery import logic, permissions
from anning.delivery.models import Attempt, Level, Message, Receipt, Template
from anning.delivery.selectors import Recipient, people_to_tell, unwanted
from anning.delivery.services.attempting import settle
from anning.delivery.services.entries import note
from anning.kernel import clock, rulebook
from anning.kernel.actor import SYSTEM, Actor
from anning.kernel.errors import Refused
from anning.kernel.identifying import refuse_in_title


def send_message(
    actor: Actor,
    *,
    title: str,
    body: str,
    to: Sequence[Recipient],
    channels: Sequence[str] = ("in_app",),
    level: int = Level.NORMAL,
    call_mode: str = Message.CallMode.EACH,
    breaks_quiet: bool = False,
    needs_answer: bool = False,
    template: Template | None = None,
    about: str = "",
    about_title: str = "",
    about_url: str = "",
    area: Area | None = None,
    organisation: Organisation | None = None,
    dedup_key: str = "",
    sensitivity: str = "internal",
    exercise: bool = False,
    cause: str = "",
    now: datetime | None = None,
) -> Message:
    """Send a message to people, posts and units; with a ``dedup_key`` that was used before, return that message.

    Raises NotAllowed, and Refused for an empty text, no channel, recipients outside the actor's scope, or nobody
    behind any of them.
    """
    actor.require(permissions.ADD)
    known = Message.all_objects.filter(dedup_key=dedup_key).first() if dedup_key else None
    if known:
        return known
    _check(title, body, to, channels, actor)
    if actor.name != SYSTEM:  # what the platform repeats was checked when somebody wrote it
        refuse_in_title(title)
    now = now or clock.now()
    message = Message(
        title=title.strip()[:120],
        body=body.strip(),
        level=level,
        channels=list(channels),
        call_mode=call_mode,
        breaks_quiet=breaks_quiet,
        needs_answer=needs_answer,
        template=template,
        about=about,
        about_title=about_title[:120],
        about_url=about_url,
        area=area,
        organisation=organisation,
        sent_by=actor.name,
        sent_at=now,
        dedup_key=dedup_key,
        sensitivity=sensitivity,
        exercise=exercise,
    )
    try:
        return _write(message, actor, to, cause)
    except IntegrityError:  # somebody sent the same at the same moment
        if dedup_key and (known := Message.all_objects.filter(dedup_key=dedup_key).first()):
            return known
        raise


@transaction.atomic
def _write(message: Message, actor: Actor, to: Sequence[Recipient], cause: str) -> Message:
    if message.area is None and message.organisation is None:
        message.organisation, message.area = _place(actor, to)
    receipts = list(_receipts(message, to, actor))
    if not receipts:
        raise Refused(_("没有可送达的人员"), _("所选岗位、单位暂无人员，请另选接收人"), fields={"to": _("无人接收")})
    message.derive()
    message.save()
    for receipt in receipts:
        receipt.save()
    for attempt in _attempts(message, receipts):
        attempt.save()
        if plugs.channel(attempt.channel).inside:
            settle(attempt, plugs.channel(attempt.channel).send(attempt), message.sent_at)
    note(message, "send", actor, cause=cause, channels=message.channels, told=[r.person_id for r in receipts])
    return message


def _receipts(message: Message, to: Sequence[Recipient], actor: Actor) -> Iterable[Receipt]:
    """Yield one receipt per person, in the order of the recipients; keep which of them have nobody."""
    told: set[int] = set()
    for recipient in to:
        people = people_to_tell(recipient, actor)
        if not people:
            message.vacant.append(str(recipient))
        for person in people:
            if person.pk not in told:
                told.add(person.pk)
                yield Receipt(
                    message=message,
                    person=person,
                    position=len(told),
                    post=recipient if isinstance(recipient, Post) else None,
                    unit=recipient if isinstance(recipient, Organisation) else None,
                )


def _attempts(message: Message, receipts: Sequence[Receipt]) -> Iterable[Attempt]:
    """Yield the first attempts; where one answer is enough, only the first person is put on the call list."""
    off = set() if message.needs_answer or message.level >= logic.ORANGE else unwanted(r.person for r in receipts)
    quiet = quiet_hours(message.sent_at)
    for name in message.channels:
        plug = plugs.channel(name)
        due_at = logic.due_time(
            message.sent_at, message.level, quiet=quiet, breaks_quiet=message.breaks_quiet, disturbs=plug.disturbs
        )
        wanted = [r for r in receipts if (r.person_id, name) not in off]
        if name == "call_list" and message.call_mode == Message.CallMode.ANY:
            wanted = wanted[:1]
        for receipt in wanted:
            yield first_attempt(receipt, name, due_at, held=due_at > message.sent_at)


def first_attempt(receipt: Receipt, channel: str, due_at: datetime, *, held: bool = False) -> Attempt:
    """Return the first attempt to reach somebody by a channel; all later ones carry its key."""
    key = f"{receipt.message.uid}.{receipt.pk}.{channel}"
    return Attempt(receipt=receipt, channel=channel, key=key, state="held" if held else "waiting", due_at=due_at)


def quiet_hours(at: datetime) -> logic.QuietHours:
    """Return the quiet hours in force."""
    value = rulebook.value("DEL-QUIET-HOURS", at)
    return logic.QuietHours(time.fromisoformat(value["from"]), time.fromisoformat(value["to"]))


def _place(actor: Actor, to: Sequence[Recipient]) -> tuple[Organisation | None, Area | None]:
    """Return where a message belongs: its sender's unit, else that of its first recipient."""
    sender = person_of(actor)
    if sender:
        return sender.organisation, sender.organisation.area
    match to[0]:
        case Organisation() as unit:
            return unit, unit.area
        case Person() | Post() as first:
            return first.organisation, first.organisation.area
    return None, None  # a role belongs nowhere


def _check(title: str, body: str, to: Sequence[Recipient], channels: Sequence[str], actor: Actor) -> None:
    fields = {name: _("必填") for name, value in (("title", title), ("body", body)) if not value.strip()}
    if not to:
        fields["to"] = _("请选择接收人")
    if not channels:
        fields["channels"] = _("请选择渠道")
    if fields:
        raise Refused(_("消息不完整"), _("请补充标出的内容"), fields=fields)
    for name in channels:
        plugs.channel(name)
    for kind in (Person, Post, Organisation):
        keys = {recipient.pk for recipient in to if isinstance(recipient, kind)}
        if scoped(kind.objects.filter(pk__in=keys), actor).count() != len(keys):
            raise Refused(
                _("接收人不在您的管辖范围内"), _("请在本单位、本辖区内选择"), fields={"to": _("超出管辖范围")}
            )
