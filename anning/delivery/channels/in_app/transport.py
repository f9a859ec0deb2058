"""Inside the platform the message itself is the delivery: its receipt makes the bell ring."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from anning.delivery.channels.channel import Outcome, Sent
from anning.delivery.models import Attempt


class Channel:
    """The bell in the top bar."""

    name: ClassVar[str] = "in_app"
    label: ClassVar[Any] = _("站内消息")
    position: ClassVar[int] = 10
    inside: ClassVar[bool] = True
    disturbs: ClassVar[bool] = False  # it makes no sound; who is signed in sees it

    def send(self, attempt: Attempt) -> Sent:
        """Put it into the person's box, when the person can sign in."""
        if attempt.receipt.person.users.filter(is_active=True).exists():
            return Sent(Outcome.SENT)
        return Sent(Outcome.IMPOSSIBLE, str(_("接收人没有账号")))
