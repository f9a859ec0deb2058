"""The trend of one point: chart data at any width, its table, export of the raw values."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from math import isnan
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from anning.accounts.selectors import find_scoped
from anning.accounts.web import actor_of
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.monitoring.desk import queue, readings, states
from anning.monitoring.logic import milliseconds, moment
from anning.monitoring.models import Datastream, LimitVersion
from anning.monitoring.observations import Quality
from anning.monitoring.selectors import limits_of

VIEW, EXPORT = "monitoring.view_datastream", "monitoring.export_datastream"
SPANS = {
    "hour": (gettext_lazy("1 小时"), timedelta(hours=1)),
    "day": (gettext_lazy("24 小时"), timedelta(days=1)),
    "week": (gettext_lazy("7 天"), timedelta(days=7)),
    "month": (gettext_lazy("30 天"), timedelta(days=30)),
    "year": (gettext_lazy("1 年"), timedelta(days=365)),
}
LEVELS = {
    "low_low": gettext_lazy("低低报"),
    "low": gettext_lazy("低报"),
    "high": gettext_lazy("高报"),
    "high_high": gettext_lazy("高高报"),
}
BUCKETS, MOST_BUCKETS, ROWS = 500, 2000, 48
MOST_CELLS = 200_000  # readings in one workbook; beyond that CSV
QUALITIES = {
    Quality.GOOD: gettext_lazy("有效"),
    Quality.UNCERTAIN: gettext_lazy("存疑"),
    Quality.FAULT: gettext_lazy("故障"),
    Quality.MAINTENANCE: gettext_lazy("维护"),
    Quality.MISSING: gettext_lazy("缺测"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One bucket of the trend."""

    at: datetime
    count: int
    minimum: float
    mean: float
    maximum: float


@require_safe
@login_required
def page(request: HttpRequest, point_id: int) -> HttpResponse:
    """Show the trend with its table and the alarms of the span."""
    actor = actor_of(request)
    point = point_of(actor, point_id)
    span, since, until = _span(request)
    first, last = milliseconds(since), milliseconds(until)
    rows = rows_of(point.pk, first, last, ROWS)
    (standing,) = states.standings(Datastream.objects.filter(pk=point.pk).select_related("device"))
    context = {
        "point": point,
        "home": point.device.enterprise or point.device.site or point.device.facility,
        "standing": standing,
        "value": readings.newest().get(point.pk),
        "limits": [(LEVELS[name], value) for name, value in levels_of(point).items()],
        "span": span,
        "spans": [(name, label) for name, (label, _length) in SPANS.items()],
        "since": since,
        "until": until,
        "rows": rows,
        "total": sum(row.count for row in rows),
        "data_url": f"{reverse('desk:trend_data', args=(point.pk,))}?from={first}&to={last}",
        "alarms": _alarms(point, actor, since, until)[:50],
    }
    return render(request, "monitoring/desk/trend.html", context)


