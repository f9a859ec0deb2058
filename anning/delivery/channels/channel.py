"""What a channel is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from anning.delivery.models import Attempt


class Outcome(StrEnum):
    """What came of one attempt."""

    SENT = "sent"  # handed over; whether it was opened or answered is another question
    LISTED = "listed"  # a person has to do it
    FAILED = "failed"  # may succeed later
    IMPOSSIBLE = "impossible"  # will never succeed: no address, refused for good


@dataclass(frozen=True, slots=True)
class Sent:
    """An outcome with what to keep of it; ``address`` is what was used."""

    outcome: Outcome
    detail: str = ""
    address: str = ""


class Channel(Protocol):
    """One way to reach somebody."""

    name: ClassVar[str]
    label: ClassVar[Any]
    position: ClassVar[int]
    inside: ClassVar[bool]  # its effect is in our own database, so it commits with the message
    disturbs: ClassVar[bool]  # it rings: held in quiet hours

    def send(self, attempt: Attempt) -> Sent:
        """Try once. Never raises for what the outside world does; a repeated call carries the same ``attempt.key``."""
        ...
