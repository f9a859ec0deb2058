"""On the pages of devices, points, limits, rules and windows."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import names_of, scoped
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.lifecycle import Lifecycle
from anning.monitoring import permissions
from anning.monitoring.lifecycle import DEVICE, LIMITS, WINDOW
from anning.monitoring.models import Datastream, Device, LimitVersion, Rule, Window
from anning.monitoring.selectors.points import standing
from anning.ui.registries import Panel, panels

MOST = 30
NEEDS_REASON = ("stop", "retire", "refuse")


def _buttons(life: Lifecycle, state: str, allowed: tuple[str, ...], url_name: str) -> list[dict[str, Any]]:
    return [
        {"move": move, "label": life.move_label(move), "url_name": url_name, "needs_reason": move in NEEDS_REASON}
        for move in life.moves_from(state)
        if move in allowed
    ]


def _device(actor: Actor, device: Device) -> dict[str, Any]:
    moves = tuple(DEVICE.moves_from(device.state)) if actor.may(permissions.MOVE_DEVICE) else ()
    return {"buttons": _buttons(DEVICE, device.state, moves, "monitoring:device_move"), "is_online": device.is_online}


def _points(actor: Actor, device: Device) -> dict[str, Any]:
    rows = scoped(device.datastreams.all(), actor).order_by("code")
    return {"points": rows[:MOST], "count": rows.count(), "may_add": actor.may("monitoring.add_datastream")}


def _keys(actor: Actor, device: Device) -> dict[str, Any]:
    now = clock.now()
    keys = [(key, key.until_at is None or key.until_at > now) for key in device.keys.all()[:5]]
    names = names_of({key.made_by for key, _holds in keys})
    return {"keys": [(key, holds, names[key.made_by]) for key, holds in keys], "can_make": device.state != "retired"}


def _refusals(_actor: Actor, device: Device) -> dict[str, Any] | None:
    rows = list(device.refusals.order_by("-last_at")[:MOST])
    return {"refusals": rows} if rows else None


def _standing(actor: Actor, point: Datastream) -> dict[str, Any]:
    return {"standing": standing(point, actor)}


def _limits(actor: Actor, version: LimitVersion) -> dict[str, Any]:
    allowed = _decisions(actor, version.drafted_by, permissions.APPROVE_LIMITS, "monitoring.add_limitversion")
    return {
        "buttons": _buttons(LIMITS, version.state, allowed, "monitoring:limits_move"),
        "by": names_of({version.drafted_by, version.approved_by} - {""}),
        "drafted_by": version.drafted_by,
        "decided_by": version.approved_by,
        "may_try": version.state == "draft" and actor.may("monitoring.add_limitversion"),
        "trial": version.trial,
    }


def _rule(actor: Actor, rule: Rule) -> dict[str, Any]:
    allowed = _decisions(actor, rule.drafted_by, permissions.APPROVE_RULE, "monitoring.add_rule")
    members = scoped(Datastream.objects.filter(pk__in=rule.names.values()), actor).order_by("code")
    return {
        "buttons": _buttons(LIMITS, rule.state, allowed, "monitoring:rule_move"),
        "by": names_of({rule.drafted_by, rule.approved_by} - {""}),
        "drafted_by": rule.drafted_by,
        "decided_by": rule.approved_by,
        "members": members[:MOST],
    }


def _window(actor: Actor, window: Window) -> dict[str, Any]:
    allowed = _decisions(actor, window.applied_by, permissions.APPROVE_WINDOW, "monitoring.add_window")
    if actor.may(permissions.APPROVE_WINDOW) or window.applied_by == actor.name:
        allowed = (*allowed, "end")
    return {
        "buttons": _buttons(WINDOW, window.state, allowed, "monitoring:window_move"),
        "by": names_of({window.applied_by, window.decided_by} - {""}),
        "drafted_by": window.applied_by,
        "decided_by": window.decided_by,
    }


def _decisions(actor: Actor, drafted_by: str, approve: str, draft: str) -> tuple[str, ...]:
    """Return which decisions the actor has: its own it withdraws, those of others it approves or refuses."""
    if drafted_by == actor.name:
        return ("withdraw",) if actor.may(draft) else ()
    return ("approve", "refuse") if actor.may(approve) else ()


for panel in (
    Panel("life", "monitoring.fielddevice", _("使用状态"), "monitoring/_panel_device.html", _device, position=5),
    Panel(
        "points", "monitoring.fielddevice", _("点位"), "monitoring/_panel_points.html", _points,
        "monitoring.view_datastream", 10,
    ),
    Panel(
        "keys", "monitoring.fielddevice", _("密钥"), "monitoring/_panel_keys.html", _keys, permissions.KEY_DEVICE, 20
    ),
    Panel(
        "refusals", "monitoring.fielddevice", _("拒收"), "monitoring/_panel_refusals.html", _refusals,
        "monitoring.view_refusal", 30,
    ),
    Panel("standing", "monitoring.datastream", _("现状"), "monitoring/_panel_standing.html", _standing, position=5),
    Panel("decision", "monitoring.limitversion", _("办理"), "monitoring/_panel_decision.html", _limits, position=5),
    Panel("rule", "monitoring.rule", _("办理"), "monitoring/_panel_decision.html", _rule, position=5),
    Panel("window", "monitoring.window", _("办理"), "monitoring/_panel_decision.html", _window, position=5),
):  # fmt: skip
    panels.add(f"monitoring.{panel.name}", panel)
