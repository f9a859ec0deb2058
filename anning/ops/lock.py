"""Who works in a home: one ``anning up``, and no restore under a running platform. Locks end with their process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from anning.kernel.errors import Refused

_shared: list[TextIO] = []


@contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """Be the one ``anning up`` of this home, through its turn into the supervisor. Raises Refused for a second one."""
    with _exclusive(home, "up.lock") as lock:
        os.set_inheritable(lock.fileno(), True)
        yield


def share(home: Path) -> None:
    """Use this home for as long as this process lives; many may, but none during a restore (raises Refused)."""
    file = (home / "use.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refused(f"数据目录 {home} 正在恢复备份", "请等恢复完成后再启动") from None
    _shared.append(file)


@contextmanager
def sole_use(home: Path) -> Iterator[None]:
    """Have this home for oneself. Raises Refused while any process of the platform runs."""
    with ExitStack() as locks:
        locks.enter_context(_exclusive(home, "up.lock"))
        locks.enter_context(_exclusive(home, "use.lock"))
        yield


def is_held(home: Path) -> bool:
    """Whether the platform runs on this home folder."""
    try:
        with sole_use(home):
            return False
    except Refused:
        return True


@contextmanager
def _exclusive(home: Path, name: str) -> Iterator[TextIO]:
    with (home / name).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            who = f"（进程号 {holder}）" if holder else ""
            raise Refused(
                f"数据目录 {home} 已有平台在运行{who}", "请先停止它，或用 ANNING_HOME 指定另一个数据目录"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock
        lock.truncate(0)
