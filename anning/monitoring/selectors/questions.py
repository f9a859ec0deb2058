"""Questions of the registers that no column answers."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from anning.kernel import clock, rulebook
from anning.monitoring.lifecycle import ANNUNCIATED
from anning.monitoring.models import Alarm, Datastream, Fault, LimitVersion, Window

Rows = QuerySet[Any]
WRONG_MS = 60_000
CHATTERING = 3  # episodes of one alarm


def dark_devices(rows: Rows) -> Rows:
    """Devices in service that are offline."""
    return rows.filter(state="in_service", is_online=False)


def never_heard(rows: Rows) -> Rows:
    """Devices that have never spoken."""
    return rows.filter(last_seen_at=None).exclude(state="retired")


def wrong_clock(rows: Rows) -> Rows:
    """Devices whose clock is off by more than a minute."""
    return rows.filter(Q(clock_drift_ms__gt=WRONG_MS) | Q(clock_drift_ms__lt=-WRONG_MS))


def without_points(rows: Rows) -> Rows:
    """Devices without any point."""
    return rows.filter(~Exists(Datastream.objects.filter(device=OuterRef("pk"))))


def refused(rows: Rows) -> Rows:
    """Devices of which something was refused."""
    return rows.filter(refusals__isnull=False).distinct()


def strangers(rows: Rows) -> Rows:
    """Refusals of whoever is not registered."""
    return rows.filter(device=None)


def calibration_due(rows: Rows) -> Rows:
    """Points whose calibration has ended or ends soon."""
    days = rulebook.value("ALM-CALIBRATION-REMIND-DAYS")
    return rows.filter(is_monitored=True, calibration_due_on__lte=clock.today() + timedelta(days=days))


def broken(rows: Rows) -> Rows:
    """Points with a fault now."""
    return rows.filter(Exists(Fault.objects.filter(datastream=OuterRef("pk"), ended_at=None)))


def alarming(rows: Rows) -> Rows:
    """Points with an alarm that sounds."""
    return rows.filter(Exists(Alarm.objects.filter(datastream=OuterRef("pk"), state__in=ANNUNCIATED)))


def silenced(rows: Rows) -> Rows:
    """Points in a window of maintenance, bypass or calibration."""
    return rows.filter(Exists(open_windows(Window.objects.filter(datastream=OuterRef("pk")))))


def without_limits(rows: Rows) -> Rows:
    """Points that follow the defaults of their kind."""
    own = LimitVersion.objects.filter(datastream=OuterRef("pk"), state="approved", in_force_at__lte=clock.now())
    return rows.filter(~Exists(own)).exclude(kind="camera")


def open_windows(rows: Rows) -> Rows:
    """Windows that hold now."""
    now = clock.now()
    return rows.filter(state="approved", since_at__lte=now, until_at__gt=now)


def active_alarms(rows: Rows) -> Rows:
    """Alarms whose value is still beyond its limit."""
    return rows.filter(is_active=True)


def unjudged(rows: Rows) -> Rows:
    """Alarms of which nobody has said whether they were true."""
    return rows.filter(verdict="", closed_at=None).exclude(state__in=("suppressed", "out_of_service"))


def handed_up(rows: Rows) -> Rows:
    """Alarms that were handed up."""
    return rows.filter(handed_up_at__isnull=False)


def stale_alarms(rows: Rows) -> Rows:
    """Alarms that have stood too long."""
    hours = rulebook.value("ALM-STALE-HOURS")
    return rows.filter(is_active=True, episode_at__lte=clock.now() - timedelta(hours=hours))


def chattering(rows: Rows) -> Rows:
    """Alarms that came again and again."""
    return rows.filter(episodes__gte=CHATTERING)


def open_faults(rows: Rows) -> Rows:
    """Faults that still stand."""
    return rows.filter(ended_at=None)


def unordered(rows: Rows) -> Rows:
    """Standing faults for which no work order was given."""
    return rows.filter(ended_at=None, order="")
