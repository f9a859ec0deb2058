"""Judge long random walks again and again: whole, cut anywhere, by rows, by columns, over restarts, asked the time.

    python proof/judged_cuts.py --walks 20000

Each walk crosses every kind of rule, with values late, doubled and of bad quality. All ways must tell the same
transitions; asking for the time may bring them earlier, but the same ones.

The last line printed is the result as JSON; the exit status is 0 when all of it holds.
"""

import argparse
import json
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anning.monitoring.judging import Judge, Transition  # noqa: E402
from tests.monitoring.pure.test_judging_cuts import RULES, START, busy, judged, laid_out, order  # noqa: E402

CHUNK = 200
AFTER_MS = 1_000_000
EVERYONE = [(each, START, 1.0, 0) for each in range(1, 10)]
KEPT = 20


def restarted(batches: list[Any], chance: Random) -> list[Transition]:
    """Judge with a new judge after some of the batches."""
    judge, found = Judge(RULES), []
    for batch in batches:
        if chance.random() < 0.3:
            blob, judge = judge.dump(), Judge(RULES)
            judge.load(blob)
        found += judged(judge, [batch])
    return found + judge.tick(batches[-1][1] + AFTER_MS)


def asked(batches: list[Any], chance: Random) -> list[Transition]:
    """Judge and ask for the time in between."""
    judge, found, heard = Judge(RULES), [], batches[0][1]
    for rows, received in batches:
        for now in sorted(chance.randint(heard, received) for _ in range(chance.randint(0, 3))):
            found += judge.tick(now)
        found += judged(judge, [(rows, received)])
        heard = received
    return found + judge.tick(heard + AFTER_MS)


def cut(batches: list[Any], chance: Random) -> list[Any]:
    """Cut every batch anywhere."""
    parts = []
    for rows, received in batches:
        places = sorted(chance.randint(0, len(rows)) for _ in range(chance.randint(0, 5)))
        parts += [(rows[a:b], received) for a, b in zip([0, *places], [*places, len(rows)], strict=True)]
    return parts


def told(judge: Judge, batches: list[Any]) -> list[Transition]:
    """Judge from the first to the last batch, and what time brings after it."""
    return judged(judge, batches) + judge.tick(batches[-1][1] + AFTER_MS)


def walk(seed: int) -> tuple[Counter[str], list[str]]:
    """Judge one walk in every way; return the transitions by rule, and the ways that differ."""
    chance = Random(seed)
    batches = [(EVERYONE, START), *laid_out(busy(seed))]
    whole = told(Judge(RULES), batches)
    ways = {
        "cut": told(Judge(RULES), cut(batches, chance)),
        "rows": told(Judge(RULES, few=10**9), batches),
        "columns": told(Judge(RULES, few=0), batches),
        "restarted": restarted(batches, chance),
    }
    wrong = [f"{name} {seed}" for name, found in ways.items() if found != whole]
    if order(asked(batches, chance)) != order(whole):
        wrong.append(f"asked {seed}")
    return Counter(each.rule for each in whole), wrong


def chunk(begin: int, end: int) -> tuple[Counter[str], list[str]]:
    """Judge the walks of some seeds."""
    rules: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in range(begin, end):
        met, differing = walk(seed)
        rules += met
        wrong += differing
    return rules, wrong


def main() -> int:
    """Run the trial; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--walks", type=int, default=20_000)
    walks = parser.parse_args().walks
    rules: Counter[str] = Counter()
    wrong: list[str] = []
    begins = range(0, walks, CHUNK)
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for met, differing in workers.map(chunk, begins, [min(each + CHUNK, walks) for each in begins]):
            rules += met
            wrong += differing
    found = {"walks": walks, "transitions": rules.total(), "differing": len(wrong), "first": wrong[:KEPT]}
    print(json.dumps(found | {"rules": dict(sorted(rules.items()))}))
    return int(bool(wrong) or len(rules) < len({rule for limits in RULES.limits for rule in limits.rules()}))


if __name__ == "__main__":
    sys.exit(main())
