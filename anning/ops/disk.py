"""The disk guard: says early that room runs out, and refuses what needs much of it before it fails halfway."""

import shutil
import sqlite3
import time
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from anning.kernel.errors import Refused
from anning.ui import errors

LOOK_EVERY_S = 2.0
FULL = ("database or disk is full", "No space left on device", "could not extend file", "disk I/O error")

_seen: tuple[float, int] = (0.0, 0)


def free_mb() -> int:
    """Return the room left beside the data, in MB; looked up at most every two seconds."""
    global _seen  # noqa: PLW0603  # a cache of one number
    now = time.monotonic()
    if now - _seen[0] > LOOK_EVERY_S or not _seen[0]:
        _seen = (now, shutil.disk_usage(settings.HOME).free >> 20)
    return _seen[1]


def is_low() -> bool:
    """Whether less room is left than the reserve."""
    return free_mb() < settings.DISK_RESERVE_MB


def refuse_when_low() -> None:
    """Raise Refused while room is low; for whatever is about to write much."""
    if is_low():
        raise Refused(
            _("服务器磁盘空间不足（剩余 %s MB），未做任何更改") % free_mb(),
            _("请联系系统管理员清理磁盘；在此之前不能上传、导入和导出"),
        )


def is_full(error: BaseException) -> bool:
    """Whether the error says that the disk is full."""
    chain: list[BaseException | None] = [error, error.__cause__, error.__context__]
    return any(
        isinstance(each, OSError | OperationalError | sqlite3.Error) and any(sign in str(each) for sign in FULL)
        for each in chain
        if each
    )


class DiskGuard:
    """Refuses uploads, imports and exports while room is low, and turns a full disk into a clear answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._writes_much(request) and is_low():
            try:
                refuse_when_low()
            except Refused as refused:
                return self._answer(request, refused)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a write that found the disk full: its transaction is undone, nothing was acknowledged."""
        if not is_full(error):
            return None
        return self._answer(
            request, Refused(_("服务器磁盘已满，本次操作没有保存"), _("请联系系统管理员清理磁盘后重试"))
        )

    @staticmethod
    def _writes_much(request: HttpRequest) -> bool:
        if request.method not in {"POST", "PUT", "PATCH"}:
            return False
        words = request.path.strip("/").split("/")
        return (request.content_type or "").startswith("multipart/") or bool({"import", "export"} & set(words))

    @staticmethod
    def _answer(request: HttpRequest, refused: Refused) -> HttpResponse:
        response = errors.page(request, refused)
        response.status_code = 507
        return response
