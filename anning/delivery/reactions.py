"""What delivery tells people when it hears of it in the journal."""

from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Area, Organisation, Person
from anning.delivery import permissions, services
from anning.delivery.models import Level
from anning.journal import personal
from anning.journal.models import Entry
from anning.journal.registry import reacts_to
from anning.kernel.actor import system

PLATFORM = system(permissions.ADD)
SAYINGS = {
    "task.assign": _("您有一项新任务"),
    "task.transfer": _("有一项任务转办给您"),
    "task.reassign": _("有一项任务改派给您"),
    "task.rework": _("任务须重新办理"),
    "task.extend": _("任务时限已调整"),
    "task.cancel": _("任务已取消"),
    "task.send_back": _("您交办的任务被退回"),
    "task.finish": _("您交办的任务已办结"),
    "task.escalate": _("任务超时未签收，请协调处理"),
    "task.realarm": _("任务已签收但未按时办结"),
    "task.remind": _("任务即将到期"),
    "approval.submit": _("有一份文稿请您审核"),
    "approval.agree": _("有一份文稿请您审核"),
    "approval.hand_in": _("有一份文稿请您签发"),
    "approval.pass_up": _("有一份文稿请您签发"),
    "approval.transfer": _("有一份文稿转交给您"),
    "approval.add_opinion": _("有一份文稿请您加签"),
    "approval.send_back": _("您的文稿被退回修改"),
    "approval.sign": _("您的文稿已签发"),
    "approval.deny": _("先行报出的文稿未获确认"),
    "approval.consent": _("有一份文稿等您补签"),
    "approval.release": _("有一份文稿先行报出，等您补签"),
}
LEVELS = {1: Level.NORMAL, 2: Level.NORMAL, 3: Level.ORANGE}  # urgency of the task or paper


@reacts_to(*SAYINGS)
def tell_people(entry: Entry) -> None:
    """Whoever a task or paper waits for hears of it at once, once."""
    facts = personal.resolve(entry.data)
    people = list(Person.objects.filter(pk__in=facts.get("tell", ()), is_active=True, erased_at=None))
    if not people:
        return
    level = LEVELS.get(facts["urgency"], Level.NORMAL)
    services.send_message(
        PLATFORM,
        title=f"{SAYINGS[entry.kind]}：{facts['title']}",
        body=str(facts.get("text") or SAYINGS[entry.kind]),
        to=people,
        channels=("in_app", "email") if facts["urgency"] > 1 else ("in_app",),
        level=level,
        about=entry.subject,
        about_title=facts["title"],
        about_url=facts["url"],
        area=Area.objects.filter(code=entry.area_code).first() if entry.area_code else None,
        organisation=Organisation.objects.filter(path=entry.organisation_path).first()
        if entry.organisation_path
        else None,
        sensitivity=entry.sensitivity,
        exercise=entry.exercise,
        dedup_key=f"entry:{entry.uid}",
        cause=entry.uid,
    )
