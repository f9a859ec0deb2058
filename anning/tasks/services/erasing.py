"""What tasks forget of a person that is erased, and what they hand over of it."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.holders import Holder, hold
from anning.accounts.models import Person
from anning.journal import personal
from anning.kernel.pinyin import initials_key
from anning.tasks.models import Approval, Copy, Draft, Feedback, Opinion, Task, VerbalConsent

GONE = "×××"
SHORTEST_NUMBER = 5  # shorter ones, such as an extension, mean nobody
TEXTS = ((Task, ("title", "body")), (Feedback, ("text",)), (Opinion, ("text",)))


def copy_of(person: Person) -> dict[str, Any]:
    """Return what tasks and approvals hold of a person."""
    actors = [user.subject for user in person.users.all()]
    return {
        _("任务"): list(
            Task.all_objects.filter(Q(person=person) | Q(acknowledged_by__in=actors)).values_list("title", flat=True)
        ),
        _("抄送"): list(Copy.objects.filter(person=person).values_list("task__title", flat=True)),
        _("审批"): list(Approval.all_objects.filter(steps__person=person).distinct().values_list("title", flat=True)),
        _("反馈"): list(Feedback.objects.filter(by__in=actors).values_list("text", flat=True)),
    }


def erase(person: Person) -> int:
    """Forget a person's numbers in free texts, and its name in those of its unit; return how many rows changed.

    The journal's words about such a task or paper go as a whole; the lines stay with the name blotted out.
    """
    done = VerbalConsent.objects.filter(person=person).exclude(phone="").update(phone="")
    done += Copy.objects.filter(person=person).delete()[0]
    numbers = [person.mobile, person.id_number, person.office_phone, person.email]
    for model, names in TEXTS:
        for name in names:
            done += sum(_replace(model, name, number) for number in numbers if len(number) >= SHORTEST_NUMBER)
            done += _replace(model, name, person.name, of=person) if len(person.name) > 1 else 0
    return done


def _replace(model: Any, field: str, word: str, *, of: Person | None = None) -> int:
    """Blot a word out; a name only where the person has to do with the task: as its doer, or as one of its unit."""
    rows = model._base_manager.filter(**{f"{field}__contains": word})
    found = list(_about(model, rows, of) if of else rows)
    for row in found:
        blotted = {field: getattr(row, field).replace(word, GONE)}
        if model is Task and field == "title":
            blotted["initials"] = initials_key(blotted["title"], 300)
        model._base_manager.filter(pk=row.pk).update(**blotted)
        personal.erase(_owner(row).subject)
    return len(found)


def _about(model: Any, rows: Any, person: Person) -> Any:
    """Cut rows to those of tasks and papers that the person or its unit has to do with."""
    if model is Task:
        return rows.filter(Q(person=person) | Q(organisation=person.organisation))
    if model is Feedback:
        return rows.filter(Q(task__person=person) | Q(task__organisation=person.organisation))
    return rows.filter(approval__organisation=person.organisation)


def _owner(row: Any) -> Task | Approval:
    """Return the task or paper under whose name the journal keeps the words of a row."""
    owner: Task | Approval = row if isinstance(row, Task) else row.task if isinstance(row, Feedback) else row.approval
    return owner


hold(Holder("tasks", gettext_lazy("任务和审批"), copy_of, erase, (Task, Feedback, Opinion, Draft, VerbalConsent, Copy)))
