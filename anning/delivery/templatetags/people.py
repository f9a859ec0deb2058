"""Tags of delivery: names of actors and channels, outcomes of calls, the call's clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _

from anning.delivery.services.calling import OUTCOMES
from anning.kernel import clock

register = template.Library()


@register.filter
def called(name: str, names: Mapping[str, Any]) -> str:
    """Return what screens call an actor or a channel."""
    return str(names.get(name, name))


@register.filter
def call_outcome(name: str) -> str:
    """Return what came of a call; nothing for other channels."""
    return str(OUTCOMES.get(name, ""))


@register.filter
def seconds_left(until: datetime | None) -> int:
    """Return how many seconds of the platform's clock an answer is still waited for."""
    return int(max(until - clock.now(), timedelta(0)).total_seconds()) if until else 0


@register.filter
def time_left(until: datetime | None) -> str:
    """Return how long an answer is still waited for, in words."""
    left = seconds_left(until)
    return _("%(minutes)s 分 %(seconds)02d 秒后转下一人") % {"minutes": left // 60, "seconds": left % 60}


@register.simple_tag
def clock_rate() -> str:
    """Return how fast the platform's clock runs; 1 unless it is accelerated."""
    return f"{1 / clock.real_seconds(timedelta(seconds=1)):g}"
