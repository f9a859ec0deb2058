"""What tasks and approvals show on others' pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.kernel.actor import Actor
from anning.tasks import permissions, selectors
from anning.tasks.models import Urgency
from anning.ui import registries
from anning.ui.records.register import find
from anning.ui.records.selectors import matching
from anning.ui.registries import Found, HelpPage, HomeBlock, NavItem, Panel, SearchSource, Tile, Todo, TodoSource

MOST = 8
TASK_SOURCES = ("tasks",)  # what the to-do page lists by itself


def waiting_tasks(actor: Actor) -> list[Todo]:
    """Tasks that wait for the actor, most urgent first."""
    return [
        Todo(t.title, t.get_absolute_url(), t.get_kind_display(), t.clock_at, t.assigned_at, t.urgency > Urgency.NORMAL)
        for t in selectors.urgent_first(selectors.waiting_for(actor))[:50]
    ]


def waiting_approvals(actor: Actor) -> list[Todo]:
    """Papers whose turn it is for the actor, and its own that came back."""
    steps = [
        Todo(
            s.approval.title,
            s.approval.get_absolute_url(),
            s.get_duty_display(),
            s.approval.due_at,
            s.since,
            s.approval.urgency > Urgency.NORMAL,
        )
        for s in selectors.waiting_steps(actor)[:50]
    ]
    back = selectors.my_drafts(actor).filter(run__gt=1)[:50]
    return steps + [Todo(a.title, a.get_absolute_url(), _("退回修改"), a.due_at, a.changed_at) for a in back]


def count_approvals(actor: Actor) -> int:
    """How many papers wait for the actor."""
    return selectors.waiting_steps(actor).count() + selectors.my_drafts(actor).filter(run__gt=1).count()


def tasks_here(actor: Actor, record: Any) -> dict[str, Any] | None:
    """Tasks about the record whose page it is."""
    found = selectors.urgent_first(selectors.tasks_about(record.subject, actor))[:MOST]
    may_add = actor.may(permissions.ADD)
    return {"tasks": found, "record": record, "may_add": may_add} if found or may_add else None


def approvals_here(actor: Actor, record: Any) -> dict[str, Any] | None:
    """Approvals about the record whose page it is."""
    found = selectors.approvals_about(record.subject, actor)[:MOST]
    return {"approvals": found} if found else None


def steps_here(actor: Actor, policy: Any) -> dict[str, Any]:
    """The steps of a policy: as a form for whoever may change it."""
    from anning.tasks.views.policies import formset_of

    if actor.may(permissions.CHANGE_POLICY):
        return {"policy": policy, "formset": formset_of(policy, actor)}
    return {"steps": policy.steps.select_related("post", "person").order_by("position")}


def approvals_block(actor: Actor) -> dict[str, Any] | None:
    """Papers that wait for the actor."""
    steps = selectors.waiting_steps(actor)
    return {"steps": steps[:MOST], "count": steps.count()}


def overdue_block(actor: Actor) -> dict[str, Any]:
    """Escalation steps that did not happen, chains that ended unanswered."""
    late, ended = selectors.overdue_steps(actor), selectors.exhausted(actor)
    return {"late": late[:MOST], "exhausted": ended[:MOST], "late_count": late.count(), "ended_count": ended.count()}


def find_tasks(actor: Actor, text: str, limit: int) -> list[Found]:
    """Tasks that the actor may see, by title, initials or what they are about; the newest first."""
    seen = selectors.visible_tasks(actor).filter(matching(find("task-book"), text)).order_by("-pk")
    return [Found(t.title, t.get_absolute_url(), _("任务"), str(t.get_state_display())) for t in seen[:limit]]


def find_approvals(actor: Actor, text: str, limit: int) -> list[Found]:
    """Papers that the actor may see, by title, initials or official number; the newest first."""
    seen = selectors.visible_approvals(actor).filter(matching(find("approval-book"), text)).order_by("-pk")
    return [Found(a.title, a.get_absolute_url(), _("审批"), a.number or a.get_state_display()) for a in seen[:limit]]


registries.search_sources.add("tasks", SearchSource("tasks", _("任务"), find_tasks, position=50))
registries.search_sources.add("approvals", SearchSource("approvals", _("审批"), find_approvals, position=51))
registries.todo_sources.add(
    "tasks",
    TodoSource("tasks", _("任务"), waiting_tasks, lambda actor: selectors.waiting_for(actor).count(), position=10),
)
registries.todo_sources.add(
    "approvals", TodoSource("approvals", _("审批"), waiting_approvals, count_approvals, position=20)
)
registries.panels.add("tasks", Panel("tasks", "*", _("任务"), "tasks/_panel_tasks.html", tasks_here, position=50))
registries.panels.add(
    "approvals", Panel("approvals", "*", _("审批"), "tasks/_panel_approvals.html", approvals_here, position=60)
)
registries.panels.add(
    "escalation-steps",
    Panel(
        "escalation-steps", "tasks.escalationpolicy", _("升级步骤"), "tasks/_panel_policy.html", steps_here, position=5
    ),
)
registries.home_blocks.add(
    "approvals",
    HomeBlock(
        "approvals",
        _("待批文稿"),
        "tasks/_block_approvals.html",
        approvals_block,
        homes=("lead",),
        permission=permissions.DECIDE_APPROVAL,
        position=20,
    ),
)
registries.home_blocks.add(
    "overdue",
    HomeBlock(
        "overdue",
        _("超时升级"),
        "tasks/_block_overdue.html",
        overdue_block,
        homes=("audit",),
        permission=permissions.AUDIT,
        position=10,
    ),
)
registries.nav_items.add(
    "todo", NavItem("todo", _("待办"), "tasks:todo", "clipboard-list", permissions.VIEW, position=20)
)
registries.nav_items.add(
    "approvals",
    NavItem("approvals", _("审批"), "tasks:approval_list", "clipboard-check", permissions.VIEW_APPROVAL, position=25),
)
registries.tiles.add(
    "tasks",
    Tile("tasks", _("我的任务"), "tasks:todo", "checklist", lambda actor: selectors.waiting_for(actor).count()),
)
registries.help_pages.add(
    "tasks:todo",
    HelpPage(
        "tasks:todo",
        _("待办"),
        (
            _("最急的排在最前：先是已超时的，再按紧急程度和时限。“签收”表示您已知悉并承诺按时办结。"),
            _("签收后到时仍未办结，任务会重新提醒，并按升级规则逐级通知。"),
            _("“已办”是办结和取消的任务，“抄送”只需阅知，“交办”是您交给别人的任务。"),
        ),
    ),
)
registries.help_pages.add(
    "tasks:approval_detail",
    HelpPage(
        "tasks:approval_detail",
        _("审批"),
        (
            _("左侧是文稿，绿色带下划线的是本稿新增，红色带删除线的是上一稿中删去的。"),
            _("拟稿人不能签发自己拟的文稿；文号在签发时取得，不会重复使用。"),
            _("来不及签字时可登记签发人的口头同意，文稿先行报出，系统会催办补签。"),
        ),
    ),
)
