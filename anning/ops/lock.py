"""One ``anning up`` per home folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anning.kernel.errors import Refused


@contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """Hold the home folder; the lock goes with the process, however it ends. Raises Refused when another holds it."""
    with (home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "未知"
            raise Refused(
                f"数据目录 {home} 已有平台在运行（进程号 {holder}）",
                "请先停止它，或用 ANNING_HOME 指定另一个数据目录",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_held(home: Path) -> bool:
    """Whether an ``anning up`` runs on this home folder."""
    try:
        with home_lock(home):
            return False
    except Refused:
        return True
