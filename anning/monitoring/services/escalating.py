"""What the clocks do: re-alarm, raise the tier, tell the next in line, end the silences.

Each function asks the indexed columns what is due and takes every case under a lock, looking again: of two workers that
see one case, the second finds it done.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from anning.accounts.models import Organisation, Person, Post
from anning.accounts.selectors import leaders_over
from anning.delivery import permissions as delivery
from anning.delivery.services import send_message
from anning.duty.selectors import on_post
from anning.kernel import clock
from anning.kernel.actor import Actor, system
from anning.monitoring import logic
from anning.monitoring.lifecycle import ALARM, UNACKNOWLEDGED
from anning.monitoring.models import Alarm
from anning.monitoring.services.acting import JOINED
from anning.monitoring.services.entries import keep
from anning.monitoring.services.terms import frozen_steps, start_clocks, step_due_at, terms

PLATFORM = system(delivery.ADD)
BATCH = 100
ACKNOWLEDGED = ("acknowledged", "latched_acknowledged")


def expire_acknowledgements(now: datetime | None = None) -> int:
    """Ask again for what was acknowledged and not resolved in the promised time; return for how many."""
    now = now or clock.now()
    due = Q(state__in=ACKNOWLEDGED, acknowledged_until__lte=now)
    return _each(due, "acknowledged_until", lambda alarm: _expire(alarm, now))


def escalate_tiers(now: datetime | None = None) -> int:
    """Raise by one tier what has stood too long; return how many."""
    now = now or clock.now()
    due = Q(tier_due_at__lte=now, is_active=True, state__in=("unacknowledged", "acknowledged"))
    return _each(due, "tier_due_at", lambda alarm: _rise(alarm, now))


def tell_next(now: datetime | None = None) -> int:
    """Tell the next in line of alarms that nobody has acknowledged; return of how many."""
    now = now or clock.now()
    due = Q(step_due_at__lte=now, state__in=UNACKNOWLEDGED)
    return _each(due, "step_due_at", lambda alarm: _tell(alarm, now))


def end_shelving(now: datetime | None = None) -> int:
    """Take alarms off the shelf whose time is over; return how many."""
    now = now or clock.now()
    return _each(Q(state="shelved", shelved_until__lte=now), "shelved_until", lambda a: unsilence(a, PLATFORM, now))


def end_suppression(now: datetime | None = None) -> int:
    """Let alarms sound whose window is over; return how many."""
    now = now or clock.now()
    over = Q(window=None) | Q(window__until_at__lte=now) | Q(window__state__in=("ended", "refused", "withdrawn"))
    return _each(Q(over, state="suppressed"), "pk", lambda alarm: unsilence(alarm, PLATFORM, now))


def raise_tier(alarm: Alarm, actor: Actor, now: datetime, clocks: logic.Clocks, *, verb: str) -> None:
    """Raise an alarm by one tier: it asks again, for an acknowledgement of less does not cover more."""
    before = alarm.tier
    alarm.state = ALARM.after(alarm.state, "escalate")
    alarm.tier = min(alarm.tier + 1, logic.ALARM)
    is_major = bool(alarm.enterprise and alarm.enterprise.is_major_hazard)
    alarm.priority = logic.priority(alarm.tier, is_major=is_major)
    alarm.steps, alarm.acknowledged_until = frozen_steps(alarm.tier), None
    start_clocks(alarm, now, clocks)
    keep(alarm, "escalate", actor, now, verb=verb, before=before, after=alarm.tier)


def unsilence(alarm: Alarm, actor: Actor, now: datetime, text: str = "") -> None:
    """End the silence of an alarm: what is still active asks for somebody, what has returned lapses."""
    out = {"shelved": "unshelve", "suppressed": "unsuppress", "out_of_service": "restore"}[alarm.state]
    move = out if alarm.is_active else "lapse"
    alarm.state = ALARM.after(alarm.state, move)
    alarm.shelved_until, alarm.due_at = None, None
    if alarm.is_active:
        alarm.steps = alarm.steps or frozen_steps(alarm.tier)
        start_clocks(alarm, now, terms(now).clocks)
    keep(alarm, move, actor, now, text=text)


def _each(due: Q, order: str, take: Callable[[Alarm], Any]) -> int:
    """Take every alarm that is due in a transaction of its own, looking again under the lock."""
    keys = Alarm.all_objects.filter(due).order_by(order).values_list("pk", flat=True)[:BATCH]
    count = 0
    for key in list(keys):
        with transaction.atomic():
            rows = Alarm.all_objects.select_for_update(of=("self",)).select_related(*JOINED)
            alarm = rows.filter(due, pk=key).first()
            if alarm is not None:
                take(alarm)
                count += 1
    return count


def _expire(alarm: Alarm, now: datetime) -> None:
    since = alarm.acknowledged_until or now
    alarm.state = ALARM.after(alarm.state, "expire")
    alarm.acknowledged_until = None
    tier_due_at, check_due_at = alarm.tier_due_at, alarm.check_due_at
    start_clocks(alarm, since, terms(now).clocks)
    alarm.tier_due_at, alarm.check_due_at = tier_due_at, check_due_at  # the danger's clocks do not start again
    keep(alarm, "expire", PLATFORM, now)


def _rise(alarm: Alarm, now: datetime) -> None:
    since = alarm.tier_due_at or now
    raise_tier(alarm, PLATFORM, now, terms(now).clocks, verb="escalate")
    # Counted from when the step was due: the danger's clock does not stop with the worker.
    alarm.tier_due_at = terms(now).clocks.tier_due_at(alarm.tier, since)
    alarm.save(update_fields=["tier_due_at"])


def _tell(alarm: Alarm, now: datetime) -> None:
    step, people = _next_in_line(alarm, now)
    due_at = alarm.step_due_at or now
    alarm.step, alarm.step_due_at = step + 1, step_due_at(alarm.steps, step + 1, due_at)
    text = _("无人签收，已通知下一级") if people else _("无人签收，通知名单上已无人可通知")
    if people:
        send_message(
            PLATFORM,
            title=_("%(tier)s未签收：%(title)s") % {"tier": alarm.get_tier_display(), "title": alarm},
            body=_("%(place)s %(point)s 自%(since)s起%(condition)s，至今无人签收，请立即处置。")
            % {
                "place": alarm.enterprise or alarm.datastream.device,
                "point": alarm.datastream,
                "since": f"{clock.local(alarm.episode_at):%H:%M}",
                "condition": alarm.get_condition_display(),
            },
            to=people,
            level=alarm.tier - 1,
            breaks_quiet=True,
            about=alarm.subject,
            about_title=str(alarm),
            about_url=alarm.get_absolute_url(),
            area=alarm.area,
            organisation=alarm.organisation,
            dedup_key=f"alarm-{alarm.pk}-{alarm.version}-{step}",
            exercise=alarm.exercise,
            now=now,
        )
    told = sorted(person.pk for person in people)
    keep(alarm, "tell", PLATFORM, now, text=text, step=step, told=told, vacant=not people)


def _next_in_line(alarm: Alarm, now: datetime) -> tuple[int, list[Person]]:
    """Return the first step from the due one on that reaches somebody; nobody on the post passes it on at once."""
    for step in range(alarm.step, len(alarm.steps)):
        if people := _whom(alarm.steps[step], alarm, now):
            return step, people
    return len(alarm.steps), []


def _whom(step: dict[str, Any], alarm: Alarm, now: datetime) -> list[Person]:
    post = Post.objects.filter(pk=step["post"]).select_related("organisation").first()
    match step["target"]:
        case "post":
            return on_post(post, now) if post else []
        case "leader":
            return leaders_over(post.organisation) if post else []
        case "enterprise":
            return _users_of(alarm.organisation) if alarm.organisation else []
        case "town":
            town = alarm.area.code[:9] if alarm.area else ""
            unit = Organisation.objects.filter(kind=Organisation.Kind.TOWN, area__code=town).first() if town else None
            return _users_of(unit) if unit else []
    return []


def _users_of(unit: Organisation) -> list[Person]:
    working = Person.objects.filter(is_active=True, erased_at=None, organisation=unit, users__is_active=True)
    return list(working.distinct().order_by("pk"))
