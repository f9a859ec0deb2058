"""What can go wrong at the door of the history."""

from django.utils.translation import gettext as _

from anning.kernel.errors import AnningError, Conflict


class HistoryFull(AnningError):
    """No room is left: nothing of the batch was kept, and it may be handed in again."""

    def __init__(self) -> None:
        super().__init__(_("监测历史库所在磁盘已满，这一批数据未写入"), _("请清理磁盘空间；有了空间会自动继续写入"))


class HistoryBusy(Conflict):
    """Another process writes this history already."""

    def __init__(self) -> None:
        super().__init__(_("监测历史库已有一个写入进程"), _("同一时间只能运行一个设备接入进程；请先停止另一个"))


class HistoryForeign(AnningError):
    """The tables were written by a release with another format."""

    def __init__(self, found: int) -> None:
        super().__init__(
            _("监测历史库的格式是第 %s 版，本版本不能读写") % found, _("请安装写入它的版本，或从备份恢复监测历史库")
        )


class HistoryDamaged(AnningError):
    """Something kept cannot be read back."""

    def __init__(self, what: str) -> None:
        super().__init__(_("监测历史库中有一段数据无法读出：%s") % what, _("请从备份恢复监测历史库"))


class ExportMissing(AnningError):
    """The library for this kind of export is not installed."""

    def __init__(self) -> None:
        super().__init__(_("未安装 pyarrow，无法导出 Parquet"), _("请安装 pyarrow，或改为导出 CSV"))
