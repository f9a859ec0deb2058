"""What the benches of the doors share: a gateways process of its own with registered devices, and who sends to it."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
HOME = os.environ.setdefault("ANNING_HOME", tempfile.mkdtemp(prefix="anning-bench-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "anning.settings"
LIMIT = 50.0
PATIENCE_S = 120


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


os.environ |= {"ANNING_GATEWAY_PORT": str(free_port()), "ANNING_MQTT_PORT": str(free_port())}
os.environ |= {"ANNING_DEVICE_FRAMES_S": "10000000", "ANNING_MQTT_CLIENTS": "20000"}

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from anning.kernel import clock  # noqa: E402
from anning.monitoring.models import Alarm, Datastream, Device, DeviceKey, LimitVersion  # noqa: E402
from anning.monitoring.services import digest_of  # noqa: E402
from anning.protocols import mqtt  # noqa: E402
from anning.protocols.mqtt import Connack, Connect  # noqa: E402

TOPIC = "v1/devices/me/telemetry"


@transaction.atomic
def register(devices: int, points: int) -> None:
    """Register devices with so many points each; every point alarms from LIMIT on."""
    now = clock.now()
    made = [
        Device(code=f"D{n}", name=f"D{n}", protocol="mqtt", identity=f"D{n}", state="in_service")
        for n in range(devices)
    ]
    Device.objects.bulk_create(made)
    DeviceKey.objects.bulk_create(
        DeviceKey(device=device, digest=digest_of(f"token-{device.code}"), since_at=now, made_by="bench")
        for device in made
    )
    streams = [
        Datastream(device=device, channel=f"c{n}", code=f"{device.code}-{n}", name=f"{device.code}-{n}", kind="other")
        for device in made
        for n in range(points)
    ]
    Datastream.objects.bulk_create(streams)
    LimitVersion.objects.bulk_create(
        LimitVersion(
            datastream=stream, high=LIMIT, deadband=0, delay_s=0, state="approved", drafted_at=now, in_force_at=now
        )
        for stream in streams
    )


def prepare(devices: int, points: int) -> None:
    """Make an empty platform with these devices."""
    call_command("migrate", verbosity=0)
    register(devices, points)
    connection.close()


@contextlib.contextmanager
def gateways() -> Iterator[int]:
    """Run the gateways in a process of their own; give its pid."""
    process = subprocess.Popen([sys.executable, "-m", "anning", "gateways"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(settings.MQTT_PORT)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextlib.contextmanager
def worker() -> Iterator[int]:
    """Run the worker in a process of its own; give its pid."""
    process = subprocess.Popen([sys.executable, "-m", "anning", "work"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for(port: int) -> None:
    """Wait until somebody listens. Raises RuntimeError."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {port}")


def call(device: int, port: int = 0) -> socket.socket:
    """Return a connection on which device number ``device`` has presented itself."""
    line = socket.create_connection(("127.0.0.1", port or settings.MQTT_PORT), 30)
    line.sendall(mqtt.encode(Connect(f"D{device}", user=f"token-D{device}")))
    assert line.recv(4) == mqtt.encode(Connack())
    return line


def send_all(lines: list[socket.socket], data: list[bytes], answers: int) -> float:
    """Send ``data`` on its line, all at once, and read until there are so many bytes of answers; return the seconds."""
    looked = selectors.DefaultSelector()
    left = {}
    for line, sent in zip(lines, data, strict=True):
        line.setblocking(False)
        left[line] = memoryview(sent)
        looked.register(line, selectors.EVENT_READ | selectors.EVENT_WRITE)
    begun = time.perf_counter()
    while answers > 0:
        for key, events in looked.select(PATIENCE_S):
            line = key.fileobj
            assert isinstance(line, socket.socket)
            if events & selectors.EVENT_READ:
                answers -= len(line.recv(1 << 18))
            if events & selectors.EVENT_WRITE:
                left[line] = left[line][line.send(left[line][: 1 << 18]) :]
                if not left[line]:
                    looked.modify(line, selectors.EVENT_READ)
    took = time.perf_counter() - begun
    looked.close()
    for line in lines:
        line.setblocking(True)
    return took


def alarms() -> int:
    """Return how many alarms are committed."""
    return Alarm.objects.count()


def wait_for_alarms(wanted: int) -> None:
    """Wait until so many alarms are committed. Raises RuntimeError: the gate of every figure."""
    until = time.monotonic() + PATIENCE_S
    while alarms() < wanted:
        if time.monotonic() > until:
            raise RuntimeError(f"{alarms()} alarms of {wanted}")
        time.sleep(0.005)
    if alarms() != wanted:
        raise RuntimeError(f"{alarms()} alarms, {wanted} were injected")


def cpu_s(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
