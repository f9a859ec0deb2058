"""Tags of the desk: tiers and states as shape, word and colour; clocks that the script counts down."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from anning.kernel import clock
from anning.monitoring.desk.states import State
from anning.monitoring.models import Alarm, Tier

register = template.Library()
COLOURS = {Tier.ALARM: ("red", "▲"), Tier.WARNING: ("orange", "◆"), Tier.NOTICE: ("yellow", "■")}


@register.simple_tag
def tier(value: int) -> SafeString:
    """Draw a tier as shape, word and colour; tiers are named, never numbered."""
    colour, shape = COLOURS[Tier(value)]
    return format_html(
        '<span class="level level-{}"><span aria-hidden="true">{}</span>{}</span>', colour, shape, Tier(value).label
    )


@register.simple_tag
def point_state(state: State) -> SafeString:
    """Draw the state of a point as shape, word and colour."""
    return format_html(
        '<span class="point-state is-{}"><span aria-hidden="true">{}</span>{}</span>',
        state.name,
        state.shape,
        state.label,
    )


@register.inclusion_tag("monitoring/desk/_clock.html")
def alarm_clock(alarm: Alarm) -> dict[str, Any]:
    """Show the clock that counts for the alarm, and what it is the clock of."""
    words = {
        "acknowledged": _("签收到期"),
        "latched_acknowledged": _("签收到期"),
        "shelved": _("搁置到期"),
        "normal": "",
    }
    due: datetime | None = alarm.due_at
    return {"due_at": due, "what": words.get(alarm.state, _("签收")), "is_over": alarm.is_overdue(clock.now())}


@register.filter
def quantity(value: float | None) -> str:
    """Return a number as people write it; nothing for what is not known."""
    return "" if value is None else f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"


@register.filter
def milliseconds(at: datetime | None) -> str:
    """Return an instant as milliseconds since 1970, for the script."""
    return str(round(at.timestamp() * 1000)) if at else ""


@register.filter
def span_of(minutes: int) -> str:
    """Return minutes as people say them."""
    if minutes % 60:
        return _("%s 分钟") % minutes
    return _("%s 小时") % (minutes // 60)


@register.filter
def reading(newest: dict[int, Any], key: int) -> Any:
    """Return the newest reading of a point."""
    return newest.get(key)


@register.filter
def signed(value: float) -> str:
    """Return a change with its sign."""
    return f"{value:+.2f}"
