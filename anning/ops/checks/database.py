"""The database: reachable, up to date, whole."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.ops import home
from anning.ops.findings import Finding, check, doubtful, failed, well

SLOW_MS = 200


@check("database", gettext_lazy("数据库"), running=True)
def look_at_database() -> Iterator[Finding]:
    """It answers, and quickly."""
    start = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        yield failed(_("数据库不可达：%s") % error, _("请检查 ANNING_DATABASE_URL 和数据库服务"))
        return
    took = (time.perf_counter() - start) * 1000
    if took > SLOW_MS:
        yield doubtful(_("应答用了 %.0f 毫秒") % took, _("请检查数据库服务器的负载和网络"))
    else:
        yield well(_("%(vendor)s，应答 %(took).0f 毫秒") % {"vendor": connection.vendor, "took": took})


@check("migrations", gettext_lazy("表结构"))
def look_at_migrations() -> Iterator[Finding]:
    """The tables are those of this release."""
    if unknown := home.unknown_migrations():
        yield failed(_("数据库由更新的版本建立（%s）") % "、".join(unknown[:3]), _("请安装不低于该版本的程序"))
    elif pending := home.pending_migrations():
        yield failed(_("有 %s 项更新尚未执行") % len(pending), _("请运行 anning up，或 anning migrate"))
    else:
        yield well(_("与程序一致"))


@check("integrity", gettext_lazy("数据库文件"))
def look_at_integrity() -> Iterator[Finding]:
    """The SQLite file is whole."""
    if connection.vendor != "sqlite":
        return
    path = Path(settings.DATABASES["default"]["NAME"])
    if not path.exists():
        yield doubtful(_("数据库文件还不存在"), _("首次运行 anning up 时建立"))
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(3)")
            answers = [row[0] for row in cursor.fetchall()]
    except (DatabaseError, sqlite3.DatabaseError) as error:
        answers = [str(error)]
    if answers == ["ok"]:
        yield well(_("完好"))
    else:
        yield failed(_("数据库文件损坏：%s") % answers[0], _("请停止平台，用最近的备份恢复（anning restore）"))
