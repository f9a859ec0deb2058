"""The journal: sealed in time, heard in time, unbroken."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.journal import selectors
from anning.journal.verification import verify
from anning.kernel import clock
from anning.ops import lags
from anning.ops.findings import Finding, check, doubtful, failed, well

LONG_AGO = timedelta(days=2)
QUICK = 20_000  # entries from the end; anning journal_verify walks all


@check("chain", gettext_lazy("日志链"))
def look_at_chain() -> Iterator[Finding]:
    """Its last part is as it was sealed."""
    last = selectors.last_seq()
    walk = verify(after=max(0, last - QUICK))
    if walk.broken:
        yield failed(_("日志链断裂：%s") % walk.broken, _("请保留现场，用 anning journal_verify 全链校验并核对链头"))
    else:
        yield well(_("末尾 %s 条完整") % walk.entries)


@check("verification", gettext_lazy("每日校验"), running=True)
def look_at_verification() -> Iterator[Finding]:
    """The whole chain was walked lately, and was whole."""
    last = selectors.last_verification()
    if not settings.VERIFY_AT:
        yield doubtful(_("没有设定每日自动校验"), _("请用 ANNING_VERIFY_AT 设定时间"))
    elif last is None:
        yield well(_("尚未到首次校验的时间"))
    elif last.data["broken"]:
        yield failed(
            _("日志链断裂：%s") % last.data["broken"], _("请保留现场，用 anning journal_verify 复核并核对链头")
        )
    elif clock.now() - last.recorded_at > LONG_AGO:
        yield doubtful(
            _("已 %s 天没有校验") % (clock.now() - last.recorded_at).days, _("请检查后台进程（anning work）")
        )
    else:
        when = f"{clock.local(last.recorded_at):%Y-%m-%d %H:%M}"
        yield well(_("%(when)s 核对全部 %(count)s 条，完整") % {"when": when, "count": last.data["count"]})


@check("sealer", gettext_lazy("日志封存"), running=True)
def look_at_sealer() -> Iterator[Finding]:
    """What is recorded is soon chained."""
    waiting = lags.unsealed()
    if waiting.oldest_s > lags.SEAL_LATE_S:
        yield failed(
            _("%(count)s 条日志已等待 %(age).0f 秒未封存") % {"count": waiting.count, "age": waiting.oldest_s},
            _("请检查后台进程（anning work）"),
        )
    else:
        yield well(_("待封存 %s 条") % waiting.count)


@check("reactions", gettext_lazy("联动"), running=True)
def look_at_reactions() -> Iterator[Finding]:
    """Every listener keeps up."""
    late = [listener for listener in lags.listeners() if listener.failures]
    for each in late:
        yield failed(
            _("%(name)s 卡在第 %(seq)s 条，已失败 %(failures)s 次：%(error)s")
            % {"name": each.name, "seq": each.seq + 1, "failures": each.failures, "error": each.error},
            _("请排除原因；确认无法处理时由系统管理员跳过该条"),
        )
    behind = max((listener.behind for listener in lags.listeners()), default=0)
    if not late and behind > lags.MANY_BEHIND:
        yield doubtful(_("落后 %s 条") % behind, _("请检查后台进程的负载"))
    elif not late:
        yield well(_("落后 %s 条") % behind)
