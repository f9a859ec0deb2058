"""The history against rows in SQLite and a table in DuckDB, in one run: bytes, writing, trends, last values.

    python bench/bench_history.py [--points 10000] [--year-points 40] [--only stores,signals,newest,readers,year]

The day: so many points every ten minutes (one decimal) and five at 1 Hz (three decimals), times with 0 to 30 ms of
jitter, batches of 10 000 readings, each durable before the next; 1 % arrives late and out of order. Trends are 24 hours
of a point at 1 Hz in 500 buckets, asked in turn of all stores. One JSON line; DuckDB is left out when not installed.
"""

import argparse
import importlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anning.monitoring.history import History, segments  # noqa: E402
from anning.monitoring.history.columns import encode  # noqa: E402
from anning.monitoring.history.database import FileDatabase  # noqa: E402
from anning.monitoring.history.figures import pack_cells  # noqa: E402
from anning.monitoring.history.keys import key_of  # noqa: E402
from anning.monitoring.history.rows import ROW, day_of, day_start_ms  # noqa: E402
from anning.monitoring.observations import Observations  # noqa: E402

DAY = 86_400_000
START = day_start_ms(20_656)  # midnight in Asia/Shanghai, in July 2026
BATCH, FAST, BUCKETS = 10_000, 5, 500
CHANCE = np.random.default_rng(5)
Store = tuple[Callable[[Observations], Any], Callable[[], Any], Callable[[int], Any], Callable[[], int]]


def opened(folder: Path, *, writable: bool = True) -> History:
    """Open a history in the folder."""
    return History(FileDatabase(folder, writable=writable), writable=writable)


