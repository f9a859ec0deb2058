"""Damage frames ten million times per wire format: nothing but BadFrame is raised, in bounded memory and linear time.

    python proof/mutated_frames.py --times 10000000

A third of the frames is damaged on the wire; a third inside and then given its right check again, so that what lies
behind the check is reached; a third flows, whole and broken, through a splitter that must never hold more than its
limit. Endless streams without a frame must cost time in proportion to their length, and memory must stay flat.

The last line printed is the result as JSON; the exit status is 0 when all of it holds.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anning.kernel.frames import BadFrame  # noqa: E402
from anning.protocols import gb26875, hj212, jt808, sl651  # noqa: E402
from anning.protocols.gb26875 import items  # noqa: E402
from tests.protocols.mutation import mutate  # noqa: E402
from tests.protocols.vectors import FOLDER  # noqa: E402

CHUNK = 50_000
SLACK = 3.0  # times what a linear cost would be, for a machine that others use too
GROWTH_KB = 32 * 1024
FAILURES_KEPT = 20


@dataclass(frozen=True)
class Target:
    """One wire format: its package, how a frame is damaged behind its check, and what reads all of a frame."""

    module: Any
    damage: Callable[[Any, Random], Any]
    read: Callable[[Any], object]


def damage_gb26875(frame: Any, random: Random) -> Any:
    """Return the frame with other application data, sometimes of another type or command."""
    body = mutate(frame.body, random)[:1024]
    if body and random.random() < 0.3:
        body = bytes((random.choice(list(gb26875.LAYOUTS)),)) + body[1:]
    return frame._replace(body=body, time=random.choice((frame.time, random.randbytes(6))), command=random.randrange(8))


def read_gb26875(frame: Any) -> None:
    """Read application data by the standard and by a maker's profile; answer it."""
    fields = gb26875.to_fields(frame)
    gb26875.to_fields(frame, gb26875.FSCN8001)
    gb26875.owed(frame, NOW)
    if gb26875.from_fields(fields) != frame:
        raise AssertionError("fields do not lead back to the frame")


def damage_hj212(frame: Any, random: Random) -> Any:
    """Return the packet with another segment."""
    return replace(frame, segment=mutate(frame.segment, random)[:9999])


def read_hj212(frame: Any) -> None:
    """Read values, join, check, answer."""
    fields = hj212.to_fields(frame)
    hj212.readings(frame)
    hj212.owed(frame)
    hj212.check(frame, mn="1", pw="1", now_ms=0)
    if whole := JOINER_HJ212.join(frame, 0):
        hj212.readings(whole)
    if len(JOINER_HJ212) > JOINER_HJ212.limit:
        raise AssertionError("the joiner holds more than its limit")
    if hj212.from_fields(fields) != frame:
        raise AssertionError("fields do not lead back to the packet")


def damage_jt808(frame: Any, random: Random) -> Any:
    """Return the message with another body, sometimes under another id or as one packet of several."""
    message = frame.id if random.random() < 0.7 else random.choice((0x0200, 0x0704, 0x0100, 0x0102, 0x0104, 0x0801))
    total = random.choice((None, None, None, 2, 9))
    index = None if total is None else random.randint(1, total)
    return replace(frame, id=message, body=mutate(frame.body, random)[:1023], total=total, index=index)


def read_jt808(frame: Any) -> None:
    """Read the body, join, and read what was joined."""
    jt808.to_fields(frame)
    if whole := JOINER_JT808.add(frame, 0):
        jt808.read_body(whole)


def damage_sl651(frame: Any, random: Random) -> Any:
    """Return the frame with another body, sometimes of another function or as one packet of several."""
    function = frame.function if random.random() < 0.7 else random.randrange(0x2F, 0x52)
    total = random.choice((None, None, None, 2, 9))
    number = None if total is None else random.randint(1, total)
    return replace(frame, function=function, body=mutate(frame.body, random)[:2000], total=total, number=number)


