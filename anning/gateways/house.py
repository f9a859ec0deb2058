"""What all doors of the process share: intake, directory, ledger, limits. The first door opens it, the last closes."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, connection

from anning.gateways.directory import Directory
from anning.gateways.ledger import Ledger, Page
from anning.gateways.limits import Limits, raise_file_limit
from anning.gateways.session import Desk
from anning.monitoring import services
from anning.monitoring.intake import Intake
from anning.monitoring.logic import moment

log = logging.getLogger(__name__)

RENEW_S = 2.0
RARELY = (100_000, 20, 100)  # rows are many short-lived objects without cycles: looking for those would cost a third
SWITCH_S = 0.001  # a thread that waits for the interpreter gets it sooner: alarms wait behind frames otherwise


class House:
    """The shared things of one gateways process."""

    def __init__(self) -> None:
        self.directory = Directory()
        self.ledger = Ledger()
        self.limits = Limits()
        self.desk = Desk(self.directory, self.ledger)
        self.intake = Intake()
        self.renewed = asyncio.Event()  # set and replaced whenever the directory has changed
        self._tasks: set[asyncio.Task[None]] = set()
        self._doors = 0

    async def enter(self) -> bool:
        """Count a door; the first one starts everything. Return whether this was the first."""
        self._doors += 1
        if self._doors > 1:
            return False
        raise_file_limit()
        sys.setswitchinterval(SWITCH_S)
        gc.set_threshold(*RARELY)
        await asyncio.to_thread(_in_database, self.directory.renew)
        await self.intake.start()
        self.keep(self._look_after())
        return True

    async def leave(self) -> bool:
        """Count a door that has closed; the last one stops everything. Return whether this was the last."""
        self._doors -= 1
        if self._doors:
            return False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.intake.stop()
        await asyncio.to_thread(self._renew)
        return True

    def keep(self, work: "Coroutine[Any, Any, None]") -> "asyncio.Task[None]":
        """Run ``work`` until it ends or the house closes."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            if await asyncio.to_thread(self._renew):
                self.renewed.set()
                self.renewed = asyncio.Event()

    def _renew(self) -> bool:
        try:
            self._write_down()
            return _in_database(self.directory.renew)
        except (DatabaseError, InterfaceError) as error:
            log.warning("the directory of devices was not renewed, the one before holds: %s", error)
            return False

    def _write_down(self) -> None:
        page = self.ledger.turn()
        if not page.sights and not page.refusals and not page.cameras:
            return
        try:
            _in_database(lambda: write_down(page))
        except (DatabaseError, InterfaceError):
            self.ledger.put_back(page)
            raise


def write_down(page: Page) -> None:
    """Write what the doors have seen."""
    services.note_devices(page)
    for camera, (state, at_ms) in page.cameras.items():
        services.note_camera(camera, state, at=moment(at_ms))


Answer = TypeVar("Answer")


def _in_database(ask: Callable[[], Answer]) -> Answer:
    """Ask the database from a thread of the pool, and leave no connection behind."""
    try:
        return ask()
    finally:
        connection.close()
