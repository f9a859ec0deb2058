"""Tags that show how much time is left."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _

from anning.kernel import clock
from anning.tasks.lifecycle import APPROVAL, TASK

register = template.Library()
SOON = timedelta(minutes=30)


def span_text(span: timedelta) -> str:
    """Return a span as people say it: 12 分, 3 小时 05 分, 2 天 4 小时."""
    minutes = int(span.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _("%(days)s 天 %(hours)s 小时") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)s 小时 %(minutes)02d 分") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)s 分") % {"minutes": minutes}


@register.inclusion_tag("tasks/_remaining.html")
def remaining(due_at: datetime | None) -> dict[str, Any]:
    """Show what is left until ``due_at``, or by how much it is over."""
    if due_at is None:
        return {"due_at": None}
    left = due_at - clock.now()
    over = left < timedelta(0)
    return {"due_at": due_at, "over": over, "soon": not over and left < SOON, "span": span_text(abs(left))}


@register.filter
def task_move(name: str) -> str:
    """Return what the button of a task's move says."""
    return str(TASK.move_label(name))


@register.filter
def approval_move(name: str) -> str:
    """Return what a move of an approval is called."""
    return str(APPROVAL.move_label(name))


@register.filter
def named(actor: str, names: dict[str, str]) -> str:
    """Return what screens call an actor."""
    return names.get(actor, actor)
