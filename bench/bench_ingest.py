"""Readings a second from socket to durable and judged, with 10 000 points: one value a message, and fifty.

Devices speak MQTT with QoS 1 to the real gateways process; a figure counts only when the alarms raised are exactly
those injected. The same messages go to a naive listener that inserts one row a message into SQLite and compares it with
a limit. One JSON line: readings a second, CPU seconds of the gateways per million readings, ratios to the naive way.

    python bench/bench_ingest.py
"""

import asyncio
import json
import os
import signal
import sqlite3
import time
from pathlib import Path

from bench.device_bench import (
    HOME,
    LIMIT,
    TOPIC,
    call,
    cpu_s,
    free_port,
    gateways,
    prepare,
    send_all,
    wait_for,
    wait_for_alarms,
)

from anning.protocols import mqtt  # isort: skip
from anning.protocols.mqtt import Connack, Publish  # isort: skip
from anning.protocols.telemetry import decode  # isort: skip

DEVICES, POINTS = 200, 50
REPEATS = 3
SINGLE, BATCHED, NAIVE = 200_000, 40_000, 5_000  # messages
ALARMS = 20  # injected in each run, at the end of it


def messages(count: int, values: int, at_ms: int) -> list[list[bytes]]:
    """Return the messages of each device: ``count`` in all, ``values`` in each, one second apart."""
    made: list[list[bytes]] = [[] for _ in range(DEVICES)]
    for number in range(count):
        device, turn = number % DEVICES, number // DEVICES
        places = range(POINTS) if values == POINTS else [turn % POINTS]
        told = ",".join(f'"c{place}":{20 + (turn + place) % 20 + 0.5}' for place in places)
        payload = f'{{"ts":{at_ms + turn * 1000},"values":{{{told}}}}}'.encode()
        made[device].append(mqtt.encode(Publish(TOPIC, payload, 1, turn % 65535 + 1)))
    return made


def pulses(at_ms: int, first: int) -> list[bytes]:
    """Return for each of ALARMS devices one message with a pulse beyond the limit."""
    told = [{"ts": at_ms, "values": {f"c{first}": LIMIT + 1}}, {"ts": at_ms + 1, "values": {f"c{first}": 1.0}}]
    return [mqtt.encode(Publish(TOPIC, json.dumps(told).encode(), 1, 9)) for _ in range(ALARMS)]


def run(pid: int, count: int, values: int, number: int) -> dict[str, float]:
    """Send ``count`` messages over LINES connections; return rates and CPU, the alarms at the end included."""
    at_ms = int(time.time() * 1000) - 86_400_000 + number * 3_600_000
    made = messages(count, values, at_ms)
    lines = [call(device) for device in range(DEVICES)]
    data = list(map(b"".join, made))
    last = pulses(at_ms + 3_500_000, number % POINTS)
    before = cpu_s(pid)
    begun = time.perf_counter()
    send_all(lines, data, 4 * count)
    send_all(lines[:ALARMS], last, 4 * ALARMS)
    wait_for_alarms(ALARMS * (number + 1))
    took = time.perf_counter() - begun
    used = cpu_s(pid) - before
    for line in lines:
        line.close()
    readings = count * values + 2 * ALARMS
    return {"readings_s": readings / took, "cpu_s_per_million": used / readings * 1e6, "messages_s": count / took}


class Naive(asyncio.Protocol):
    """A listener as one writes it first: each message is decoded, compared, inserted and answered."""

    store: sqlite3.Connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.splitter = transport, mqtt.Splitter()

    def data_received(self, data: bytes) -> None:
        for frame in self.splitter.feed(data):
            packet = mqtt.decode(frame)
            if not isinstance(packet, Publish):
                self.transport.write(mqtt.encode(Connack()))
                continue
            for reading in decode(packet.topic, packet.payload).readings:
                self.store.execute("INSERT INTO reading VALUES (?, ?, ?)", [reading.key, reading.at_ms, reading.value])
                if (reading.value or 0) >= LIMIT:
                    self.store.execute("INSERT INTO alarm VALUES (?, ?)", [reading.key, reading.at_ms])
            self.transport.write(b"\x40\x02" + packet.packet.to_bytes(2))


def naive(count: int) -> float:
    """Return the messages a second of the naive way, each one committed by itself."""
    port = free_port()
    if not (pid := os.fork()):
        Naive.store = sqlite3.connect(Path(HOME) / "naive.sqlite3", isolation_level=None)
        Naive.store.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE reading (key, at_ms, value); CREATE TABLE alarm (key, at_ms);"
        )

        async def serve() -> None:
            server = await asyncio.get_running_loop().create_server(Naive, "127.0.0.1", port)
            await server.serve_forever()

        asyncio.run(serve())
    wait_for(port)
    made = messages(count, 1, int(time.time() * 1000))
    lines = [call(device, port) for device in range(DEVICES)]
    took = send_all(lines, list(map(b"".join, made)), 4 * count)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return count / took


def median(found: list[dict[str, float]], key: str) -> float:
    """Return the middle one of the runs."""
    return sorted(each[key] for each in found)[len(found) // 2]


if __name__ == "__main__":
    prepare(DEVICES, POINTS)
    plain = naive(NAIVE)
    with gateways() as process:
        singles = [run(process, SINGLE, 1, number) for number in range(REPEATS)]
        batches = [run(process, BATCHED, POINTS, REPEATS + number) for number in range(REPEATS)]
    print(
        json.dumps(
            {
                "bench": "ingest",
                "points": DEVICES * POINTS,
                "single_readings_s": round(median(singles, "readings_s")),
                "single_cpu_s_per_million": round(median(singles, "cpu_s_per_million"), 1),
                "batched_readings_s": round(median(batches, "readings_s")),
                "batched_cpu_s_per_million": round(median(batches, "cpu_s_per_million"), 2),
                "naive_messages_s": round(plain),
                "single_to_naive": round(median(singles, "messages_s") / plain, 1),
                "alarms": 2 * REPEATS * ALARMS,
            }
        )
    )
