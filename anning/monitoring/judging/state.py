"""The judge's state as bytes: columns as they are, the rest as JSON. Nothing in it is executed."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anning.monitoring.judging.bonds import Bond
from anning.monitoring.judging.ruleset import Expression, Limits, Transition
from anning.monitoring.judging.watch import Watch

MAGIC = b"ANJ1"
LAID = (("ids", "<i8"), ("prints", "<u4"), ("newest", "<i8"), ("heard", "<i8"), ("last", "<f8"), ("since", "<i8"))


def fingerprint(rule: Limits | Expression) -> int:
    """Return a number that differs when the rule differs."""
    return zlib.crc32(repr(rule).encode())


def pack(
    watches: Sequence[Watch],
    bonds: Mapping[str, Bond],
    modes: Mapping[int, tuple[int, float]],
    owed: Sequence[Transition],
) -> bytes:
    """Return the state as bytes."""
    columns = {
        "ids": [watch.limits.datastream for watch in watches],
        "prints": [_mark(watch) for watch in watches],
        "newest": [watch.newest for watch in watches],
        "heard": [watch.heard for watch in watches],
        "last": [np.nan if watch.last is None else watch.last for watch in watches],
        "since": [watch.flat_since for watch in watches],
    }
    rest = {
        "count": len(watches),
        "watches": {str(watch.limits.datastream): kept for watch in watches if (kept := watch.to_plain())},
        "bonds": {key: [fingerprint(bond.expression), bond.to_plain()] for key, bond in bonds.items()},
        "bond_ends": {key: [bond.expression.datastream, bond.expression.tier] for key, bond in bonds.items()},
        "modes": [[datastream, since, mode] for datastream, (since, mode) in modes.items()],
        "owed": owed,
    }
    head = json.dumps(rest, separators=(",", ":")).encode()
    laid = b"".join(np.array(columns[name], kind).tobytes() for name, kind in LAID)
    body = len(head).to_bytes(4, "little") + head + laid
    return MAGIC + _sum(body) + body


def unpack(
    blob: bytes, watches: Sequence[Watch], bonds: Mapping[str, Bond], out: list[Transition]
) -> tuple[dict[int, tuple[int, float]], list[Transition]]:
    """Set fresh watches and bonds to the state; return the modes and the transitions owed. Raises ValueError.

    What ends because its rule is gone or another goes to ``out``.
    """
    rest, columns = _read(blob)
    by_id = {watch.limits.datastream: watch for watch in watches}
    kept = rest["watches"]
    for datastream, mark, *moving in zip(*(columns[name].tolist() for name, _kind in LAID), strict=True):
        watch = by_id.get(datastream)
        is_same = watch is not None and _mark(watch) == mark
        before = watch if watch is not None and is_same else Watch(watch.limits if watch else Limits(datastream), out)
        before.newest, before.heard, last, before.flat_since = moving
        before.last = None if np.isnan(last) else last
        before.from_plain(kept.get(str(datastream), {}))
        if watch is None:
            before.end_all(before.newest)
        elif not is_same:
            watch.adopt(before, is_same=False)
    for key, (mark, facts) in rest["bonds"].items():
        bond = bonds.get(key)
        if bond is not None and fingerprint(bond.expression) == mark:
            bond.from_plain(facts)
        elif facts["onset"] is not None:
            datastream, tier = rest["bond_ends"][key]
            at = max(facts["clock"], facts["onset"])
            out.append(Transition(datastream, key, "expression", at, False, None, None, tier))
    modes = {datastream: (since, mode) for datastream, since, mode in rest["modes"]}
    return modes, [Transition(*facts) for facts in rest["owed"]]


def _read(blob: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    if blob[:4] != MAGIC or blob[4:8] != _sum(blob[8:]):
        raise ValueError("these bytes are no whole state of a judge")
    begin = 12 + int.from_bytes(blob[8:12], "little")
    rest = json.loads(blob[12:begin])
    columns = {}
    for name, kind in LAID:
        columns[name] = np.frombuffer(blob, kind, rest["count"], begin)
        begin += columns[name].nbytes
    return rest, columns


def _mark(watch: Watch) -> int:
    watch.mark = watch.mark or fingerprint(watch.limits)
    return watch.mark


def _sum(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(4, "little")
