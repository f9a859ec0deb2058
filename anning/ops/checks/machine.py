"""The machine: interpreter, memory, disk, time."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.kernel import clock
from anning.ops import disk
from anning.ops.clockwatch import jumps, lag_behind_journal_s, lag_of_database_s
from anning.ops.findings import Finding, check, doubtful, failed, well

OLDEST = (3, 11)
MEMORY_MB = 1024
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")


@check("python", gettext_lazy("Python 版本"))
def look_at_python() -> Iterator[Finding]:
    """The interpreter is one that we test with."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST:
        yield failed(_("Python %s 太旧") % version, _("请安装 Python 3.11 或更新版本"))
    else:
        yield well(f"Python {version}")


@check("home", gettext_lazy("数据目录"))
def look_at_home() -> Iterator[Finding]:
    """The home folder can be written, and belongs to nobody else."""
    home = settings.HOME
    if not os.access(home, os.W_OK):
        yield failed(_("数据目录 %s 不可写") % home, _("请检查目录权限和运行平台的系统用户"))
    else:
        yield well(str(home))


@check("disk", gettext_lazy("磁盘空间"), running=True)
def look_at_disk() -> Iterator[Finding]:
    """There is room to store what is acknowledged."""
    free = disk.free_mb()
    if disk.is_low():
        yield failed(
            _("剩余 %(free)s MB，低于 %(reserve)s MB") % {"free": free, "reserve": settings.DISK_RESERVE_MB},
            _("请清理磁盘或扩容；在此之前停止上传、导入和导出"),
        )
    elif free < 4 * settings.DISK_RESERVE_MB:
        yield doubtful(_("剩余 %s MB") % free, _("请尽快清理磁盘或扩容"))
    else:
        yield well(_("剩余 %s MB") % free)


@check("memory", gettext_lazy("内存"))
def look_at_memory() -> Iterator[Finding]:
    """There is memory for all processes."""
    facts = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    total = int(facts["MemTotal"].split()[0]) // 1024
    if total < MEMORY_MB:
        yield doubtful(_("共 %s MB，偏小") % total, _("建议 2 GB 以上"))
    else:
        yield well(_("共 %s MB") % total)


@check("clock", gettext_lazy("时钟"), running=True)
def look_at_clock() -> Iterator[Finding]:
    """The clock goes forward, and as the one of the database does."""
    if (lag := lag_behind_journal_s()) > 5:
        yield failed(_("系统时间比最近的日志早 %.0f 秒，可能被调回") % lag, _("请校准系统时间（建议启用 NTP）"))
    if abs(drift := lag_of_database_s()) > 2:
        yield doubtful(_("与数据库服务器的时间相差 %.1f 秒") % drift, _("请在两台服务器上启用 NTP"))
    for process, seconds in jumps():
        yield doubtful(
            _("%(process)s 发现系统时间跳变 %(seconds)+.0f 秒") % {"process": process, "seconds": seconds},
            _("请检查校时服务；时限按跳变后的时间计算"),
        )
    shown = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M:%S")
    if settings.CLOCK:
        yield doubtful(_("使用演练时钟，当前为 %s") % shown, _("正式使用时请去掉 ANNING_CLOCK"))
    else:
        yield well(shown)


@check("timezone", gettext_lazy("时区数据"))
def look_at_timezone() -> Iterator[Finding]:
    """Legal days can be counted."""
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        yield failed(_("缺少时区数据 Asia/Shanghai"), _("请安装软件包 tzdata"))
    else:
        yield well("Asia/Shanghai")


@check("fonts", gettext_lazy("打印字体"))
def look_at_fonts() -> Iterator[Finding]:
    """Documents can be turned into PDF with Chinese characters on this machine."""
    names = ("NotoSansCJK", "NotoSerifCJK", "SourceHan", "wqy", "simsun", "fangsong", "uming", "ukai")
    files = (path.name.lower() for place in FONTS for path in Path(place).rglob("*.*t[cft]*"))
    if any(name.lower() in file for file in files for name in names):
        yield well(_("已安装中文字体"))
    else:
        yield doubtful(_("服务器没有中文字体"), _("如在服务器上转换 PDF，请安装 fonts-noto-cjk"))


@check("tools", gettext_lazy("外部程序"))
def look_at_tools() -> Iterator[Finding]:
    """Programs that some functions start are there."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql") and not (
        shutil.which("pg_dump") or list(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    ):
        yield failed(_("缺少 pg_dump，无法备份 PostgreSQL"), _("请安装软件包 postgresql-client"))
    else:
        yield well(_("齐全"))
