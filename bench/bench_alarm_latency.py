"""From the last byte of a reading to the committed alarm with its journal entry, while 5 000 readings a second arrive.

The real gateways process and a worker on SQLite; MQTT with QoS 1; 1 000 readings beyond their limit are sent one
by one among the others. An alarm counts as committed when another connection to the database sees it; the moment is
polled every 0.2 ms. Alarms raised must equal alarms injected. One JSON line with p50, p95 and p99 in milliseconds.

    python -m bench.bench_alarm_latency
"""

import json
import socket
import sqlite3
import threading
import time

from bench.device_bench import HOME, LIMIT, TOPIC, call, gateways, prepare, wait_for_alarms, worker

from anning.protocols import mqtt  # isort: skip
from anning.protocols.mqtt import Publish  # isort: skip

DEVICES, POINTS = 200, 50
ALARMING = 20  # devices whose points alarm, each once; the others are quiet
RATE = 5_000  # readings a second
ALARMS = ALARMING * POINTS
EVERY_S = 0.02  # between two alarms, so that each is seen by itself
POLL_S = 0.0002


def load(lines: list[socket.socket], stop: threading.Event) -> None:
    """Send RATE quiet readings a second, evenly, until told to stop; read what is answered away."""
    turn, due = 0, time.perf_counter()
    step_s = len(lines) / RATE
    while not stop.is_set():
        at_ms = int(time.time() * 1000)
        for line in lines:
            turn += 1
            told = f'{{"ts":{at_ms},"values":{{"c{turn % POINTS}":20.5}}}}'.encode()
            line.sendall(mqtt.encode(Publish(TOPIC, told, 1, turn % 65535 + 1)))
        for line in lines:
            line.recv(4096)
        due += step_s
        time.sleep(max(0.0, due - time.perf_counter()))


def inject(line: socket.socket, place: str, store: sqlite3.Connection, number: int) -> float:
    """Send reading ``number`` beyond its limit; return the seconds until its alarm is committed."""
    told = f'{{"ts":{int(time.time() * 1000)},"values":{{"{place}":{LIMIT + 1}}}}}'.encode()
    line.sendall(mqtt.encode(Publish(TOPIC, told, 1, number % 65535 + 1)))
    sent = time.perf_counter()
    while store.execute("SELECT count(*) FROM monitoring_alarm").fetchone()[0] <= number:
        time.sleep(POLL_S)
    return time.perf_counter() - sent


def percentile(sorted_s: list[float], share: float) -> float:
    """Return a percentile in milliseconds."""
    return round(sorted_s[min(len(sorted_s) - 1, int(share * len(sorted_s)))] * 1000, 2)


def measure() -> list[float]:
    """Return the seconds of every alarm, sorted."""
    store = sqlite3.connect(f"file:{HOME}/anning.sqlite3?mode=ro", uri=True)
    lines = [call(device) for device in range(DEVICES)]
    speaking, quiet = lines[:ALARMING], lines[ALARMING:]
    stop = threading.Event()
    loader = threading.Thread(target=load, args=(quiet, stop))
    loader.start()
    time.sleep(3)  # until it is steady
    took = []
    for number in range(ALARMS):
        line, place = speaking[number // POINTS], f"c{number % POINTS}"
        took.append(inject(line, place, store, number))
        time.sleep(EVERY_S)
    stop.set()
    loader.join()
    wait_for_alarms(ALARMS)
    entries = store.execute("SELECT count(*) FROM journal_entry WHERE kind = 'alarm.raise'").fetchone()[0]
    if entries != ALARMS:
        raise RuntimeError(f"{entries} entries, {ALARMS} alarms")
    return sorted(took)


if __name__ == "__main__":
    prepare(DEVICES, POINTS)
    with gateways(), worker():
        found = measure()
    print(
        json.dumps(
            {
                "bench": "alarm_latency",
                "readings_s": RATE,
                "alarms": len(found),
                "p50_ms": percentile(found, 0.5),
                "p95_ms": percentile(found, 0.95),
                "p99_ms": percentile(found, 0.99),
            }
        )
    )
