"""The buttons on the pages of devices, limits, rules and windows."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anning.accounts.selectors import find_scoped
from anning.accounts.web import actor_of
from anning.monitoring import services
from anning.monitoring.lifecycle import DEVICE, LIMITS, WINDOW
from anning.monitoring.models import Device, DeviceKey
from anning.monitoring.permissions import KEY_DEVICE

REASON = "reason"


@require_POST
def device_move(request: HttpRequest, device_id: int, move: str) -> HttpResponse:
    """Take a device through one move of its life."""
    services.move_device(device_id, move, actor_of(request), reason=request.POST.get(REASON, ""))
    return _decided(request, DEVICE.move_label(move), "devices", device_id)


@require_POST
def device_key(request: HttpRequest, device_id: int) -> HttpResponse:
    """Make a key and show its secret, this once."""
    key, secret = services.issue_key(device_id, actor_of(request))
    answer = render(request, "monitoring/key.html", {"key": key, "device": key.device, "secret": secret})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def device_key_end(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key at once."""
    actor = actor_of(request)
    actor.require(KEY_DEVICE)
    key = DeviceKey.objects.filter(pk=key_id).first()
    device = find_scoped(Device.objects.all(), actor, key.device_id if key else 0)
    services.end_key(key_id, actor)
    messages.success(request, _("密钥已停用"))
    return redirect("records:detail", "devices", device.pk)


@require_POST
def limits_move(request: HttpRequest, version_id: int, move: str) -> HttpResponse:
    """Approve, refuse or withdraw a version of limits."""
    services.decide_limits(version_id, move, actor_of(request), reason=request.POST.get(REASON, ""))
    return _decided(request, LIMITS.move_label(move), "limits", version_id)


@require_POST
def limits_trial(request: HttpRequest, version_id: int) -> HttpResponse:
    """Try a version of limits against history."""
    services.try_out(version_id, actor_of(request))
    return redirect("records:detail", "limits", version_id)


@require_POST
def rule_move(request: HttpRequest, rule_id: int, move: str) -> HttpResponse:
    """Approve, refuse or withdraw a rule."""
    services.decide_rule(rule_id, move, actor_of(request), reason=request.POST.get(REASON, ""))
    return _decided(request, LIMITS.move_label(move), "rules", rule_id)


@require_POST
def window_move(request: HttpRequest, window_id: int, move: str) -> HttpResponse:
    """Approve, refuse, withdraw or end a window."""
    services.decide_window(window_id, move, actor_of(request), opinion=request.POST.get(REASON, ""))
    return _decided(request, WINDOW.move_label(move), "windows", window_id)


def _decided(request: HttpRequest, label: Any, register: str, key: int) -> HttpResponse:
    messages.success(request, _("已“%s”") % label)
    return redirect("records:detail", register, key)
