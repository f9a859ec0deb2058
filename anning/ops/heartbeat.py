"""Signs of life: each process writes one row every few seconds; health compares it with the wall clock."""

import logging
import os
import socket
import threading
import time
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections

from anning.journal.models import Heartbeat
from anning.kernel import clock

EVERY_S = 5.0
FORGOTTEN = timedelta(days=1)

log = logging.getLogger(__name__)


def instance() -> str:
    """Return what tells this process from its siblings."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def beat(process: str, **detail: Any) -> None:
    """Write the sign of life of ``process``; ``real`` is the wall clock, in seconds since 1970."""
    facts = {"pid": os.getpid(), "real": time.time(), **detail}
    Heartbeat.objects.update_or_create(
        process=process, instance=instance(), defaults={"at": clock.now(), "detail": facts}
    )


def forget_old(process: str) -> None:
    """Delete what earlier lives of ``process`` left behind."""
    Heartbeat.objects.filter(process=process, at__lt=clock.now() - FORGOTTEN).delete()


def keep_beating(process: str) -> None:
    """Beat from a thread of its own for as long as this process lives."""
    threading.Thread(target=_loop, args=(process,), daemon=True, name="heartbeat").start()


def _loop(process: str) -> None:
    while True:
        try:
            close_old_connections()
            beat(process)
        except DatabaseError as error:  # the next beat may succeed; the missing ones are the alarm
            log.warning("heartbeat of %s not written: %s", process, error)
        time.sleep(EVERY_S)
