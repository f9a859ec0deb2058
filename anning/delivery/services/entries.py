"""What the journal hears of messages."""

from typing import Any

from anning.accounts.selectors import place_of
from anning.delivery.models import Message
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel.actor import Actor


def note(message: Message, verb: str, actor: Actor, *, cause: str = "", **facts: Any) -> Entry:
    """Record ``message.<verb>``. People stand in it by key only."""
    area_code, path = place_of(message)
    return record(
        f"message.{verb}",
        message.subject,
        actor,
        area_code=area_code,
        organisation_path=path,
        sensitivity=message.sensitivity,
        exercise=message.exercise,
        version=message.version,
        cause=cause,
        title=message.title,
        level=message.level,
        about=message.about,
        url=message.get_absolute_url(),
        **facts,
    )
