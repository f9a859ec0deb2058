"""Alarms over the API: their moves; looking them up is the register's."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from anning.accounts.web import actor_of
from anning.kernel.actor import Actor
from anning.monitoring import services
from anning.monitoring.models import Alarm

router = Router(tags=["monitoring"])
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]


class AlarmOut(Schema):
    """An alarm."""

    id: int
    uid: str
    code: str
    datastream_id: int
    enterprise_id: int | None
    condition: str
    tier: int
    priority: int
    state: str
    letter: str
    is_active: bool
    value: float | None
    limit: float | None
    peak: float | None
    episodes: int
    onset_at: datetime
    returned_at: datetime | None
    due_at: datetime | None
    acknowledged_until: datetime | None
    shelved_until: datetime | None
    verdict: str
    handed_up_at: datetime | None
    closed_at: datetime | None
    version: int


class AlarmMoveIn(Schema):
    """One move of an alarm; ``text`` is its reason, ``minutes`` how long an acknowledgement or the shelf holds."""

    move: str = Field(pattern="^(acknowledge|judge|hand_up|shelve|unshelve|reset|close)$")
    text: str = Field("", max_length=200)
    minutes: float | None = Field(None, gt=0, le=100_000)
    verdict: str = Field("", pattern="^(true|false)?$")
    measure: str = Field("", max_length=200)
    version: int | None = None


DEEDS: dict[str, Callable[[int, Actor, AlarmMoveIn], Alarm]] = {
    "acknowledge": lambda key, actor, body: services.acknowledge(key, actor, minutes=body.minutes, text=body.text),
    "judge": lambda key, actor, body: services.judge_verdict(
        key, actor, verdict=body.verdict, reason=body.text, version=body.version
    ),
    "hand_up": lambda key, actor, body: services.hand_up(key, actor, text=body.text),
    "shelve": lambda key, actor, body: services.shelve(key, actor, reason=body.text, minutes=body.minutes),
    "unshelve": lambda key, actor, body: services.unshelve(key, actor, text=body.text),
    "reset": lambda key, actor, body: services.reset(key, actor, text=body.text),
    "close": lambda key, actor, body: services.close(
        key, actor, reason=body.text, measure=body.measure, verdict=body.verdict
    ),
}


@router.post("/alarms/{alarm_id}/moves", response=AlarmOut)
def move_alarm(request: HttpRequest, alarm_id: Key, body: AlarmMoveIn) -> Alarm:
    """Take an alarm through one move. 409 when its state does not allow it."""
    return DEEDS[body.move](alarm_id, actor_of(request), body)
