"""The service: processes, ports, accounts, front end, certificate, backup."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.selectors import has_demo_accounts
from anning.kernel.errors import AnningError
from anning.ops import certificates, lags, lock, ports, servers
from anning.ops.backup import backups
from anning.ops.findings import Finding, check, doubtful, failed, well

RENEW_DAYS = 14
OLD_BACKUP_H = 36


@check("processes", gettext_lazy("进程"), running=True)
def look_at_processes() -> Iterator[Finding]:
    """Those that should run give signs of life."""
    if not any(life.silent_s is not None for life in lags.lives()):
        yield well(_("平台还没有运行过"))
        return
    dead = [life.process for life in lags.lives() if not life.is_alive]
    if dead:
        yield doubtful(_("%s 没有心跳") % "、".join(dead), _("平台未运行属正常；运行中请查看 logs/ 下的日志"))
    else:
        yield well(_("心跳正常"))


@check("ports", gettext_lazy("端口"))
def look_at_ports() -> Iterator[Finding]:
    """They are free, or ours."""
    wanted = {settings.PORT, settings.LIVE_PORT, settings.GATEWAY_PORT, settings.MQTT_PORT}
    busy = [str(port) for port in sorted(wanted) if not ports.is_free(settings.HOST, port)]
    if busy and not lock.is_held(settings.HOME):
        yield doubtful(
            _("已被其他程序占用：%s") % "、".join(busy), _("anning up 会自动改用其他端口，也可用 ANNING_…_PORT 指定")
        )
    else:
        yield well(_("平台正在使用") if busy else _("空闲"))


@check("front-end", gettext_lazy("前端文件"))
def look_at_front_end() -> Iterator[Finding]:
    """Styles and scripts were built."""
    if any(servers.static_folder().rglob("*.css")):
        yield well(_("已构建"))
    else:
        yield failed(_("缺少样式和脚本"), _("从源码运行请执行 make frontend；安装包请重新安装"))


@check("translation", gettext_lazy("英文界面"))
def look_at_translation() -> Iterator[Finding]:
    """The English catalogue was compiled."""
    sources = list(Path(settings.BASE).glob("locale/*/LC_MESSAGES/*.po"))
    stale = [path.name for path in sources if not path.with_suffix(".mo").exists()]
    if stale:
        yield doubtful(_("英文目录没有编译，英文界面会显示中文"), _("从源码运行请执行 make catalogue"))
    else:
        yield well(_("可用"))


@check("debug", gettext_lazy("调试模式"))
def look_at_debug() -> Iterator[Finding]:
    """It is off."""
    if settings.DEBUG:
        yield failed(_("调试模式已打开，会泄露内部信息"), _("请去掉 ANNING_DEBUG"))
    else:
        yield well(_("已关闭"))


@check("accounts", gettext_lazy("演示账号"))
def look_at_accounts() -> Iterator[Finding]:
    """Nobody can come in with a password that is printed in the manual."""
    try:
        demo = has_demo_accounts()
    except DatabaseError:
        return  # said by the check of the tables
    if not demo:
        yield well(_("没有"))
    else:
        try:
            servers.require_safe_address(settings.HOST)
            yield doubtful(_("仍可登录，平台只能在本机访问"), _("正式使用前请停用演示账号"))
        except AnningError as error:
            yield failed(error.message, error.remedy)


@check("tls", gettext_lazy("TLS 证书"), running=True)
def look_at_certificate() -> Iterator[Finding]:
    """It is there and will not end soon."""
    own = settings.HOME / "keys" / "tls.pem"
    path = Path(settings.TLS_CERT) if settings.TLS_CERT else own
    if not path.exists():
        yield failed(_("找不到证书 %s") % path, _("请检查 ANNING_TLS_CERT")) if settings.TLS_CERT else well(_("未使用"))
        return
    days = (certificates.expires_at(path) - datetime.fromtimestamp(time.time(), UTC)).days
    if days < 0:
        yield failed(_("证书已过期 %s 天") % -days, _("请更换证书；自建证书重启平台即更新"))
    elif days < RENEW_DAYS:
        yield doubtful(_("证书 %s 天后过期") % days, _("请更换证书；自建证书重启平台即更新"))
    else:
        yield well(_("有效期还有 %s 天") % days)


@check("backup", gettext_lazy("备份"), running=True)
def look_at_backup() -> Iterator[Finding]:
    """There is a recent one."""
    made = backups(settings.BACKUP_FOLDER)
    if not made:
        yield doubtful(_("还没有备份"), _("请运行 anning backup，并把备份复制到另一台设备"))
        return
    hours = (time.time() - made[0].stat().st_mtime) / 3600
    if hours > OLD_BACKUP_H:
        yield doubtful(_("最近的备份是 %.0f 小时前") % hours, _("请检查自动备份（ANNING_BACKUP_AT）和后台进程"))
    else:
        yield well(_("%(name)s，%(hours).0f 小时前") % {"name": made[0].name, "hours": hours})
