"""What delivery forgets of a person that is erased, and what it hands over of it."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.holders import Holder, hold
from anning.accounts.models import Person
from anning.delivery.models import Attempt, ChannelPreference, Message, Receipt
from anning.kernel.pinyin import initials_key

GONE = "×××"


def copy_of(person: Person) -> list[dict[str, Any]]:
    """Return what was sent to a person, and by which addresses."""
    receipts = Receipt.objects.filter(person=person).select_related("message").prefetch_related("attempts")
    return [
        {
            _("消息"): receipt.message.title,
            _("发送"): receipt.message.sent_at.isoformat(),
            _("打开"): receipt.opened_at and receipt.opened_at.isoformat(),
            _("应答"): receipt.answer,
            _("地址"): sorted({attempt.address for attempt in receipt.attempts.all() if attempt.address}),
        }
        for receipt in receipts
    ]


def erase(person: Person) -> int:
    """Forget addresses, answers and remarks, and the person's name and numbers in what was sent to it."""
    done = Attempt.objects.filter(receipt__person=person).update(address="", detail="")
    done += Receipt.objects.filter(person=person).update(answer="")
    done += ChannelPreference.objects.filter(person=person).delete()[0]
    values = (person.name, person.mobile, person.id_number, person.email, person.office_phone)
    words = sorted((value for value in values if len(value) >= 2), key=len, reverse=True)
    about = Q(receipts__person=person)
    if len(person.name) >= 2:
        about |= Q(organisation=person.organisation, body__contains=person.name)
    for message in Message.all_objects.filter(about).distinct():
        title, body = message.title, message.body
        for word in words:
            title, body = title.replace(word, GONE), body.replace(word, GONE)
        if (title, body) != (message.title, message.body):
            initials = initials_key(title, 300)
            done += Message.all_objects.filter(pk=message.pk).update(title=title, body=body, initials=initials)
    return done


hold(Holder("delivery", gettext_lazy("消息"), copy_of, erase, (Message, Receipt, Attempt, ChannelPreference)))
