"""What the journal hears of tasks and approvals."""

from collections.abc import Iterable
from typing import Any

from anning.accounts.models import Person
from anning.accounts.selectors import place_of
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.tasks.models import Approval, Task


def note(
    row: Task | Approval, verb: str, actor: Actor, *, tell: Iterable[Person] = (), cause: str = "", **facts: Any
) -> Entry:
    """Record ``task.<verb>`` or ``approval.<verb>``; ``tell`` are the people whom delivery informs of it."""
    area_code, path = place_of(row)
    return record(
        f"{row._meta.model_name}.{verb}",
        row.subject,
        actor,
        area_code=area_code,
        organisation_path=path,
        sensitivity=row.sensitivity,
        exercise=row.exercise,
        version=row.version,
        cause=cause,
        title=row.title,
        urgency=row.urgency,
        url=row.get_absolute_url(),
        about=row.about,
        tell=sorted(person.pk for person in tell),
        **facts,
    )
