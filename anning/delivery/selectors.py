"""Questions about messages: whose, who got them, whom to call next."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from anning.accounts.models import Organisation, Person, Post, Role
from anning.accounts.selectors import people_on, person_of, scoped
from anning.delivery import permissions
from anning.delivery.models import Attempt, ChannelPreference, Message, Receipt
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound

Recipient = Person | Post | Organisation | Role


def inbox(actor: Actor) -> QuerySet[Receipt]:
    """Messages to the actor inside the platform, the newest first."""
    person = person_of(actor)
    if person is None:
        return Receipt.objects.none()
    mine = Receipt.objects.filter(person=person, message__exercise=False, attempts__channel="in_app")
    return mine.select_related("message").order_by("-message__sent_at", "-pk").distinct()


def unread(actor: Actor) -> int:
    """How many messages the bell counts: not opened, or opened and still without the answer they need."""
    return inbox(actor).filter(waits_for_reader()).count()


def waits_for_reader() -> Q:
    """Match receipts that still want something of their reader."""
    return Q(opened_at=None, answered_at=None) | Q(message__needs_answer=True, answered_at=None)


def receipt_of(message_id: int, actor: Actor) -> Receipt | None:
    """Return the actor's own receipt of a message, if it is one of those told."""
    person = person_of(actor)
    return Receipt.objects.filter(message=message_id, person=person).first() if person else None


def visible_messages(actor: Actor) -> QuerySet[Message]:
    """Messages whose delivery the actor may follow: its own, and with permission those inside its scope."""
    return _seen_by(actor).filter(exercise=False)


def readable_messages(actor: Actor) -> QuerySet[Message]:
    """Messages that the actor may open: those it may follow, and those sent to it."""
    mine = Receipt.objects.filter(person=person_of(actor), attempts__channel="in_app").values("message")
    return Message.objects.filter(Q(pk__in=visible_messages(actor).values("pk")) | Q(pk__in=mine))


def message_for(message_id: int, actor: Actor) -> Message:
    """Return a message that the actor may follow. Raises NotFound."""
    message = _seen_by(actor).filter(pk=message_id).first()
    if message is None:
        raise NotFound(_("没有找到这条消息"), _("它可能不在您的管辖范围内；请从消息列表进入"))
    return message


def messages_about(subject: str, actor: Actor) -> QuerySet[Message]:
    """Messages about one record of any room."""
    return visible_messages(actor).filter(about=subject)


def with_counts(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Annotate messages with how many were told, got it, opened it, answered."""
    return messages.annotate(
        told=Count("receipts"),
        delivered=Count("receipts", filter=Q(receipts__delivered_at__isnull=False)),
        opened=Count("receipts", filter=Q(receipts__opened_at__isnull=False)),
        answered=Count("receipts", filter=Q(receipts__answered_at__isnull=False)),
    )


def report_of(message: Message) -> QuerySet[Receipt]:
    """Return every receipt of a message with its attempts: who got it, when, how, and who not yet."""
    receipts = message.receipts.select_related("person__organisation", "post", "unit")
    return receipts.prefetch_related("attempts").order_by("position", "pk")


def call_queue(actor: Actor) -> QuerySet[Attempt]:
    """Calls to make, next first: running ones, then the most urgent, first tries before second ones, in order."""
    waiting = Attempt.objects.filter(channel="call_list", state__in=["listed", "calling"])
    inside = waiting.filter(receipt__message__in=visible_messages(actor))
    joined = inside.select_related("receipt__message", "receipt__person__organisation", "receipt__post")
    # "calling" sorts before "listed"
    return joined.order_by("state", "-receipt__message__level", "number", "due_at", "receipt__position", "pk")


def due_attempts(now: datetime) -> QuerySet[Attempt]:
    """Attempts whose time has come, oldest first."""
    return Attempt.objects.filter(state__in=["held", "waiting"], due_at__lte=now).order_by("due_at", "pk")


def people_to_tell(recipient: Recipient, actor: Actor) -> list[Person]:
    """Return the people behind a recipient: the person, who holds the post, the unit's users (else its people).

    A role reaches its users inside the actor's scope.
    """
    working = Person.objects.filter(is_active=True, erased_at=None)
    match recipient:
        case Person():
            return list(working.filter(pk=recipient.pk))
        case Post():
            return list(people_on(recipient))
        case Role():
            holders = scoped(working, actor).filter(users__roles=recipient, users__is_active=True)
            return list(holders.distinct().order_by("pk"))
    inside = working.filter(organisation=recipient)
    users = inside.filter(users__is_active=True).distinct()
    return list(users.order_by("pk") or inside.order_by("pk"))


def unwanted(people: Iterable[Person]) -> set[tuple[int, str]]:
    """Return the (person, channel) pairs that people switched off for ordinary messages."""
    off = ChannelPreference.objects.filter(person__in=list(people), enabled=False)
    return set(off.values_list("person_id", "channel"))


def _seen_by(actor: Actor) -> QuerySet[Message]:
    found = Q(sent_by=actor.name)
    if actor.may(permissions.VIEW):
        found |= Q(pk__in=scoped(Message.all_objects.all(), actor).values("pk"))
    return Message.all_objects.filter(found).select_related("area", "organisation")