@require_safe
@login_required
def data(request: HttpRequest, point_id: int) -> JsonResponse:
    """Return the trend of a span as columns, with limits and alarms to draw over it."""
    actor = actor_of(request)
    point = point_of(actor, point_id)
    first, last = _bounds(request)
    asked = request.GET.get("buckets", "")
    buckets = min(int(asked), MOST_BUCKETS) if asked.isdecimal() and 0 < len(asked) < 6 else BUCKETS
    rows = rows_of(point.pk, first, last, max(buckets, 1))
    found = {
        "unit": point.unit,
        "at": [milliseconds(row.at) for row in rows],
        "minimum": [row.minimum for row in rows],
        "mean": [row.mean for row in rows],
        "maximum": [row.maximum for row in rows],
        "count": [row.count for row in rows],
        "from": first,
        "to": last,
        "limits": [{"name": name, "value": value} for name, value in levels_of(point).items()],
        "alarms": [
            {
                "from": milliseconds(alarm.onset_at),
                "to": milliseconds(alarm.returned_at) if alarm.returned_at else last,
                "title": str(alarm.get_condition_display()),
                "tier": alarm.tier,
                "url": reverse("desk:alarm", args=(alarm.pk,)),
            }
            for alarm in _alarms(point, actor, moment(first), moment(last))[:100]
        ],
    }
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@login_required
def export(request: HttpRequest, point_id: int) -> HttpResponseBase:
    """Return the raw values of a span as CSV or Excel. Raises Refused for more than a workbook holds."""
    actor = actor_of(request)
    actor.require(EXPORT)
    point = point_of(actor, point_id)
    first, last = _bounds(request)
    name = f"{point.code}-{clock.local(moment(first)):%Y%m%d%H%M}"
    if request.GET.get("format") == "xlsx":
        series = readings.history().series(point.pk, first, last)
        if len(series.at_ms) > MOST_CELLS:
            raise Refused(_("这段时间有 %s 个读数，超出一个 Excel 文件") % len(series.at_ms), _("请缩短时间或导出 CSV"))
        return FileResponse(_workbook(point, series), as_attachment=True, filename=f"{name}.xlsx")
    answer = StreamingHttpResponse(_csv(point, first, last), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def point_of(actor: Actor, key: int) -> Datastream:
    """Return a point inside the actor's scope. Raises NotAllowed and NotFound."""
    actor.require(VIEW)
    joined = Datastream.objects.select_related("device__enterprise", "device__site", "device__facility", "area")
    found: Datastream = find_scoped(joined, actor, key)
    return found


def rows_of(point: int, first_ms: int, last_ms: int, buckets: int) -> list[Row]:
    """Return the buckets that hold readings; extremes are never lost, faults and gaps are left out."""
    trend = readings.history().trend(point, first_ms, last_ms, buckets)
    columns = (trend.start_ms, trend.count, trend.minimum, trend.mean, trend.maximum)
    found = zip(*(column.tolist() for column in columns), strict=True)
    return [Row(moment(at), count, low, mean, high) for at, count, low, mean, high in found if count]


def levels_of(point: Datastream, at: datetime | None = None) -> dict[str, float]:
    """Return the limits that count for a point at ``at`` (now), own ones before the defaults of its kind, by name."""
    now = at or clock.now()
    own = LimitVersion.objects.filter(datastream=point, state="approved", in_force_at__lte=now)
    limits = limits_of(point, own.order_by("-in_force_at", "-pk").first(), now)
    found = ((name, getattr(limits, name)) for name in LEVELS)
    return {name: value for name, value in found if value is not None}


def _alarms(point: Datastream, actor: Actor, since: datetime, until: datetime) -> Any:
    found = queue.visible_alarms(actor).filter(datastream=point, onset_at__lt=until)
    return (found.filter(returned_at=None) | found.filter(returned_at__gte=since)).order_by("-onset_at")


def _span(request: HttpRequest) -> tuple[str, datetime, datetime]:
    since, until = (_instant(request.GET.get(name, "")) for name in ("since", "until"))
    if since and until and since < until:
        return "", since, until
    name = request.GET.get("span", "")
    name = name if name in SPANS else "day"
    now = clock.now()
    return name, now - SPANS[name][1], now


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text[:25]).replace(tzinfo=clock.ZONE) if text else None
    except ValueError:
        return None


def _bounds(request: HttpRequest) -> tuple[int, int]:
    """Return ``from`` and ``to`` in milliseconds. Raises Refused for what is no span."""
    texts = request.GET.get("from", ""), request.GET.get("to", "")
    if not all(text.isdecimal() and len(text) < 15 for text in texts) or int(texts[0]) >= int(texts[1]):
        raise Refused(_("时间范围有误"), _("请重新选择时间"))
    return int(texts[0]), int(texts[1])


def _lines(series: Any) -> Iterator[tuple[datetime, float | None, str]]:
    columns = (series.at_ms.tolist(), series.values.tolist(), series.qualities.tolist())
    for at_ms, value, quality in zip(*columns, strict=True):
        yield moment(at_ms), None if isnan(value) else value, str(QUALITIES[Quality(quality)])


def _csv(point: Datastream, first_ms: int, last_ms: int) -> Iterator[str]:
    """Yield the values day by day, so that a year needs no more room than a day."""
    line = csv.writer(_Echo())
    yield "\ufeff" + line.writerow(
        [_("时间"), f"{point.name}（{point.unit}）" if point.unit else point.name, _("质量")]
    )
    day = round(timedelta(days=1).total_seconds() * 1000)
    for start in range(first_ms, last_ms, day):
        series = readings.history().series(point.pk, start, min(start + day, last_ms))
        for at, value, quality in _lines(series):
            stamp = clock.local(at).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
            yield line.writerow([stamp, "" if value is None else repr(value), quality])


class _Echo:
    """Hands a written line back."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def _workbook(point: Datastream, series: Any) -> BytesIO:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("数值"))
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 22
    sheet.append([_("时间"), f"{point.name}（{point.unit}）", _("质量")])
    for at, value, quality in _lines(series):
        cell = WriteOnlyCell(sheet, clock.local(at).replace(tzinfo=None))
        cell.number_format = "yyyy-mm-dd hh:mm:ss.000"
        sheet.append([cell, value, quality])
    about = book.create_sheet(_("说明"))
    for line in (
        (_("点位"), point.name),
        (_("编码"), point.code),
        (_("导出时间"), f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"),
    ):
        about.append(line)
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out
