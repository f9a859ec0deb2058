"""Frames per second out of a stream: splitter, check, decode, and the values in it, for every wire format.

    python bench/bench_codecs.py [frames]

One JSON line per format, in frames per second of processor time: ``split_s`` cut by the splitter, ``decode_s`` cut and
decoded, ``read_s`` cut, decoded and read to the last value, each the median of five turns on one core. For gb26875 two
other parsers of the same 78-byte fire alarm run in turn: ``bare_s`` does the least that finds frames (scan, length, end
mark, sum by ``sum()``, header fields), ``streams_s`` reads the header, the rest and the sum with asyncio's
``readexactly``. ``times_streams`` is ours (decoded) over theirs (limit 1), ``of_bare`` ours over the bare parser's
(limit 0.4).
"""

import asyncio
import json
import struct
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anning.protocols import gb26875, hj212, jt808, sl651  # noqa: E402
from anning.protocols.gb26875 import items  # noqa: E402

FRAMES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
TURNS, CHUNK = 5, 65_536
NOW = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)


def fire_alarm() -> bytes:
    """Return one fire alarm of one smoke detector, 78 bytes."""
    text, tag = gb26875.text_field("７楼会议室烟感"), gb26875.tag_of(NOW)
    alarm = items.ComponentStatus(1, 1, 42, b"\x0a\0\2\0", 2, text, tag)
    return gb26875.encode(gb26875.send(bytes((6, 5, 4, 3, 2, 1)), 1, NOW, gb26875.adu_of(2, alarm)))


def hour_of_gases() -> bytes:
    """Return one packet with eight gases and their marks."""
    data = [{"DataTime": "20260720120000"}] + [{f"a2100{n}-Rtd": "12.345", f"a2100{n}-Flag": "N"} for n in range(8)]
    return hj212.encode(hj212.report({"ST": "31", "PW": "123456", "MN": "010000A8900016F000169DC0"}, "2011", NOW, data))


def position() -> bytes:
    """Return one position with mileage, fuel and signal."""
    fixed = struct.pack(">IIIIHHH", 0, 3, 38_860_000, 117_450_000, 10, 600, 90) + bytes.fromhex("260720120000")
    return jt808.encode(jt808.Frame(0x0200, "013800000001", 7, fixed + bytes.fromhex("01040000006402020064300120")))


def rain() -> bytes:
    """Return one timed report of rain and stage."""
    body = bytes.fromhex("0003260720120000f1f1001234567848f0f0260720120020190000052619000026")
    return sl651.encode(sl651.Frame("0012345678", 0x32, body))


def read_position(frame: Any) -> object:
    """Return the position in a message."""
    return jt808.read_position(frame.body)


def read_alarm(frame: Any) -> object:
    """Return the application data of a frame."""
    return gb26875.read_adu(frame.body)


FORMATS: dict[str, tuple[Any, bytes, Callable[[Any], object]]] = {
    "gb26875": (gb26875, fire_alarm(), read_alarm),
    "hj212": (hj212, hour_of_gases(), hj212.readings),
    "jt808": (jt808, position(), read_position),
    "sl651": (sl651, rain(), sl651.readings),
}


def rate(work: Callable[[bytes], int], stream: bytes, frames: int) -> float:
    """Return frames per second of processor time of ``work``, which must find all of them."""
    began = time.process_time()
    found = work(stream)
    took = time.process_time() - began
    assert found == frames, (work, found, frames)
    return frames / took


def stages(name: str) -> dict[str, Callable[[bytes], int]]:
    """Return what is measured of one format: each does all that the one before does."""
    module, _wire, read = FORMATS[name]

    def split(stream: bytes) -> int:
        splitter = module.Splitter()
        return sum(len(splitter.feed(stream[at : at + CHUNK])) for at in range(0, len(stream), CHUNK))

    def decode(stream: bytes) -> int:
        splitter, found = module.Splitter(), 0
        for at in range(0, len(stream), CHUNK):
            for piece in splitter.feed(stream[at : at + CHUNK]):
                module.decode(piece)
                found += 1
        return found

    def read_all(stream: bytes) -> int:
        splitter, found = module.Splitter(), 0
        for at in range(0, len(stream), CHUNK):
            for piece in splitter.feed(stream[at : at + CHUNK]):
                read(module.decode(piece))
                found += 1
        return found

    return {"split_s": split, "decode_s": decode, "read_s": read_all}


HEADER = struct.Struct("<2sHBB6s6s6sHB")


def bare(stream: bytes) -> int:
    """Find frames with as little as possible; return how many."""
    at, found = 0, 0
    while (at := stream.find(b"@@", at)) >= 0 and at + HEADER.size <= len(stream):
        fields = HEADER.unpack_from(stream, at)
        end = at + 30 + fields[7]
        if stream[end - 2 : end] == b"##" and sum(stream[at + 2 : end - 3]) & 0xFF == stream[end - 3]:
            found += 1
            at = end
        else:
            at += 1
    return found


def streams(stream: bytes) -> int:
    """Read frames with ``readexactly``, as is often done; return how many."""

    async def run() -> int:
        reader, found = asyncio.StreamReader(limit=2 * CHUNK), 0
        for at in range(0, len(stream), CHUNK):
            reader.feed_data(stream[at : at + CHUNK])
        reader.feed_eof()
        try:
            while True:
                head = await reader.readexactly(HEADER.size)
                body = await reader.readexactly(HEADER.unpack(head)[7])
                check, end = struct.unpack("<B2s", await reader.readexactly(3))
                assert end == b"##" and (sum(head[2:]) + sum(body)) & 0xFF == check
                found += 1
        except asyncio.IncompleteReadError:
            return found

    return asyncio.run(run())


def measure(name: str) -> dict[str, Any]:
    """Return the medians of one format, the stages in turn so that a slow moment hits all."""
    wire = FORMATS[name][1]
    works = stages(name) | ({"bare_s": bare, "streams_s": streams} if name == "gb26875" else {})
    turns: dict[str, list[float]] = {stage: [] for stage in works}
    stream = wire * FRAMES
    for _ in range(TURNS):
        for stage, work in works.items():
            # The stream reader moves what it holds at every read: a long stream would only measure that.
            short = FRAMES // 50 if stage == "streams_s" else FRAMES
            turns[stage].append(rate(work, stream[: short * len(wire)], short))
    result = {"bench": f"codecs.{name}", "frames": FRAMES, "bytes": len(wire)}
    result |= {stage: round(median(rates)) for stage, rates in turns.items()}
    if "bare_s" in result:
        result["times_streams"] = round(result["decode_s"] / result["streams_s"], 2)
        result["of_bare"] = round(result["decode_s"] / result["bare_s"], 2)
    return result


if __name__ == "__main__":
    for each in FORMATS:
        print(json.dumps(measure(each)))
