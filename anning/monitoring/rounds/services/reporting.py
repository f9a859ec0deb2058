"""Reports: counted once, kept as counted, so that the paper of yesterday says tomorrow what it said yesterday."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.journal.labels import describe
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor, system
from anning.kernel.errors import Conflict, NotAllowed, Refused
from anning.monitoring.models import WatchReport
from anning.monitoring.rounds import permissions
from anning.monitoring.rounds.figures import figures
from anning.monitoring.services.entries import where

Kind = WatchReport.Kind
describe("watchreport.make", gettext_lazy("监测报告 生成"))


@transaction.atomic
def make_report(
    kind: str, until: datetime, actor: Actor, *, remark: str = "", now: datetime | None = None
) -> WatchReport:
    """Count and keep the report of the day, week or month that ends at ``until``.

    Raises NotAllowed, Refused for a span that has not ended, Conflict when the report is there already.
    """
    actor.require(permissions.MAKE_REPORT)
    now = now or clock.now()
    if not actor.scope.everything:
        raise NotAllowed(_("报告统计的是全区数据，您的管辖范围不含全区"), _("本辖区情况请在点位墙和报警台账中查看"))
    if kind not in Kind.values or until > now:
        raise Refused(_("统计时段尚未结束"), _("请在时段结束后生成"))
    if WatchReport.all_objects.filter(kind=kind, until_at=until).exists():
        raise Conflict(_("这份报告已经生成"), _("请在报告列表中打开"))
    since = begin_of(kind, until)
    counted = figures(actor, since, until, by_day=kind != Kind.DAILY).plain()
    made: WatchReport = WatchReport.objects.create(
        kind=kind, from_at=since, until_at=until, figures=counted, remark=remark, made_at=now, made_by=actor.name
    )
    record("watchreport.make", made.subject, actor, **where(made), until=until.isoformat(), report_kind=kind)
    return made


def make_due_report(now: datetime | None = None) -> int:
    """Make the daily report whose hour has come, on Mondays the weekly and on the first the monthly one too."""
    now = now or clock.now()
    until = last_cut(now)
    kinds = [Kind.DAILY]
    day = clock.local(until).date()
    kinds += [Kind.WEEKLY] if day.weekday() == 0 else []
    kinds += [Kind.MONTHLY] if day.day == 1 else []
    known = set(WatchReport.all_objects.filter(until_at=until).values_list("kind", flat=True))
    actor = system(permissions.MAKE_REPORT)
    due = [kind for kind in kinds if kind not in known]
    for kind in due:
        make_report(kind, until, actor, now=now)
    return len(due)


def last_cut(now: datetime) -> datetime:
    """Return the last moment at which a day of the centre ended (17:00 by the rule pack)."""
    local = clock.local(now)
    at = time.fromisoformat(rulebook.value("WAT-REPORT-AT", now))
    cut = datetime.combine(local.date(), at, clock.ZONE)
    return cut if cut <= local else cut - timedelta(days=1)


def begin_of(kind: str, until: datetime) -> datetime:
    """Return when the span of a report begins that ends at ``until``."""
    local = clock.local(until)
    match kind:
        case Kind.WEEKLY:
            return local - timedelta(days=7)
        case Kind.MONTHLY:
            month_before = local.replace(day=1) - timedelta(days=1)
            return month_before.replace(day=min(local.day, month_before.day))
    return local - timedelta(days=1)
