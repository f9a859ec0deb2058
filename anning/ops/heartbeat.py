"""Signs of life of the processes that do not work through the journal: a thread writes one every few seconds."""

import logging
import os
import socket
import threading
import time

from django.db import DatabaseError, close_old_connections

from anning.journal.services import beat
from anning.ops.clockwatch import Watch

EVERY_S = 5.0

log = logging.getLogger(__name__)


def keep_beating(process: str) -> None:
    """Beat from a thread of its own for as long as this process lives."""
    threading.Thread(target=_loop, args=(process,), daemon=True, name="heartbeat").start()


def _loop(process: str) -> None:
    instance = f"{socket.gethostname()}:{os.getpid()}"
    watch = Watch()
    while True:
        if jump := watch.look():
            log.warning("the system's clock jumped by %+.0f seconds", jump)
        try:
            close_old_connections()
            beat(process, instance, jump=watch.last_jump)
        except DatabaseError as error:  # the next beat may succeed; the missing ones are the alarm
            log.warning("heartbeat of %s not written: %s", process, error)
        time.sleep(EVERY_S)
