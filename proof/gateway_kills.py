"""Kill the gateways and the worker under load, and fill the disk, and see that every acknowledged reading is kept.

    python proof/gateway_kills.py --kills 200 --fills 20

Devices publish over MQTT with QoS 1 as fast as they are answered: walks with pulses beyond a limit, often within one
message; whatever is not answered they send again. The process of the gateways (the real one, with all its doors) and
the worker die by kill -9 at random moments; now and then the disk of the history is filled (a small tmpfs, so only as
root and for the file). At the end every reading that was acknowledged is in the history, and the alarms are exactly
those that the kept readings imply: every onset and every return once, with its entry in the journal.

The database and home folder are those of ANNING_DATABASE_URL and ANNING_HOME (a throw-away folder when unset). The last
line printed is the result as JSON; the exit status is 0 when all of it holds.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("ANNING_HOME", tempfile.mkdtemp(prefix="anning-gateways-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "anning.settings"
HOME = Path(os.environ["ANNING_HOME"])


def free_port() -> int:
    """Return a port behind which some more are free in all likelihood."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


os.environ["ANNING_GATEWAY_PORT"], os.environ["ANNING_MQTT_PORT"] = str(free_port()), str(free_port())

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from anning.journal import work  # noqa: E402
from anning.journal.models import Entry  # noqa: E402
from anning.journal.verification import verify  # noqa: E402
from anning.kernel import clock  # noqa: E402
from anning.kernel.actor import system  # noqa: E402
from anning.monitoring import sentry  # noqa: E402
from anning.monitoring.history import open_history  # noqa: E402
from anning.monitoring.models import AlarmEvent, Datastream, Device, LimitVersion  # noqa: E402
from anning.monitoring.services import keep_key  # noqa: E402
from anning.ops import gateways  # noqa: E402
from anning.ops.processes import follow_parent  # noqa: E402
from anning.protocols import mqtt  # noqa: E402
from anning.protocols.mqtt import Ack, Connack, Connect, Publish  # noqa: E402
from anning.protocols.mqtt.packets import Type  # noqa: E402

DEVICES, POINTS = 6, 4
LIMIT = 50.0
PATIENCE_S = 120
TOPIC = "v1/devices/me/telemetry"
STOP = HOME / "stop"
FILL_MB = 400  # all that 200 kills leave must fit beside the ballast


@transaction.atomic
def prepare() -> None:
    """Register the devices, their points and one limit for each."""
    now = clock.now()
    for number in range(DEVICES):
        device = Device.objects.create(
            code=f"D{number}", name=f"D{number}", protocol="mqtt", identity=f"D{number}", state="in_service"
        )
        keep_key(device, f"token-{number}", system(), now)
        for place in range(POINTS):
            point = Datastream.objects.create(
                device=device, channel=f"c{place}", code=f"D{number}-{place}", name=f"D{number}-{place}", kind="other"
            )
            LimitVersion.objects.create(
                datastream=point, high=LIMIT, deadband=0, delay_s=0, state="approved", drafted_at=now, in_force_at=now
            )


