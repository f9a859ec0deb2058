"""On the page of an enterprise, a site or a facility; on the map; in the search box."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor
from anning.monitoring import permissions
from anning.monitoring.lifecycle import ANNUNCIATED
from anning.monitoring.models import Alarm
from anning.monitoring.selectors.points import watched
from anning.registry.models import Enterprise
from anning.ui.registries import Found, HelpPage, Panel, SearchSource, help_pages, panels, search_sources

MOST = 20


def _enterprise(actor: Actor, enterprise: Enterprise) -> dict[str, Any] | None:
    found = watched(enterprise, actor)
    return {"watched": found, "enterprise": enterprise} if found else None


def _devices(actor: Actor, place: Any) -> dict[str, Any] | None:
    rows = list(scoped(place.devices.all(), actor).order_by("code")[:MOST])
    return {"devices": rows} if rows else None


def find_alarms(actor: Actor, text: str, limit: int) -> list[Found]:
    """Return alarms by their number (2026-000153 or 153), and open ones by the point or the enterprise they are of."""
    asked = text.strip()
    number = asked.rpartition("-")[2]
    seen = scoped(Alarm.objects.select_related("datastream", "enterprise"), actor)
    if number.isascii() and number.isdigit() and len(number) < 12:
        rows = seen.filter(pk=int(number))
    elif asked:
        named = Q(datastream__name__contains=asked) | Q(enterprise__name__contains=asked)
        rows = seen.filter(named, state__in=ANNUNCIATED).order_by("-priority", "-onset_at")
    else:
        return []
    return [
        Found(f"{each.code} {each}", each.get_absolute_url(), _("报警"), str(each.get_state_display()))
        for each in rows[:limit]
    ]


for on in ("registry.site", "registry.facility"):
    panels.add(
        f"monitoring.devices_{on}",
        Panel(
            "devices", on, _("监测设备"), "monitoring/_panel_devices.html", _devices, "monitoring.view_fielddevice", 25
        ),
    )
panels.add(
    "monitoring.enterprise",
    Panel(
        "watched", "registry.enterprise", _("在线监测"), "monitoring/_panel_enterprise.html", _enterprise,
        permissions.VIEW_ALARM, 8,
    ),
)  # fmt: skip
search_sources.add("alarms", SearchSource("alarms", _("报警"), find_alarms, permissions.VIEW_ALARM, position=40))
help_pages.add(
    "monitoring.registers",
    HelpPage(
        "monitoring",
        _("监测台账"),
        (
            _("设备先登记，签发密钥并在现场配好，开始调试；点位登记齐后投入使用，从此产生报警。"),
            _("更换密钥时旧密钥继续有效一段时间，现场换好后可以立即停用旧密钥。"),
            _("限值、组合规则、检修摘除都是一人提出、另一人批准；自己提出的不能自己批准。"),
            _("离线、超量程、长时间不变属于设备故障，不作为报警，持续一段时间自动派维修工单。"),
        ),
        position=60,
    ),
)