def read_sl651(frame: Any) -> None:
    """Read the body and its values, join, and read what was joined."""
    sl651.to_fields(frame)
    if whole := JOINER_SL651.add(frame, 0):
        sl651.readings(whole)


NOW = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)
JOINER_HJ212, JOINER_JT808, JOINER_SL651 = hj212.Joiner(limit=64 * 1024), jt808.Joiner(), sl651.Joiner()
TARGETS = {
    "gb26875": Target(gb26875, damage_gb26875, read_gb26875),
    "hj212": Target(hj212, damage_hj212, read_hj212),
    "jt808": Target(jt808, damage_jt808, read_jt808),
    "sl651": Target(sl651, damage_sl651, read_sl651),
}


def seeds(name: str) -> list[bytes]:
    """Return whole frames to damage: a few of our own, and the conformance vectors where they are at hand."""
    tag, text = gb26875.tag_of(NOW), gb26875.text_field("７楼会议室")
    device, place = bytes((6, 5, 4, 3, 2, 1)), b"\x0a\0\2\0"
    units = [
        gb26875.adu_of(1, items.SystemStatus(1, 1, 2, tag)),
        gb26875.adu_of(2, *[items.ComponentStatus(1, 1, 40, place, 2, text, tag)] * 3),
        gb26875.adu_of(3, *[items.Analogue(12, 1, 92, place, 4, 5, tag)] * 5),
        gb26875.adu_of(6, items.SystemConfiguration(1, 1, text)),
        gb26875.adu_of(24, items.DeviceOperation(32, 1, tag)),
    ]
    logger = {"ST": "31", "PW": "123456", "MN": "010000A8900016F000169DC0"}
    data = [{"DataTime": "20260720120000"}] + [{f"a2100{n}-Rtd": "1.5", f"a2100{n}-Flag": "N"} for n in range(9)]
    report = hj212.report(logger, "2011", NOW, data)
    position = jt808.Frame(0x0200, "013800000001", 7, bytes(28) + bytes.fromhex("010400000064"))
    values = bytes.fromhex("000359101115494720190000052619000005")
    own: dict[str, list[bytes]] = {
        "gb26875": [gb26875.encode(gb26875.send(device, 1, NOW, unit)) for unit in units],
        "hj212": [hj212.encode(packet) for packet in [report, *hj212.split(report, 250)]],
        "jt808": [jt808.encode(position), jt808.encode(replace(position, version=1, phone="0" * 20))],
        "sl651": [sl651.encode(sl651.Frame("0012345678", 0x32, values, ascii=form)) for form in (False, True)],
    }
    file = FOLDER / name / "frames.jsonl"
    vectors = map(json.loads, file.read_text().splitlines()) if file.exists() else []
    sound = [v for v in vectors if v["valid"] and v.get("kind") != "adu"]
    return own[name] + [bytes.fromhex(v["hex"]) if "hex" in v else v["text"].encode() for v in sound]


SEEDS = {name: seeds(name) for name in TARGETS}


@dataclass
class Outcome:
    """What one chunk of damaged frames met."""

    codes: Counter[str]
    failures: list[str]
    over_limit: int
    process: int
    rss_kb: int