def play(number: int) -> None:
    """Be a device until told to stop: publish, and note what was acknowledged."""
    random.seed(number)
    noted = os.open(HOME / f"acknowledged-{number}", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    at_ms, packet, line = 0, 0, None
    pulses = dict.fromkeys(range(POINTS), 0)
    while not STOP.exists():
        sets = []
        for _ in range(random.choice((1, 1, 1, 5, 20))):
            at_ms = max(at_ms + 1, int(time.time() * 1000))
            sets.append({"ts": at_ms, "values": {f"c{place}": value_of(place, pulses) for place in range(POINTS)}})
        packet = packet % 65535 + 1
        data = mqtt.encode(Publish(TOPIC, json.dumps(sets).encode(), 1, packet))
        line = deliver(data, packet, number, line)
        os.write(noted, "".join(f"{json.dumps(each)}\n" for each in sets).encode())
        time.sleep(random.choice((0, 0, 0.01)))


def value_of(place: int, pulses: dict[int, int]) -> float:
    """Return the next value of a point: quiet, with short pulses beyond the limit."""
    if pulses[place]:
        pulses[place] -= 1
        return round(random.uniform(LIMIT, 90), 2)
    if random.random() < 0.02:
        pulses[place] = random.randint(0, 3)
        return round(random.uniform(LIMIT, 90), 2)
    return round(random.uniform(5, 45), 2)


def deliver(data: bytes, packet: int, number: int, line: socket.socket | None) -> socket.socket:
    """Send again and again until acknowledged; return the connection that is open then."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            line = line or connect(number)
            line.sendall(data)
            if line.recv(4) == mqtt.encode(Ack(Type.PUBACK, packet)):
                return line
        except OSError:
            pass
        if line:
            line.close()
        line = None
        if time.monotonic() > until:
            raise RuntimeError("nobody answers")
        time.sleep(0.02)


def connect(number: int) -> socket.socket:
    """Return a connection on which the device has presented itself. Raises OSError."""
    line = socket.create_connection(("127.0.0.1", settings.MQTT_PORT), 5)
    line.sendall(mqtt.encode(Connect(f"D{number}", user=f"token-{number}")))
    if line.recv(4) != mqtt.encode(Connack()):
        line.close()
        raise OSError("not let in")
    return line


def serve() -> None:
    """Run the gateways until killed; the state of judging is saved often."""
    sentry.SAVE_S = 2.0
    asyncio.run(gateways.run())


def labour() -> None:
    """Run the real work loop until killed."""
    work.run(threading.Event())


def fork(role: Callable[..., None], *facts: int) -> int:
    """Start a process of its own that does ``role``; return its pid."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        follow_parent()
        quiet = os.open(HOME / f"{role.__name__}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        role(*facts)
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def trouble(kills: int, fills: int) -> Counter[str]:
    """Kill and fill; return how often what was done. The processes that then live are in ``alive``."""
    done: Counter[str] = Counter()
    deeds = ["fill"] * fills + ["kill"] * kills
    random.shuffle(deeds)
    for deed in deeds:
        if deed == "kill":
            role = random.choice((serve, serve, serve, labour))
            time.sleep(random.uniform(0.05, 1.2))
            os.kill(alive[role], signal.SIGKILL)
            _pid, status = os.waitpid(alive[role], 0)
            if os.WTERMSIG(status) != signal.SIGKILL:
                raise RuntimeError(f"{role.__name__} ended by itself with status {status}")
            alive[role] = fork(role)
            done[f"kills_of_{role.__name__}"] += 1
        else:
            fill()
            done["fills"] += 1
    return done


def fill() -> None:
    """Leave the history without room for a while."""
    ballast = HOME / "history" / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    time.sleep(random.uniform(0.3, 1.0))
    ballast.unlink()


def settle(players: list[int]) -> None:
    """Let the devices finish, and the gateways judge what is kept."""
    STOP.touch()
    for pid in players:
        if os.waitpid(pid, 0)[1]:
            raise RuntimeError("a device did not get its readings acknowledged")
    players.clear()
    history = open_history()
    newest = max(number for number, _batch in history.batches(0))
    until = time.monotonic() + PATIENCE_S
    while (history.load_state(sentry.NAME) or (0, b""))[0] < newest:
        if time.monotonic() > until:
            raise RuntimeError("the gateways do not get on with judging")
        time.sleep(0.2)
    history.close()
    os.kill(alive[serve], signal.SIGTERM)
    os.waitpid(alive.pop(serve), 0)


def acknowledged(number: int) -> Iterator[tuple[str, int, float]]:
    """Yield channel, time and value of everything that the device was told is kept."""
    for line in (HOME / f"acknowledged-{number}").read_text().splitlines():
        each = json.loads(line)
        for channel, value in each["values"].items():
            yield channel, each["ts"], value


def find() -> dict[str, Any]:
    """Return what is there, and how much of it is wrong."""
    history = open_history()
    readings = lost = 0
    wanted: set[str] = set()
    for number in range(DEVICES):
        points = dict(Datastream.objects.filter(device__code=f"D{number}").values_list("channel", "pk"))
        kept: dict[str, dict[int, float]] = {}
        for channel, pk in points.items():
            series = history.series(pk, 0, 1 << 50)
            kept[channel] = dict(zip(series.at_ms.tolist(), series.values.tolist(), strict=True))
            wanted |= set(implied(pk, kept[channel]))
        for channel, at_ms, value in acknowledged(number):
            readings += 1
            lost += kept[channel].get(at_ms) != value
    history.close()
    found = Counter(AlarmEvent.objects.exclude(key=None).values_list("key", flat=True))
    onsets = sum(key.endswith("+") for key in found)
    entries = Entry.objects.filter(kind__in=("alarm.raise", "alarm.repeat")).count()
    return {
        "acknowledged": readings,
        "acknowledged_but_lost": lost,
        "onsets": onsets,
        "transitions": len(found),
        "missing": len(wanted - found.keys()),
        "not_implied": len(found.keys() - wanted),
        "twice": sum(times > 1 for times in found.values()),
        "entries_wrong": abs(entries - onsets),
        "chain_broken": str(verify().broken or ""),
    }


def implied(point: int, kept: dict[int, float]) -> Iterator[str]:
    """Yield the key of every transition that these readings imply, by the plainest reading of a limit."""
    is_high = False
    for at_ms in sorted(kept):
        if (kept[at_ms] >= LIMIT) != is_high:
            is_high = not is_high
            yield f"{point}:high:high:{at_ms}:{'+' if is_high else '-'}"


WRONG = ("acknowledged_but_lost", "missing", "not_implied", "twice", "entries_wrong", "chain_broken")
alive: dict[Callable[..., None], int] = {}


def main() -> int:
    """Run the trial; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--fills", type=int, default=20)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    prepare()
    can_fill = asked.fills and os.getuid() == 0 and connection.vendor == "sqlite"
    if can_fill:
        (HOME / "history").mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={FILL_MB}m", "tmpfs", HOME / "history"], check=True)
    connection.close()  # what is forked must not share it
    players: list[int] = []
    try:
        for role in (serve, labour):
            alive[role] = fork(role)
        players += [fork(play, number) for number in range(DEVICES)]
        done = trouble(asked.kills, asked.fills if can_fill else 0)
        settle(players)
        found = {"database": connection.vendor, "kills": asked.kills, **done, **find()}
    finally:
        for pid in (*alive.values(), *players):
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        if can_fill:
            subprocess.run(["umount", "--lazy", HOME / "history"], check=False)
    print(json.dumps(found))
    return int(any(found[name] for name in WRONG) or not found["onsets"])


if __name__ == "__main__":
    sys.exit(main())
