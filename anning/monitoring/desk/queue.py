"""The alarm queue: what is open, most urgent first, grouped by enterprise and cause with nothing dropped."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from anning.accounts.selectors import scoped
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.lifecycle import ANNUNCIATED, UNACKNOWLEDGED
from anning.monitoring.models import Alarm, AlarmEvent

FAR = datetime.max.replace(tzinfo=clock.ZONE)
JOINED = ("datastream__device", "enterprise__area", "enterprise__organisation", "area")


@dataclass(slots=True)
class Group:
    """Alarms of one enterprise and cause; the most urgent one speaks for them."""

    alarms: list[Alarm] = field(default_factory=list)

    @property
    def head(self) -> Alarm:
        """The most urgent alarm."""
        return self.alarms[0]

    @property
    def others(self) -> list[Alarm]:
        """All but the head."""
        return self.alarms[1:]

    @property
    def keys(self) -> str:
        """The keys of all its alarms, for what is done to the whole group."""
        return ",".join(str(alarm.pk) for alarm in self.alarms)

    @property
    def episodes(self) -> int:
        """How often its alarms occurred, repeats counted."""
        return sum(alarm.episodes for alarm in self.alarms)


def visible_alarms(actor: Actor) -> QuerySet[Alarm]:
    """Return the alarms inside the actor's scope with what the queue shows of them."""
    return scoped(Alarm.objects.select_related(*JOINED), actor)


def open_alarms(actor: Actor) -> list[Alarm]:
    """Return the alarms that ask for somebody, most urgent first."""
    now = clock.now()
    found = visible_alarms(actor).filter(state__in=ANNUNCIATED)
    return sorted(found, key=lambda alarm: urgency(alarm, now))


def urgency(alarm: Alarm, now: datetime) -> tuple[Any, ...]:
    """Return the key of the queue: overdue first, then the worst, then the nearest deadline, then the oldest."""
    return (
        not alarm.is_overdue(now),
        -alarm.tier,
        alarm.state not in UNACKNOWLEDGED,
        -alarm.priority,
        alarm.due_at or FAR,
        alarm.onset_at,
        alarm.pk,
    )


def grouped(alarms: Iterable[Alarm]) -> list[Group]:
    """Return the alarms by enterprise and cause; a group stands where its most urgent alarm stands."""
    groups: dict[Any, Group] = {}
    for alarm in alarms:
        place = ("enterprise", alarm.enterprise_id) if alarm.enterprise_id else ("device", alarm.datastream.device_id)
        groups.setdefault((*place, alarm.cause), Group()).alarms.append(alarm)
    return list(groups.values())


def quiet_since(actor: Actor) -> datetime | None:
    """Return when the last alarm in the actor's scope moved, which is since when an empty queue is empty."""
    seen = AlarmEvent.objects.filter(alarm__in=scoped(Alarm.objects.all(), actor).order_by())
    last: datetime | None = seen.aggregate(last=Max("recorded_at"))["last"]
    return last


def sounding(alarms: Iterable[Alarm]) -> int:
    """Return the highest tier that nobody has acknowledged; 0: silence."""
    return max((alarm.tier for alarm in alarms if alarm.state in UNACKNOWLEDGED), default=0)
