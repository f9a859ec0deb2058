"""The doors of one process on free ports, with devices behind them that tests play."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from anning.gateways import doors as house_doors
from anning.gateways.house import House
from anning.kernel import clock
from anning.kernel.actor import system
from anning.monitoring.history import open_history
from anning.monitoring.models import Datastream, Device, Kind
from anning.monitoring.observations import Observations
from anning.monitoring.services import keep_key
from anning.ops.doors import doors
from anning.registry.models import Enterprise
from tests.district import District
from tests.patience import until

PATIENCE_S = 30
Make = Callable[..., Any]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Gate:
    """A gateways process in a thread: doors that are open, and what they have stored."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self._closers: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self.ports: dict[str, int] = {}
        self._before = max(numbers(), default=0)  # in PostgreSQL the history outlives a test

    @property
    def house(self) -> House:
        """What the doors share."""
        assert house_doors._house is not None
        return house_doors._house

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run ``work`` in the loop of the process."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_S)

    def open(self, *names: str) -> "Gate":
        """Open doors on free ports."""
        for name in names:
            self.ports[name] = free_port()
            self._closers.append(self.do(doors[name].open("127.0.0.1", self.ports[name])))
        return self

    def close(self) -> None:
        """Close the doors: what was accepted is stored and judged."""
        for close in self._closers:
            self.do(close())
        self._closers.clear()

    def end(self) -> None:
        """Close everything, and end the thread."""
        self.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE_S)
        self.loop.close()

    @contextmanager
    def call(self, name: str, source: str = "127.0.0.1") -> Iterator["Caller"]:
        """Connect to a door, from an address of this machine."""
        with socket.create_connection(("127.0.0.1", self.ports[name]), PATIENCE_S, (source, 0)) as line:
            yield Caller(line)

    def renew(self) -> None:
        """Have the directory read again, and what was seen written down."""
        self.do(asyncio.to_thread(self.house._renew))

    def stored(self) -> list[tuple[int, int, float, int]]:
        """Return every reading in the history as (datastream, at_ms, value, quality), in the order of arrival."""
        history = open_history()
        try:
            return [row for _number, batch in history.batches(self._before) for row in rows_of(batch)]
        finally:
            history.close()


class Caller:
    """A device's end of a connection."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line

    def say(self, data: bytes) -> None:
        """Send."""
        self.line.sendall(data)

    def hear(self, size: int = 65536) -> bytes:
        """Return what comes next; nothing when the other side has closed."""
        try:
            return self.line.recv(size)
        except ConnectionResetError:
            return b""

    def ask(self, data: bytes) -> bytes:
        """Send, and return what is answered."""
        self.say(data)
        return self.hear()

    def is_closed(self) -> bool:
        """Wait for the other side to close, passing over what it still says."""
        while self.hear():
            pass
        return True


def numbers() -> list[int]:
    """Return the numbers of all batches in the history."""
    history = open_history()
    try:
        return [number for number, _batch in history.batches(0)]
    finally:
        history.close()


def rows_of(batch: Observations) -> list[tuple[int, int, float, int]]:
    """Return the rows of a batch."""
    columns = (batch.datastreams, batch.at_ms, batch.values, batch.qualities)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.fixture
def gate(settings: Any, tmp_path: Any, transactional_db: None) -> Iterator[Gate]:
    """Doors yet to be opened, with a history of their own."""
    settings.HOME = tmp_path
    made = Gate()
    yield made
    made.end()


@pytest.fixture
def enterprise(district: District) -> Enterprise:
    """A hazmat enterprise of town A."""
    return Enterprise.objects.create(
        name="芦台某某化工有限公司",
        industry="hazmat",
        area=district.town_a.area,
        organisation=district.town_a.enterprise,
        is_monitored=True,
    )


@pytest.fixture
def make_device(enterprise: Enterprise) -> Make:
    """``make_device("hj212", "MN1", "a21026-Rtd", key="123456")`` registers a device in service with its channels."""

    def make(protocol: str, identity: str, *channels: str, key: str = "", kind: str = "", **facts: Any) -> Device:
        values = {"state": "in_service", "enterprise": enterprise, "name": f"设备{identity}"} | facts
        device = Device(code=f"{protocol}-{identity}"[:40], protocol=protocol, identity=identity, **values)
        device.derive()
        device.save()
        for number, channel in enumerate(channels):
            point = Datastream(
                device=device,
                channel=channel,
                code=f"{device.pk}-{number}",
                name=channel,
                kind=kind or Kind.OTHER,
            )
            point.derive()
            point.save()
        if key:
            give_key(device, key)
        return device

    return make


@transaction.atomic
def give_key(device: Device, key: str) -> None:
    """Let ``key`` hold for the device from now on; the one before it holds some hours more."""
    keep_key(device, key, system(), clock.now())


def point_of(device: Device, channel: str) -> int:
    """Return the id of a datastream."""
    return device.datastreams.get(channel=channel).pk


def refusals(gate: Gate) -> dict[tuple[str, str], int]:
    """Return how often was refused, by identity (or that of the device) and reason."""
    from anning.monitoring.models import Refusal

    gate.renew()
    found = Refusal.objects.select_related("device")
    return {(row.device.identity if row.device else row.identity, row.reason): row.count for row in found}


__all__ = ["Caller", "Gate", "give_key", "point_of", "refusals", "rows_of", "until"]