def try_chunk(name: str, seed: int, times: int) -> Outcome:
    """Damage and read ``times`` frames; return what was met."""
    target, random = TARGETS[name], Random(seed)
    wires = SEEDS[name]
    frames = [target.module.decode(wire) for wire in wires]
    splitter = target.module.Splitter()
    codes, failures, over = Counter[str](), list[str](), 0
    for turn in range(times):
        number = random.randrange(len(wires))
        pieces, where = [b""], "wire"
        try:
            if turn % 3 == 0:
                pieces = [mutate(wires[number], random)]
            elif turn % 3 == 1:
                where = "inside"
                pieces = [target.module.encode(target.damage(frames[number], random))]
            else:
                where = "stream"
                pieces = splitter.feed(mutate(wires[number], random) if random.random() < 0.5 else wires[number])
                over += len(splitter._held) > splitter.limit
            for piece in pieces:
                target.read(target.module.decode(piece))
                codes[f"{where}: read"] += 1
        except BadFrame as error:
            codes[f"{where}: {error.code}"] += 1
        except Exception as error:
            codes["failed"] += 1
            if len(failures) < FAILURES_KEPT:
                failures.append(f"{name} {type(error).__name__}: {error}: {pieces[0].hex()}")
    return Outcome(codes, failures, over, os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def streams(name: str) -> Iterator[tuple[str, bytes]]:
    """Yield patterns that never become a frame: noise, start marks, heads, cut frames."""
    wire = SEEDS[name][0]
    yield "noise", Random(name).randbytes(4096)
    yield "zeros", bytes(4096)
    yield "start marks", wire[:2] * 2048
    yield "heads", wire[:8] * 512
    yield "cut frames", wire[: len(wire) * 2 // 3] * 64


def cost_s(name: str, pattern: bytes, size: int) -> float:
    """Return the processor time that a stream of ``size`` bytes costs, at best of three."""

    def once() -> float:
        splitter = TARGETS[name].module.Splitter()
        piece = (pattern * (1 + 8192 // len(pattern)))[:8192]
        began = time.process_time()
        for _ in range(size // len(piece)):
            splitter.feed(piece)
        return time.process_time() - began

    return min(once() for _ in range(3))


def linear(name: str) -> dict[str, Any]:
    """Return the worst ratio of four times the length to once, and the slowest stream."""
    size = 1 << 20
    costs = {what: (cost_s(name, p, size), cost_s(name, p, 4 * size)) for what, p in streams(name)}
    worst = max(costs, key=lambda what: costs[what][1] / max(costs[what][0], 1e-3))
    slowest = max(costs, key=lambda what: costs[what][1])
    return {
        "worst_ratio_for_4_times_the_length": round(costs[worst][1] / max(costs[worst][0], 1e-3), 2),
        "slowest_stream": slowest,
        "slowest_mb_per_s": round(4 * size / costs[slowest][1] / 1e6, 1),
    }


def prove(name: str, times: int, workers: ProcessPoolExecutor) -> dict[str, Any]:
    """Return what ``times`` damaged frames of one format met."""
    began = time.monotonic()
    sizes = [min(CHUNK, times - done) for done in range(0, times, CHUNK)]
    codes, failures, over = Counter[str](), list[str](), 0
    rss: dict[int, list[int]] = {}
    for outcome in workers.map(try_chunk, [name] * len(sizes), range(len(sizes)), sizes):
        codes += outcome.codes
        failures += outcome.failures
        over += outcome.over_limit
        rss.setdefault(outcome.process, []).append(outcome.rss_kb)
    # The first chunk of a process fills caches; what comes after must not grow.
    grown = max(sizes[-1] - sizes[0] for sizes in rss.values())
    return {
        "seeds": len(SEEDS[name]),
        "damaged": times,
        "seconds": round(time.monotonic() - began, 1),
        "failed": codes["failed"],
        "failures": failures[:FAILURES_KEPT],
        "splitter_over_limit": over,
        "memory_grown_kb": grown,
        **linear(name),
        "met": dict(sorted(codes.items())),
    }


def holds(found: dict[str, Any]) -> bool:
    """Return whether one format's result is what it must be."""
    return (
        not found["failed"]
        and not found["splitter_over_limit"]
        and found["memory_grown_kb"] < GROWTH_KB
        and found["worst_ratio_for_4_times_the_length"] < 4 * SLACK
        and all(found["met"].get(f"{where}: read", 0) for where in ("wire", "inside", "stream"))
    )


def main() -> int:
    """Run the trial; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=10_000_000, help="per format")
    parser.add_argument("--only", choices=sorted(TARGETS), action="append")
    asked = parser.parse_args()
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        found = {name: prove(name, asked.times, workers) for name in asked.only or TARGETS}
    print(json.dumps(found, ensure_ascii=False))
    return int(not all(map(holds, found.values())))


if __name__ == "__main__":
    sys.exit(main())
