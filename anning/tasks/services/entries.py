"""What the journal hears of tasks and approvals."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Person
from anning.accounts.selectors import place_of
from anning.journal import personal
from anning.journal.labels import describe
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.tasks.lifecycle import APPROVAL, TASK
from anning.tasks.models import Approval, Task

WORDS = ("text",)  # facts that are free text

for move in TASK.moves:
    describe(f"task.{move.name}", format_lazy("{} {}", _("任务"), move.label))
for move in APPROVAL.moves:
    describe(f"approval.{move.name}", format_lazy("{} {}", _("审批"), move.label))
for kind, words in {
    "task.assign": _("任务 交办"),
    "task.feedback": _("任务 反馈"),
    "task.prove": _("任务 上传佐证"),
    "task.escalate": _("任务 超时升级"),
    "task.exhaust": _("任务 升级后仍无人签收"),
    "task.remind": _("任务 到期提醒"),
    "task.audit": _("任务 升级未按时进行"),
    "approval.start": _("审批 拟稿"),
}.items():
    describe(kind, words)


def note(
    row: Task | Approval, verb: str, actor: Actor, *, tell: Iterable[Person] = (), cause: str = "", **facts: Any
) -> Entry:
    """Record ``task.<verb>`` or ``approval.<verb>``; ``tell`` are the people whom delivery informs of it.

    What somebody wrote may name people: the chain keeps its digest, the words can be erased.
    """
    facts |= {name: personal.protect(row.subject, facts[name]) for name in WORDS if name in facts}
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
