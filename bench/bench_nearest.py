"""The fifty nearest of 100 000 places in geodesic order: in milliseconds, and against measuring every distance.

    python bench/bench_nearest.py [places]

One JSON line: ``median_ms`` and ``p95_ms`` (limit 5) over 300 positions, ``p95_cpu_ms`` without
what other processes took of the machine; ``of_every`` over the time of all distances
on the sphere in numpy, which gives no geodesic order yet.
"""

import json
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anning.kernel.geo import MEAN_RADIUS_M, distance_m  # noqa: E402
from anning.science.grid import Grid  # noqa: E402
from bench.settlements import SOUTH, TALL, WEST, WIDE, people  # noqa: E402

PLACES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
NEAREST, ASKED = 50, 300


def every(lon: Any, lat: Any, longitude: float, latitude: float) -> Any:
    """Return the nearest by the distance on the sphere of all, in any order."""
    x, y, x0, y0 = np.radians(lon), np.radians(lat), np.radians(longitude), np.radians(latitude)
    half = np.sin((y - y0) / 2) ** 2 + np.cos(y0) * np.cos(y) * np.sin((x - x0) / 2) ** 2
    return np.argpartition(2 * MEAN_RADIUS_M * np.arcsin(np.sqrt(half)), NEAREST)[:NEAREST]


def main() -> None:
    """Measure both in turn, check against the geodesic, print."""
    lon, lat = people(PLACES)
    grid = Grid.build(lon, lat)
    chance = np.random.default_rng(3)
    asked = zip(WEST + WIDE * chance.uniform(0, 1, ASKED), SOUTH + TALL * chance.uniform(0, 1, ASKED), strict=True)
    times, spent, ratios = [], [], []
    for longitude, latitude in asked:
        began, cpu = time.perf_counter(), time.thread_time()
        found, metres = grid.nearest(longitude, latitude, NEAREST)
        between, cpu = time.perf_counter(), time.thread_time() - cpu
        rough = every(lon, lat, longitude, latitude)
        ended = time.perf_counter()
        times.append((between - began) * 1000)
        spent.append(cpu * 1000)
        ratios.append((between - began) / (ended - between))
        assert len(set(found.tolist())) == NEAREST
        assert (np.diff(metres) >= 0).all()
        assert metres[-1] <= max(distance_m((longitude, latitude), (lon[i], lat[i])) for i in rough.tolist())
    result = {"bench": "nearest", "places": PLACES, "nearest": NEAREST, "median_ms": round(median(times), 2)}
    result |= {"p95_ms": round(quantiles(times, n=20)[-1], 2), "p95_cpu_ms": round(quantiles(spent, n=20)[-1], 2)}
    print(json.dumps(result | {"of_every": round(median(ratios), 3)}))


if __name__ == "__main__":
    main()
