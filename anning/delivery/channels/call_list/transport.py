"""Whom to telephone next; the call itself is made by somebody, and its outcome is tapped in."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from anning.delivery.channels.channel import Outcome, Sent
from anning.delivery.models import Attempt


class Channel:
    """Calls by telephone."""

    name: ClassVar[str] = "call_list"
    label: ClassVar[Any] = _("电话叫应")
    position: ClassVar[int] = 30
    inside: ClassVar[bool] = False
    disturbs: ClassVar[bool] = True

    def send(self, attempt: Attempt) -> Sent:
        """Put the call on the list; the number is read only when somebody dials."""
        return Sent(Outcome.LISTED)