def a_day(points: int) -> list[Observations]:
    """Return the batches of one day in the order of arrival."""
    slow = np.repeat(np.arange(FAST, FAST + points, dtype=np.int32), 144)
    at = np.tile(np.arange(144) * 600_000, points) + CHANCE.integers(0, 600_000, points).repeat(144)
    walks = 20 + np.cumsum(CHANCE.normal(0, 0.15, (points, 144)), 1)
    fast = np.repeat(np.arange(FAST, dtype=np.int32), 86_400)
    values = np.round(0.4 + np.cumsum(CHANCE.normal(0, 0.002, (FAST, 86_400)), 1), 3)
    ids = np.concatenate((slow, fast))
    at_ms = START + np.concatenate((at % DAY, np.tile(np.arange(86_400) * 1000, FAST)))
    at_ms = np.minimum(at_ms + CHANCE.integers(0, 30, len(at_ms)), START + DAY - 1)
    values = np.concatenate((np.round(walks, 1).ravel(), values.ravel()))
    arrival = at_ms + np.where(CHANCE.random(len(ids)) < 0.01, CHANCE.integers(0, DAY // 4, len(ids)), 0)
    order = np.argsort(arrival, kind="stable")
    return list(batches(ids[order], at_ms[order], values[order]))


def batches(ids: Any, at_ms: Any, values: Any, size: int = BATCH) -> Iterator[Observations]:
    """Cut columns into batches."""
    good = np.zeros(len(ids), np.uint8)
    for at in range(0, len(ids), size):
        cut = slice(at, at + size)
        yield Observations(ids[cut], at_ms[cut], values[cut], good[cut], int(at_ms[cut].max()))


def ours(folder: Path) -> tuple[Store, History]:
    """Return the history as a store; finishing it seals what is due, not the tail."""
    history = opened(folder)
    count = [0]

    def write(batch: Observations) -> None:
        history.append(batch)
        count[0] += 1
        if count[0] % 20 == 0:
            history.seal(START + DAY // 2)

    def size() -> int:
        history.close()
        return (folder / "history.sqlite3").stat().st_size

    ask = lambda point: history.trend(point, START, START + DAY, BUCKETS)  # noqa: E731
    return (write, lambda: history.seal(START + DAY // 2), ask, size), history


def rows_in_sqlite(folder: Path) -> Store:
    """Return rows by point and time in SQLite, as durable as the history."""
    path = folder / "rows.sqlite3"
    file = sqlite3.connect(path, isolation_level=None)
    file.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=1073741824;")
    file.execute("CREATE TABLE t (p INTEGER, ts INTEGER, v REAL, PRIMARY KEY (p, ts)) WITHOUT ROWID")
    sql = (
        "SELECT (ts - ?) / 172800 AS b, count(*), min(v), max(v), avg(v) FROM t WHERE p = ? AND ts >= ? AND ts < ? "
        "GROUP BY b ORDER BY b"
    )

    def write(batch: Observations) -> None:
        file.execute("BEGIN IMMEDIATE")
        columns = (batch.datastreams.tolist(), batch.at_ms.tolist(), batch.values.tolist())
        file.executemany("INSERT OR REPLACE INTO t VALUES (?, ?, ?)", zip(*columns, strict=True))
        file.execute("COMMIT")

    def size() -> int:
        file.close()
        return path.stat().st_size

    return write, lambda: None, lambda point: file.execute(sql, (START, point, START, START + DAY)).fetchall(), size


def table_in_duckdb(folder: Path) -> Store | None:
    """Return a table in DuckDB, or None when it is not installed."""
    try:
        duckdb: Any = importlib.import_module("duckdb")
    except ImportError:
        return None
    path = folder / "table.duckdb"
    base = duckdb.connect(str(path))
    base.execute("CREATE TABLE t (p INTEGER, ts BIGINT, v DOUBLE)")
    sql = (
        f"SELECT (ts - {START}) // 172800 AS b, count(*), min(v), max(v), avg(v) FROM t "
        f"WHERE p = ? AND ts >= {START} AND ts < {START + DAY} GROUP BY b ORDER BY b"
    )

    def write(batch: Observations) -> None:
        base.register("batch", {"p": batch.datastreams, "ts": batch.at_ms, "v": batch.values})
        base.execute("INSERT INTO t SELECT p, ts, v FROM batch")
        base.unregister("batch")

    def size() -> int:
        base.execute("CHECKPOINT")
        base.close()
        return path.stat().st_size

    return write, lambda: base.execute("CHECKPOINT"), lambda point: base.execute(sql, [point]).fetchall(), size


def stores(points: int, folder: Path) -> dict[str, Any]:
    """Write a day into every store; ask for trends in turn, with an unsealed tail and sealed; weigh the files."""
    day = a_day(points)
    rows = sum(map(len, day))
    first, history = ours(folder / "ours")
    kept = {"ours": first, "sqlite": rows_in_sqlite(folder), "duckdb": table_in_duckdb(folder)}
    found: dict[str, Any] = {"readings": rows}
    each = {name: store for name, store in kept.items() if store}
    for name, (write, finish, _, _) in each.items():
        began = time.perf_counter()
        for batch in day:
            write(batch)
        finish()
        found[f"{name}_rows_s"] = round(rows / (time.perf_counter() - began))
    with history._database.reading() as cursor:
        (sealed,) = cursor.one("SELECT coalesce(sum(count), 0) FROM history_part") or (0,)
    found["ours_unsealed_readings"] = rows - sealed
    asks = {name: store[2] for name, store in each.items()}
    unsealed = in_turn(asks)
    began = time.perf_counter()
    history.seal(START + DAY, everything=True)
    found["ours_last_seal_s"] = round(time.perf_counter() - began, 2)
    done = in_turn(asks)
    for name in each:
        found[f"{name}_trend_ms"], found[f"{name}_trend_ms_ours_sealed"] = unsealed[name], done[name]
        found[f"{name}_bytes"] = round(each[name][3]() / rows, 2)
    for other in set(each) - {"ours"}:
        found[f"bytes_of_{other}"] = round(found["ours_bytes"] / found[f"{other}_bytes"], 3)
        found[f"trend_of_{other}_with_tail"] = round(unsealed["ours"] / unsealed[other], 3)
        found[f"trend_of_{other}_sealed"] = round(done["ours"] / done[other], 3)
        found[f"write_of_{other}"] = round(found["ours_rows_s"] / found[f"{other}_rows_s"], 2)
    return found


def in_turn(asks: dict[str, Callable[[int], Any]], rounds: int = 30) -> dict[str, float]:
    """Return the median milliseconds of each question, asked one after the other of all stores."""
    times: dict[str, list[float]] = {name: [] for name in asks}
    for turn in range(rounds):
        for name, ask in asks.items():
            began = time.perf_counter()
            ask(turn % FAST)
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: round(median(each), 2) for name, each in times.items()}


def signals(folder: Path) -> dict[str, Any]:
    """Weigh a sealed day of the kinds of signal that devices of a district send."""
    n = 86_400
    hours = np.arange(n) / 3600
    walk = lambda step: np.cumsum(CHANCE.normal(0, step, n))  # noqa: E731
    kinds = {
        "temperature_0.1": np.round(22 + 4 * np.sin(hours * 0.26) + walk(0.005), 1),
        "pressure_0.001": np.round(0.4 + walk(0.0005), 3),
        "gas_noisy_0.01": np.round(np.abs(CHANCE.normal(1.2, 0.4, n)), 2),
        "level_0.01": np.round(3.2 + walk(0.002), 2),
        "flow_noisy_0.1": np.round(40 + CHANCE.normal(0, 3, n), 1),
        "state": (CHANCE.random(n) < 0.001).cumsum() % 2.0,
        "noise_of_all_bits": CHANCE.normal(0, 1, n),
    }
    found = {}
    for name, values in kinds.items():
        for cycle in (1, 10, 600):
            some = slice(0, n, cycle)
            rows = np.zeros(len(values[some]), ROW)
            rows["at_ms"] = START + np.arange(n)[some] * 1000 + CHANCE.integers(0, 30, len(rows))
            rows["value"] = values[some]
            size = len(encode(rows)) + len(pack_cells(rows) or b"") + 80  # the rest of its row in the table
            found[f"{name}_every_{cycle}_s"] = round(size / len(rows), 2)
    return {"bytes_a_reading": found}


READER = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from bench.bench_history import START, DAY, opened
history = opened(Path({folder!r}), writable=False)
print("ready", flush=True)
for line in sys.stdin:
    times = []
    for n in range(int(line)):
        began = time.perf_counter()
        {ask}
        times.append((time.perf_counter() - began) * 1000)
        time.sleep({pause})
    print(json.dumps(times), flush=True)
"""


def reader(folder: Path, ask: str, pause: float) -> "subprocess.Popen[str]":
    """Start a process that asks again and again, and wait until it is ready."""
    code = READER.format(root=str(ROOT), folder=str(folder), ask=ask, pause=pause)
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, "-c", code], **pipes)
    assert process.stdout and process.stdout.readline() == "ready\n"
    return process


def told(process: "subprocess.Popen[str]", times: int) -> None:
    """Tell the reader how often to ask."""
    assert process.stdin
    print(times, file=process.stdin, flush=True)


def answered(process: "subprocess.Popen[str]") -> list[float]:
    """Return the milliseconds that the reader measured."""
    assert process.stdout
    return list(json.loads(process.stdout.readline()))


def newest(points: int, folder: Path) -> dict[str, Any]:
    """Ask for the last values of all points, in the writer and in another process, while batches go on."""
    history = opened(folder)
    for batch in a_day(points)[:100]:
        history.append(batch)
    ids = np.arange(points, dtype=np.int32)
    process = reader(folder, f"assert len(history.last()) >= {points}", 0.005)
    own = []
    told(process, 200)
    for n in range(200):
        at = np.full(1000, START + DAY + n * 1000)
        for batch in batches(ids[n % 9 * 1000 :][:1000], at, np.ones(1000)):
            history.append(batch)
        began = time.perf_counter()
        history.last()
        own.append((time.perf_counter() - began) * 1000)
    times = answered(process)
    end(process)
    history.close()
    found = {"points": len(ids), "writer_ms": round(median(own), 2), "first_ms_of_another_process": round(times[0], 2)}
    return found | {"another_process_ms": round(median(times), 2), "p95_ms": round(sorted(times)[-10], 2)}


def readers(folder: Path) -> dict[str, Any]:
    """Write as fast as it goes, alone and with a process that asks for 20 trends a second; then 300 000 a second.

    Sealing goes on in a thread all the time, as in the gateways. The trends are of the very points that are written.
    """
    history, day, ended = opened(folder), a_day(2000), threading.Event()
    sealing = threading.Thread(target=seal_on, args=(history, ended))
    sealing.start()
    process = reader(folder, f"history.trend(n % 5, START, START + DAY, {BUCKETS})", 0.05)
    rates: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(8):
        has_reader = bool(turn % 2)
        if has_reader:
            told(process, 20)
        took, rows = written(history, day, 1.2, 0)
        rates[has_reader].append(rows / sum(took))
        if has_reader:
            answered(process)
        history.seal(START + DAY // 2, everything=True)
    found: dict[str, Any] = {"alone_rows_s": round(median(rates[False])), "ratio": 0}
    found["with_reader_rows_s"] = round(median(rates[True]))
    found["ratio"] = round(found["with_reader_rows_s"] / found["alone_rows_s"], 2)
    told(process, 100)
    took, rows = written(history, day, 6, BATCH / 300_000)
    asked = answered(process)
    ended.set()
    sealing.join()
    end(process)
    history.close()
    found |= {"paced_rows_s": round(rows / 6), "append_ms": round(median(took) * 1000, 2)}
    found |= {"append_p99_ms": round(quantiles(took, n=100)[-1] * 1000, 1), "trend_ms": round(median(asked), 2)}
    return found | {"trend_p95_ms": round(quantiles(asked, n=20)[-1], 2)}


def written(history: History, day: list[Observations], seconds: float, pause: float) -> tuple[list[float], int]:
    """Append batches for so long, one every ``pause``; return the seconds that each took, and how many readings."""
    took, rows, began = [], 0, time.perf_counter()
    while (now := time.perf_counter()) - began < seconds:
        batch = day[len(took) % len(day)]
        history.append(batch)
        took.append(time.perf_counter() - now)
        rows += len(batch)
        time.sleep(max(0.0, began + pause * len(took) - time.perf_counter()) if pause else 0)
    return took, rows


def seal_on(history: History, ended: threading.Event) -> None:
    """Seal what is due, again and again."""
    while not ended.wait(0.2):
        history.seal(START + DAY // 2)


def year(points: int, folder: Path) -> dict[str, Any]:
    """Ask for a day and for a year of points at 1 Hz, sealed day by day, in turn."""
    history = opened(folder)
    first = day_of(START) - 364
    rows = np.zeros(86_400, ROW)
    for day in range(first, first + 365):
        shape = np.round(0.4 + np.cumsum(CHANCE.normal(0, 0.002, 86_400)), 3)
        written = []
        for point in range(points):
            if point % 8 == 0:  # the same shape at other levels: writing is not what is measured
                rows["datastream"], rows["value"] = point, np.round(shape + point, 3)
                rows["at_ms"] = day_start_ms(day) + np.arange(86_400) * 1000
                made = segments.made(key_of(day, point), rows)
            written.append([key_of(day, point), *made[1:]])
        with history._database.writing(durable=False) as cursor:
            segments.write(cursor, segments.SEGMENT, written)
    size = history.size()
    spans = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY, "quarter": 91 * DAY, "year": 365 * DAY}
    asks: dict[str, Callable[[int], Any]] = {
        name: lambda point, span=span: history.trend(point, START + DAY - span, START + DAY, BUCKETS)
        for name, span in spans.items()
    }
    found: dict[str, Any] = {"points": points, "readings": points * 365 * 86_400, "megabytes": size >> 20}
    found |= {f"{name}_ms": ms for name, ms in in_turn(asks).items()}
    history.close()
    return found | {"year_of_day": round(found["year_ms"] / found["day_ms"], 2)}


def end(process: "subprocess.Popen[str]") -> None:
    """Let the reader end."""
    assert process.stdin
    process.stdin.close()
    process.wait(10)


def main() -> None:
    """Measure what was asked for, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--year-points", type=int, default=40)
    parser.add_argument("--only", default="stores,signals,newest,readers,year")
    asked = parser.parse_args()
    measures: dict[str, Callable[[Path], dict[str, Any]]] = {
        "stores": lambda folder: stores(asked.points, folder),
        "signals": signals,
        "newest": lambda folder: newest(asked.points, folder),
        "readers": readers,
        "year": lambda folder: year(asked.year_points, folder),
    }
    result: dict[str, Any] = {"bench": "history"}
    for name in asked.only.split(","):
        with tempfile.TemporaryDirectory(prefix="anning-history-") as folder:
            result[name] = measures[name](Path(folder))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
