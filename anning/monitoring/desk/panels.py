"""What the desk shows elsewhere: the rail, the homes, the page of an enterprise, the map, the wall, help."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.desk import queue, states, vehicles
from anning.monitoring.lifecycle import UNACKNOWLEDGED
from anning.monitoring.models import Tier
from anning.monitoring.permissions import VIEW_ALARM
from anning.registry.atlas import wall_blocks
from anning.registry.models import Enterprise
from anning.ui.registries import (
    HelpPage,
    HomeBlock,
    MapLayer,
    NavItem,
    Panel,
    help_pages,
    home_blocks,
    map_layers,
    nav_items,
    panels,
)

MOST = 8
VIEW_POINT = "monitoring.view_datastream"


def _waiting(actor: Actor) -> dict[str, Any]:
    """The head of the queue."""
    alarms = queue.open_alarms(actor)
    now = clock.now()
    return {
        "alarms": alarms[:MOST],
        "total": len(alarms),
        "overdue": sum(alarm.is_overdue(now) for alarm in alarms),
        "quiet_since": None if alarms else queue.quiet_since(actor),
    }


def _standing(actor: Actor) -> dict[str, Any] | None:
    """How many points stand in each state."""
    found = states.standings(states.visible_points(actor).filter(device__family="watch"))
    return {"counts": states.counts(found), "total": len(found)} if found else None


def _of_enterprise(actor: Actor, enterprise: Enterprise) -> dict[str, Any] | None:
    """The points of one enterprise as the wall shows them."""
    points = states.visible_points(actor).filter(device__enterprise=enterprise).order_by("code")
    found = states.standings(points)
    return (
        {"standings": found, "enterprise": enterprise, "may_write": actor.may("monitoring.write_earlynotice")}
        if found
        else None
    )


def _on_map(actor: Actor) -> list[dict[str, Any]]:
    """Open alarms where their points are, the most urgent first."""
    made = []
    for alarm in queue.open_alarms(actor):
        point, home = alarm.datastream, alarm.enterprise
        east, north = (
            (point.longitude, point.latitude)
            if point.longitude is not None
            else (getattr(home, "longitude", None), getattr(home, "latitude", None))
        )
        if east is None or north is None:
            continue
        title = f"{alarm.get_tier_display()} · {alarm.enterprise or point.device} · {alarm}"
        said = {"title": title, "url": reverse("desk:alarm", args=(alarm.pk,))}
        made.append({"id": alarm.pk, "geometry": {"type": "Point", "coordinates": [east, north]}, "properties": said})
    return made


def _vehicles(actor: Actor) -> list[dict[str, Any]]:
    """The vehicles at their newest positions."""
    return [
        {
            "id": each.device.pk,
            "geometry": {"type": "Point", "coordinates": [each.longitude, each.latitude]},
            "properties": {"title": each.device.name, "url": reverse("desk:track", args=(each.device.pk,))},
        }
        for each in vehicles.vehicles(actor)
        if each.longitude is not None
    ]


def _on_wall(actor: Actor) -> Iterator[wall_blocks.Line]:
    """The alarms by tier and the points by state; each number leads to its rows."""
    alarms = queue.open_alarms(actor)
    tiers = " / ".join(str(sum(alarm.tier == tier for alarm in alarms)) for tier in reversed(Tier))
    yield wall_blocks.Line(" / ".join(str(tier.label) for tier in reversed(Tier)), tiers, reverse("desk:queue"))
    unseen = sum(alarm.state in UNACKNOWLEDGED for alarm in alarms)
    yield wall_blocks.Line(_("未签收"), str(unseen), reverse("desk:queue"))
    found = states.standings(states.visible_points(actor).filter(device__enterprise__isnull=False))
    for state, count in states.counts(found):
        if state.name in SHOWN_ON_WALL:
            yield wall_blocks.Line(state.label, str(count), f"{reverse('desk:points')}?state={state.name}")


SHOWN_ON_WALL = ("fault", "offline", "normal")
HOMES = ("duty", "monitor", "lead")
for item in (
    NavItem("desk", _("报警台"), "desk:queue", "alarm", VIEW_ALARM, position=5),
    NavItem("fire-units", _("消防"), "desk:fire", "flame", VIEW_POINT, position=6, parent="monitoring"),
    NavItem("vehicles", _("车辆"), "desk:vehicles", "truck", VIEW_POINT, position=7, parent="monitoring"),
    NavItem("water", _("水情雨情"), "desk:water", "droplet", VIEW_POINT, position=8, parent="monitoring"),
    NavItem("points", _("点位墙"), "desk:points", "layout-dashboard", VIEW_POINT, position=5, parent="monitoring"),
    NavItem(
        "rounds",
        _("巡查查岗"),
        "rounds:rounds",
        "checklist",
        "monitoring.view_patrolvisit",
        position=50,
        parent="monitoring",
    ),
):
    nav_items.add(item.name, item)
home_blocks.add(
    "desk.queue",
    HomeBlock("desk.queue", _("待处置报警"), "monitoring/desk/_block_queue.html", _waiting, HOMES, VIEW_ALARM, 5),
)
home_blocks.add(
    "desk.points",
    HomeBlock("desk.points", _("点位状态"), "monitoring/desk/_block_points.html", _standing, HOMES, VIEW_POINT, 12),
)
panels.add(
    "desk.points",
    Panel(
        "desk.points",
        "registry.enterprise",
        _("监测点位"),
        "monitoring/desk/_panel_points.html",
        _of_enterprise,
        VIEW_POINT,
        15,
    ),
)
map_layers.add("open-alarms", MapLayer("open-alarms", _("报警"), _on_map, VIEW_ALARM, shown=True, position=1))
map_layers.add("vehicles", MapLayer("vehicles", _("危化品车辆"), _vehicles, VIEW_POINT, position=2))
wall_blocks.offer(_("安防网"), _on_wall, VIEW_ALARM)
help_pages.add(
    "desk",
    HelpPage(
        "desk",
        _("报警台"),
        (
            _("队列按“已超时、等级最高、时限最近”排序；新报警先进入提示条，不会移动您正在看的内容。"),
            _("同一企业同一原因的报警归为一组，恢复后短时间再次发生的合并计次，逐条都在报警页面的经过里。"),
            _("签收要选多久之内处置，到期仍未恢复会重新报警。研判必须写理由，用于统计误报。"),
            _("红色提示条表示声音未开启，点一次即可；“试音”检查音量。等级不同，声音不同，全部签收后停止。"),
            _("“最近读数”长时间不变时会出现红色提示条：空的队列不代表平安。"),
        ),
        (
            ("j k", _("下一条、上一条")),
            ("Enter", _("打开")),
            ("a", _("签收")),
            ("v", _("研判：误报或真警")),
            ("s", _("搁置")),
            ("h", _("上报")),
            ("o", _("展开同因报警")),
            ("r", _("显示最新队列")),
        ),
        position=10,
    ),
)
