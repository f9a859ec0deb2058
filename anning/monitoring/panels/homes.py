"""On homes and among what waits: alarms that ask for somebody, what is to be approved, how much is online."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor
from anning.monitoring import permissions
from anning.monitoring.lifecycle import UNACKNOWLEDGED
from anning.monitoring.models import Alarm, LimitVersion, Rule, Window
from anning.monitoring.selectors import rates
from anning.ui.records.register import find
from anning.ui.registries import HomeBlock, Tile, Todo, TodoSource, home_blocks, tiles, todo_sources

MOST = 20
# Questions of registers whose answers somebody should work off, in this order.
WANTED = (
    ("devices", "dark"),
    ("refusals", "strangers"),
    ("datastreams", "calibration_due"),
    ("alarms", "unjudged"),
)


def _asking(actor: Actor) -> QuerySet[Alarm]:
    """Alarms that ask for an acknowledgement the actor may give."""
    if not actor.may(permissions.ACKNOWLEDGE):
        return Alarm.objects.none()
    return scoped(Alarm.objects.filter(state__in=UNACKNOWLEDGED), actor)


def _waiting(actor: Actor) -> list[Todo]:
    alarms = _asking(actor).select_related("datastream", "enterprise").order_by("-priority", "due_at")[:MOST]
    found = [
        Todo(
            f"{each.get_tier_display()} {each}", each.get_absolute_url(), _("报警"), each.due_at, each.episode_at, True
        )
        for each in alarms
    ]
    for rows, register, label in _approvals(actor) if _count_approvals(actor) else ():
        found += [Todo(str(row), _page(register, row.pk), label, since=_since(row)) for row in rows[:MOST]]
    return found


def _count(actor: Actor) -> int:
    return _asking(actor).count() + _count_approvals(actor)


def _count_approvals(actor: Actor) -> int:
    """How many there are to approve, asked at once: there are none on most days."""
    asked = [rows.order_by().values("pk") for rows, _register, _label in _approvals(actor)]
    return asked[0].union(*asked[1:], all=True).count() if asked else 0


def _approvals(actor: Actor) -> list[tuple[QuerySet[Any], str, Any]]:
    """Return what somebody else has put forward and the actor may approve."""
    asked = (
        (permissions.APPROVE_WINDOW, Window.objects.filter(state="requested"), "applied_by", "windows", _("检修摘除")),
        (permissions.APPROVE_LIMITS, LimitVersion.objects.filter(state="draft"), "drafted_by", "limits", _("报警限值")),
        (permissions.APPROVE_RULE, Rule.objects.filter(state="draft"), "drafted_by", "rules", _("组合规则")),
    )
    return [
        (scoped(rows, actor).exclude(**{by: actor.name}).order_by("pk"), register, label)
        for permission, rows, by, register, label in asked
        if actor.may(permission)
    ]


def _since(row: Any) -> Any:
    return getattr(row, "applied_at", None) or getattr(row, "drafted_at", None) or row.created_at


def _page(register: str, key: int) -> str:
    return reverse("records:detail", args=(register, key))


def _state(actor: Actor) -> dict[str, Any]:
    numbers = rates.now(actor)
    wanted = []
    for name, question in WANTED:
        register = find(name)
        if not actor.may(register.permission("view")):
            continue
        label, cut = register.questions[question]
        count = cut(scoped(register.rows(), actor).order_by()).count()
        if count:
            url = f"{reverse('records:list', args=(name,))}?only={question}"
            wanted.append({"title": f"{register.options.verbose_name} · {label}", "count": count, "url": url})
    return {"figures": numbers, "wanted": wanted}


todo_sources.add("alarms", TodoSource("alarms", _("报警与监测审批"), _waiting, _count, position=5))
home_blocks.add(
    "monitoring.state",
    HomeBlock(
        "monitoring", _("监测概况"), "monitoring/_block_state.html", _state,
        ("monitor", "duty", "lead", "m", "ent"), "monitoring.view_datastream", position=12,
    ),
)  # fmt: skip
tiles.add(
    "alarms",
    Tile(
        "alarms", _("报警"), "desk:queue", "alert-triangle", lambda actor: _asking(actor).count(),
        permissions.ACKNOWLEDGE, 15,
    ),
)  # fmt: skip
