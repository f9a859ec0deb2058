"""Cameras (监): their state is told as the value of their datastream, or follows from the silence of their device."""

from datetime import datetime

from django.db import transaction

from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import system
from anning.monitoring.history import Last
from anning.monitoring.models import CAMERA_VALUES, CameraState, Datastream
from anning.monitoring.observations import Quality
from anning.monitoring.services.entries import where

PLATFORM = system()


def look_at_cameras(last: Last, now: datetime | None = None) -> int:
    """Take from the newest readings how every camera is; return how many have changed."""
    now = now or clock.now()
    told = zip(last.datastreams.tolist(), last.values.tolist(), last.qualities.tolist(), strict=True)
    newest = {key: (value, quality) for key, value, quality in told}
    cameras = Datastream.objects.filter(kind="camera", is_monitored=True, device__state="in_service")
    changed = 0
    for pk, before, is_online in cameras.values_list("pk", "camera_state", "device__is_online"):
        state = state_of(is_online, newest.get(pk))
        if state and state != before:
            changed += note_camera(pk, state, at=now)
    return changed


def state_of(is_online: bool, reading: tuple[float, int] | None) -> str:
    """Return how a camera is; "" when nothing has ever been heard of it."""
    if not is_online:
        return CameraState.OFFLINE
    if reading is None:
        return ""
    value, quality = reading
    known = quality == Quality.GOOD and value in CAMERA_VALUES
    return CAMERA_VALUES[int(value)] if known else CameraState.OFFLINE


@transaction.atomic
def note_camera(datastream_id: int, state: str, *, at: datetime | None = None) -> bool:
    """Keep the state of a camera and journal its change; return whether it changed. Raises ValueError for no state."""
    state = CameraState(state).value
    rows = Datastream.all_objects.select_for_update(of=("self",)).select_related("area", "organisation")
    point = rows.get(pk=datastream_id)
    if point.camera_state == state:
        return False
    before, now = point.camera_state, at or clock.now()
    Datastream.all_objects.filter(pk=point.pk).update(camera_state=state, camera_since=now)
    record("datastream.camera", point.subject, PLATFORM, **where(point), at=now, before=before, after=state)
    return True
