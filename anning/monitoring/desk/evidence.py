"""The evidence package around an alarm: values, raw frames, facts, and the digest of each, noted in the journal."""

import csv
import hashlib
import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from anning.accounts.selectors import find_scoped
from anning.accounts.web import actor_of
from anning.journal.labels import describe
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.desk import queue, readings
from anning.monitoring.logic import milliseconds, moment
from anning.monitoring.models import Alarm, Datastream
from anning.monitoring.permissions import VIEW_ALARM
from anning.monitoring.services.entries import note

AROUND = timedelta(minutes=10)
LONGEST = timedelta(days=1)
MOST_FRAMES = 20_000_000  # bytes of raw frames in one package
EXPORT = "monitoring.export_alarm"
describe("alarm.evidence", gettext_lazy("报警 导出证据包"))


@require_safe
@login_required
def package(request: HttpRequest, alarm_id: int) -> FileResponse:
    """Send the package and journal its digest."""
    actor = actor_of(request)
    actor.require(VIEW_ALARM)
    actor.require(EXPORT)
    alarm = find_scoped(Alarm.objects.select_related(*queue.JOINED), actor, alarm_id)
    content, digest = pack(alarm, actor)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{alarm.code}-{digest[:8]}.zip")


@transaction.atomic
def pack(alarm: Alarm, actor: Actor) -> tuple[bytes, str]:
    """Return the package and its SHA-256, which the journal keeps together with the digest of the values."""
    since = alarm.onset_at - AROUND
    until = min((alarm.returned_at or clock.now()) + AROUND, since + LONGEST)
    span = milliseconds(since), milliseconds(until)
    points = _points(alarm)
    digests = {point.code: readings.history().digest(point.pk, *span) for point in points}
    files = {
        "facts.json": _json(_facts(alarm, span)),
        "values.csv": _values(points, *span),
        "frames.jsonl": _frames(*span),
    }
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files["digests.json"] = _json({"values": digests, "files": sums})
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    content = out.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    note(alarm, "evidence", actor, sha256=digest, size=len(content), digests=digests)
    return content, digest


def _points(alarm: Alarm) -> list[Datastream]:
    """Return the point of the alarm and those of its plant."""
    point = alarm.datastream
    near = Datastream.objects.filter(device__enterprise=alarm.enterprise, zone=point.zone).exclude(kind="camera")
    others = list(near.exclude(pk=point.pk)[:30]) if point.zone and alarm.enterprise_id else []
    return [point, *others]


def _facts(alarm: Alarm, span: tuple[int, int]) -> dict[str, Any]:
    point = alarm.datastream
    return {
        "alarm": alarm.code,
        "uid": alarm.uid,
        "title": str(alarm),
        "enterprise": str(alarm.enterprise or ""),
        "point": {"code": point.code, "name": point.name, "unit": point.unit, "position": point.position},
        "span": [clock.local(moment(ms)).isoformat() for ms in span],
        "value": alarm.value,
        "limit": alarm.limit,
        "peak": alarm.peak,
        "verdict": alarm.verdict,
        "verdict_reason": alarm.verdict_reason,
        "events": [
            {
                "at": clock.local(event.at).isoformat(),
                "recorded_at": clock.local(event.recorded_at).isoformat(),
                "move": event.move,
                "state": event.state,
                "tier": event.tier,
                "actor": event.actor,
                "value": event.value,
                "limit": event.limit,
                "text": event.text,
            }
            for event in alarm.events.all()
        ],
    }


def _values(points: list[Datastream], first_ms: int, last_ms: int) -> bytes:
    out = io.StringIO()
    line = csv.writer(out)
    line.writerow([_("点位编码"), _("点位"), _("单位"), _("时间"), _("毫秒"), _("数值"), _("质量")])
    for point in points:
        series = readings.history().series(point.pk, first_ms, last_ms)
        columns = series.at_ms.tolist(), series.values.tolist(), series.qualities.tolist()
        for at_ms, value, quality in zip(*columns, strict=True):
            stamp = clock.local(moment(at_ms)).isoformat(timespec="milliseconds")
            line.writerow([point.code, point.name, point.unit, stamp, at_ms, repr(value), quality])
    return ("\ufeff" + out.getvalue()).encode()


def _frames(first_ms: int, last_ms: int) -> bytes:
    """Return the raw frames that arrived in the span, as hex, one batch a line."""
    out, size = [], 0
    for received_ms, frames in readings.history().raw_frames(first_ms, last_ms):
        out.append(json.dumps({"received_ms": received_ms, "hex": frames.hex()}))
        size += len(frames)
        if size > MOST_FRAMES:
            out.append(json.dumps({"cut": True}))
            break
    return "\n".join(out).encode()


def _json(facts: Any) -> bytes:
    return json.dumps(facts, ensure_ascii=False, indent=1).encode()
