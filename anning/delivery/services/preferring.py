"""Which channels somebody wants for ordinary messages."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.selectors import person_of
from anning.delivery import channels
from anning.delivery.models import ChannelPreference
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused


@transaction.atomic
def set_preferences(actor: Actor, wanted: Collection[str]) -> None:
    """Keep which channels the actor wants. The bell cannot be switched off; orders and red come by every channel."""
    person = person_of(actor)
    if person is None:
        raise Refused(_("您的账号没有对应人员"), _("请联系管理员关联人员后再设置"))
    chosen = {plug.name: plug.inside or plug.name in wanted for plug in channels.every()}
    for name, enabled in chosen.items():
        ChannelPreference.objects.update_or_create(person=person, channel=name, defaults={"enabled": enabled})
    record("person.prefer_channels", person.subject, actor, channels=sorted(n for n, on in chosen.items() if on))
