"""A watched enterprise with a gas detector, and the people who watch."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from anning.kernel.actor import Actor
from anning.monitoring.judging import Transition
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import Alarm, Datastream, Device
from anning.monitoring.services import take_transitions
from anning.registry.models import Enterprise
from tests.district import District

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
Make = Callable[..., Any]


@pytest.fixture
def operator(actor_of) -> Actor:
    """Who watches in the monitoring centre."""
    return actor_of("monitor")


@pytest.fixture
def chief(actor_of) -> Actor:
    """Who approves what the operator asks for."""
    return actor_of("duty")


@pytest.fixture
def enterprise(district: District) -> Enterprise:
    """A hazmat enterprise of town A."""
    return Enterprise.objects.create(
        name="芦台某某化工有限公司",
        industry="hazmat",
        area=district.town_a.area,
        organisation=district.town_a.enterprise,
        is_monitored=True,
    )


@pytest.fixture
def device(enterprise: Enterprise) -> Device:
    """Its data logger, in service."""
    made = Device(
        code="SB-1", name="罐区数采仪", protocol="hj212", identity="MN1", enterprise=enterprise, state="in_service"
    )
    made.derive()
    made.save()
    return made


@pytest.fixture
def make_point(device: Device) -> Make:
    """``make_point("GAS_1", kind=…)`` makes a datastream of the device."""

    def make(code: str = "GAS_1", kind: str = "combustible_gas", **facts: Any) -> Datastream:
        values = {"device": device, "channel": code, "name": f"罐区探头{code}", "unit": "%LEL", "zone": "罐区"} | facts
        point = Datastream(code=code, kind=kind, **values)
        point.derive()
        point.save()
        return point

    return make


@pytest.fixture
def point(make_point: Make) -> Datastream:
    """A combustible gas detector."""
    return make_point()


def onset(point: Datastream, condition: str = "high", at: datetime = NOW, **facts: Any) -> Transition:
    """Return the onset of a condition."""
    values = {"value": 26.0, "limit": 25.0, "tier": 2 if condition in ("high_high", "low_low") else 1} | facts
    return Transition(point.pk, values.pop("rule", condition), condition, milliseconds(at), True, **values)


def ending(point: Datastream, condition: str = "high", at: datetime = NOW, **facts: Any) -> Transition:
    """Return the end of a condition."""
    return onset(point, condition, at, **({"value": 20.0} | facts))._replace(is_active=False)


@pytest.fixture
def alarm(point: Datastream) -> Alarm:
    """An unacknowledged alarm."""
    return take_transitions([onset(point)], 1, NOW).raised[0]
