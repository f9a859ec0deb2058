"""How every point stands at this moment: one state each, drawn as shape, letter and colour."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import scoped
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.lifecycle import ANNUNCIATED
from anning.monitoring.models import Alarm, CameraState, Datastream, Fault, Kind, Window
from anning.ui.records.register import of_model
from anning.ui.registries import Text


@dataclass(frozen=True, slots=True)
class State:
    """One way in which a point can stand; ``rank`` orders from the worst."""

    name: str
    label: Text
    shape: str
    letter: Text
    rank: int


STATES = {
    state.name: state
    for state in (
        State("alarm", _("报警"), "▲", _("报"), 0),
        State("warning", _("预警"), "◆", _("预"), 1),
        State("notice", _("提示"), "■", _("提"), 2),
        State("black", _("黑屏"), "▣", _("黑"), 3),
        State("blocked", _("遮挡"), "▨", _("挡"), 4),
        State("fault", _("故障"), "✕", _("障"), 5),
        State("offline", _("离线"), "○", _("离"), 6),
        State("silent", _("检修"), "▽", _("检"), 7),
        State("normal", _("正常"), "✓", _("探"), 8),
        State("camera", _("正常"), "✓", _("监"), 9),
    )
}
TIERS = {3: "alarm", 2: "warning", 1: "notice"}
CAMERAS = {CameraState.OFFLINE: "offline", CameraState.BLOCKED: "blocked", CameraState.BLACK: "black"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One point with its state."""

    point: Datastream
    state: State

    @property
    def is_camera(self) -> bool:
        """Whether it is a 监 (camera) and no 探 (probe)."""
        return self.point.kind == Kind.CAMERA

    @property
    def name(self) -> str:
        """The name of the state by which it is counted and chosen; well is well, camera or probe."""
        return "normal" if self.state.name == "camera" else self.state.name


@dataclass(slots=True)
class Block:
    """The points of one enterprise, or of one place without an enterprise."""

    title: str
    url: str
    area: str
    standings: list[Standing] = field(default_factory=list)

    @property
    def worst(self) -> int:
        """The rank of its worst point."""
        return min(each.state.rank for each in self.standings)


def visible_points(actor: Actor) -> QuerySet[Datastream]:
    """Return the points under watch inside the actor's scope."""
    points = Datastream.objects.filter(is_monitored=True).exclude(device__state="retired")
    return scoped(points, actor).select_related("device__enterprise__area", "device__site", "device__facility", "area")


def standings(points: QuerySet[Datastream]) -> list[Standing]:
    """Return each point with its state: alarms before faults before offline before maintenance."""
    keys = points.order_by().values("pk")
    tiers: dict[int, int] = dict(
        Alarm.objects.filter(state__in=ANNUNCIATED, datastream__in=keys)
        .order_by()
        .values_list("datastream")
        .annotate(worst=Max("tier"))
    )
    faults: dict[int, set[str]] = {}
    for point, condition in Fault.objects.filter(ended_at=None, datastream__in=keys).values_list(
        "datastream_id", "condition"
    ):
        faults.setdefault(point, set()).add(condition)
    now = clock.now()
    held = Q(state="approved", since_at__lte=now, until_at__gt=now, ended_at=None)
    silent = set(Window.objects.filter(held, datastream__in=keys).values_list("datastream_id", flat=True))
    return [
        Standing(point, STATES[_state(point, tiers.get(point.pk), faults.get(point.pk, set()), point.pk in silent)])
        for point in points
    ]


def _state(point: Datastream, tier: int | None, faults: set[str], is_silent: bool) -> str:
    if tier:
        return TIERS[tier]
    if is_silent or point.device.state == "maintenance":
        return "silent"
    if point.kind == Kind.CAMERA:
        return CAMERAS.get(CameraState(point.camera_state or CameraState.OFFLINE), "camera")
    if "offline" in faults or not point.device.is_online:
        return "offline"
    return "fault" if faults else "normal"


def blocks(found: Iterable[Standing]) -> list[Block]:
    """Return the points by enterprise (else site, facility, device), the worst first, then by name."""
    made: dict[Any, Block] = {}
    for each in found:
        device = each.point.device
        home: Any = device.enterprise or device.site or device.facility or device
        key = (home._meta.model_name, home.pk)
        if key not in made:
            made[key] = Block(str(home), _page_of(home), str(home.area or ""))
        made[key].standings.append(each)
    for block in made.values():
        block.standings.sort(key=lambda each: (each.is_camera, each.point.code))
    return sorted(made.values(), key=lambda block: (min(block.worst, 3), block.area, block.title))


def counts(found: Iterable[Standing]) -> list[tuple[State, int]]:
    """Return how many points stand in each state, the worst first; cameras and probes that are well count as one."""
    counted = Counter(each.name for each in found)
    return [(state, counted[name]) for name, state in STATES.items() if counted[name]]


def _page_of(home: Any) -> str:
    register = of_model(type(home))
    return reverse("records:detail", args=(register.name, home.pk)) if register else ""
