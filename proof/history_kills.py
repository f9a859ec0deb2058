"""Kill the writer of the history at random moments, and fill its disk, and see that nothing is lost, doubled or torn.

    python proof/history_kills.py --kills 300 --fills 40

A writer appends batches whose content follows from their number, seals and saves states as fast as it can, and notes
what was acknowledged. Again and again it dies by kill -9; then every acknowledged batch must be there, the numbers
without a gap, and every series, day, last value and batch for judging again equal to what follows from the numbers.
Then the same on a disk that is full again and again (a small tmpfs, so only as root and for the file): what was refused
must not be there, and writing must go on when there is room.

The store is that of ANNING_DATABASE_URL and ANNING_HOME (a throw-away folder when unset). The last line printed is the
result as JSON; the exit status is 0 when all of it holds.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("ANNING_HOME", tempfile.mkdtemp(prefix="anning-history-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "anning.settings"
HOME = Path(os.environ["ANNING_HOME"])

import django  # noqa: E402
import numpy as np  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from anning.monitoring.history import History, HistoryFull, last, open_history, sealing  # noqa: E402
from anning.monitoring.history.rows import day_of, day_start_ms  # noqa: E402
from anning.monitoring.observations import Observations  # noqa: E402

STREAMS, ROWS = 20, 40
START, EVERY_MS = day_start_ms(20_656), 60_000  # a batch a minute: days pass quickly
PATIENCE_S = 60
EPOCH = date(1970, 1, 1)
ACKNOWLEDGED, REFUSED = HOME / "acknowledged", HOME / "refused"


def content(number: int) -> Observations:
    """Return the batch of this number: some of it late, some of it for one moment twice."""
    chance = np.random.default_rng(number)
    streams = chance.integers(0, STREAMS, ROWS).astype(np.int32)
    late = np.where(chance.random(ROWS) < 0.1, chance.integers(0, 2 * 86_400_000, ROWS), chance.integers(0, 99, ROWS))
    at = np.maximum(START + number * EVERY_MS - late, START)
    return Observations(streams, at, np.round(chance.normal(20, 5, ROWS), 2), np.zeros(ROWS, np.uint8), now_ms(number))


def now_ms(number: int) -> int:
    """Return the moment at which this batch arrives."""
    return START + number * EVERY_MS


def last_number(history: History) -> int:
    """Return the number of the last batch; it is always kept as it arrived."""
    return max((number for number, _ in history.batches(0)), default=0)


def write() -> None:
    """Append, seal and save states until killed; note what was acknowledged and what was refused."""
    sizes = {"RUN_ROWS": 2000, "RUN_BATCHES": 40, "BLOCK_ROWS": 64, "FLUSH_ROWS": 6000, "CHUNK_ROWS": 1000}
    for name, size in (sizes | {"STREAMS_AT_ONCE": 3, "BLOCKS_AT_ONCE": 8, "BATCHES_AT_ONCE": 8}).items():
        setattr(sealing, name, size)
    last.SAVE_BATCHES = 20
    noted, refused = (os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT) for path in (ACKNOWLEDGED, REFUSED))
    history = open_history(writable=True)
    number = last_number(history)
    threading.Thread(target=seal_on, args=(history,), daemon=True).start()
    while True:
        try:
            got = history.append(content(number + 1), frames=b"frame %d" % (number + 1))
            assert got == number + 1, (got, number)
            number = got
            os.write(noted, b"%d\n" % number)
            if number % 10 == 0:
                history.save_state("judging", number, b"%d" % number)
        except HistoryFull:
            os.write(refused, b"%d\n" % (number + 1))
            time.sleep(0.01)


def seal_on(history: History) -> None:
    """Seal without a pause; a full disk ends a turn, not the loop; anything else ends the process."""
    try:
        while True:
            try:
                history.seal(now_ms(history._number or 0))
            except HistoryFull:
                time.sleep(0.01)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(3)


class Expected:
    """What the history must answer, from the numbers alone."""

    def __init__(self) -> None:
        self.number = 0
        self.series: dict[int, dict[int, float]] = defaultdict(dict)

    def take(self, number: int) -> None:
        """Go on to this number."""
        for each in range(self.number + 1, number + 1):
            batch = content(each)
            columns = (batch.datastreams.tolist(), batch.at_ms.tolist(), batch.values.tolist())
            for stream, at, value in zip(*columns, strict=True):
                self.series[stream][at] = value
        self.number = max(self.number, number)


def faults(expected: Expected, streams: list[int]) -> list[str]:
    """Return what the history answers wrongly for these datastreams."""
    acknowledged = int((["0", *ACKNOWLEDGED.read_text().split()] if ACKNOWLEDGED.exists() else ["0"])[-1])
    history = open_history()
    number = last_number(history)
    wrong = []
    if number not in {acknowledged, acknowledged + 1}:  # the last may be kept and its note not yet written
        wrong.append(f"acknowledged {acknowledged}, kept {number}")
    expected.take(number)
    days = range(day_of(START), day_of(now_ms(number)) + 1)
    found = history.days(streams, EPOCH + timedelta(days[0]), EPOCH + timedelta(days[-1]))
    counts = dict(
        zip(zip(found.datastream.tolist(), found.day.tolist(), strict=True), found.count.tolist(), strict=True)
    )
    newest = history.last()
    lasts = dict(zip(newest.datastreams.tolist(), newest.values.tolist(), strict=True))
    for stream in streams:
        wanted = sorted(expected.series[stream].items())
        series = history.series(stream, 0, now_ms(number + 1))
        if list(zip(series.at_ms.tolist(), series.values.tolist(), strict=True)) != wanted:
            wrong.append(f"series {stream}: {len(series)} of {len(wanted)}")
        by_day: dict[date, int] = defaultdict(int)
        for at, _ in wanted:
            by_day[EPOCH + timedelta(day_of(at))] += 1
        if {day: count for (each, day), count in counts.items() if each == stream} != by_day:
            wrong.append(f"days of {stream}")
        if wanted and lasts.get(stream) != wanted[-1][1]:
            wrong.append(f"last of {stream}")
    saved, _ = history.load_state("judging") or (0, b"")
    again = [(each, batch.at_ms.tolist()) for each, batch in history.batches(saved)]
    if [each for each, _ in again] != list(range(saved + 1, number + 1)):
        wrong.append(f"batches after {saved}: {[each for each, _ in again][:5]} …")
    wrong += [f"batch {each}" for each, at in again[-3:] if at != content(each).at_ms.tolist()]
    history.close()
    return wrong


def started() -> "subprocess.Popen[bytes]":
    """Start a writer."""
    return subprocess.Popen([sys.executable, __file__, "--write"], cwd=ROOT)


def grown(path: Path, writer: "subprocess.Popen[bytes]", size: int) -> None:
    """Wait until the file is larger than ``size``. Raises RuntimeError when the writer ends or nothing comes."""
    until = time.monotonic() + PATIENCE_S
    while not path.exists() or path.stat().st_size <= size:
        if writer.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the writer stands still: {writer.poll()}")
        time.sleep(0.005)


def size_of(path: Path) -> int:
    """Return the size of a file that may not be there."""
    return path.stat().st_size if path.exists() else 0


def kill(times: int, chance: random.Random) -> list[str]:
    """Kill the writer so many times; return what was wrong."""
    expected, wrong = Expected(), []
    for turn in range(times):
        before = size_of(ACKNOWLEDGED)
        writer = started()
        grown(ACKNOWLEDGED, writer, before)
        time.sleep(chance.random() * 0.5)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        everybody = turn % 20 == 19 or turn == times - 1
        wrong += faults(expected, list(range(STREAMS)) if everybody else [chance.randrange(STREAMS)])
    return wrong


def fill(times: int, chance: random.Random) -> list[str] | None:
    """Fill the disk so many times, killing the writer every third; None where no small disk can be made."""
    folder = HOME / "history"
    shutil.rmtree(folder, ignore_errors=True)
    for path in (ACKNOWLEDGED, REFUSED):
        path.unlink(missing_ok=True)
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False).returncode:
        return None
    try:
        return _fill(times, chance, folder / "ballast")
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


def _fill(times: int, chance: random.Random, ballast: Path) -> list[str]:
    expected, wrong = Expected(), []
    writer = started()
    for turn in range(times):
        grown(ACKNOWLEDGED, writer, size_of(ACKNOWLEDGED))
        time.sleep(chance.random() * 0.3)
        before = size_of(REFUSED)
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        grown(REFUSED, writer, before)
        if turn % 3 == 2:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
            ballast.unlink()
            wrong += faults(expected, list(range(STREAMS)))
            writer = started()
        else:
            time.sleep(chance.random() * 0.1)
            ballast.unlink()
    grown(ACKNOWLEDGED, writer, size_of(ACKNOWLEDGED))
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    return wrong + faults(expected, list(range(STREAMS)))


def main() -> int:
    """Kill, fill, print; return 0 when all of it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--fills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        write()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    chance, began = random.Random(seed), time.monotonic()
    wrong = kill(asked.kills, chance)
    batches = len(ACKNOWLEDGED.read_text().split())
    full = fill(asked.fills, chance) if connection.vendor == "sqlite" and asked.fills else None
    found = {"trial": "history_kills", "seed": seed, "kills": asked.kills, "batches_acknowledged": batches}
    found |= {"fills": asked.fills if full is not None else 0, "wrong": (wrong + (full or []))[:20]}
    print(json.dumps(found | {"seconds": round(time.monotonic() - began)}))
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
