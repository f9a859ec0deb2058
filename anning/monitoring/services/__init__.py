"""Decisions about alarms, silences, devices, limits and faults."""

from anning.monitoring.services.acting import acknowledge, acknowledge_many, close, hand_up, judge_verdict, reset
from anning.monitoring.services.cameras import look_at_cameras, note_camera
from anning.monitoring.services.devices import (
    digest_of,
    end_key,
    issue_key,
    keep_key,
    move_device,
    note_devices,
    note_silence,
)
from anning.monitoring.services.escalating import (
    end_shelving,
    end_suppression,
    escalate_tiers,
    expire_acknowledgements,
    tell_next,
)
from anning.monitoring.services.limits import decide_limits, decide_rule, try_out
from anning.monitoring.services.mending import order_repairs
from anning.monitoring.services.silencing import (
    begin_windows,
    decide_window,
    end_windows,
    request_window,
    shelve,
    unshelve,
)
from anning.monitoring.services.taking import Taken, take_transitions

__all__ = [
    "Taken",
    "acknowledge",
    "acknowledge_many",
    "begin_windows",
    "close",
    "decide_limits",
    "decide_rule",
    "decide_window",
    "digest_of",
    "end_key",
    "end_shelving",
    "end_suppression",
    "end_windows",
    "escalate_tiers",
    "expire_acknowledgements",
    "hand_up",
    "issue_key",
    "judge_verdict",
    "keep_key",
    "look_at_cameras",
    "move_device",
    "note_camera",
    "note_devices",
    "note_silence",
    "order_repairs",
    "request_window",
    "reset",
    "shelve",
    "take_transitions",
    "tell_next",
    "try_out",
    "unshelve",
]
