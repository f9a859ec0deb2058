"""Who is inside a drawn shape: against PostGIS among 400 000, and against box and point tests among 14 million.

    python bench/bench_inside.py [people] [many]

Three JSON lines. ``inside``: keys of the people in a town of 200 corners (limit 20 ms) and behind a coast of 2 000
(limit 60 ms); ``times_postgis`` (limit 5) is what PostGIS needs to count them along its index, over ours to name them.
``inside.answer``: the platform's whole answer out of its database: people, key persons, places by kind, sensitive
places by name (the same limits; ``cpu`` leaves out what other processes took of the machine). ``inside.many``: over
the time of a box in numpy and ``contains_xy`` (limit 0.15).
Needs PostGIS: apt-get install postgresql-15-postgis-3.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import psycopg
import shapely

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anning.science.grid import Grid  # noqa: E402
from bench.settlements import SHAPES, fresh, people  # noqa: E402
from tests import postgres  # noqa: E402

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
MANY = int(sys.argv[2]) if len(sys.argv) > 2 else 14_000_000
TURNS = 15


def took_ms(work: Callable[..., object], *given: Any) -> float:
    """Return how long ``work`` takes with what is given, in milliseconds."""
    began = time.perf_counter()
    work(*given)
    return (time.perf_counter() - began) * 1000


def load_postgis(lon: Any, lat: Any) -> psycopg.Connection[Any]:
    """Fill a table of points, sorted along its spatial index, in a cluster that is thrown away."""
    server = psycopg.connect(postgres.url("postgres"), autocommit=True)
    if not server.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'").fetchone():
        raise SystemExit("PostGIS is missing: apt-get install postgresql-15-postgis-3")
    server.execute("CREATE EXTENSION postgis")
    server.execute("CREATE TABLE home (id int PRIMARY KEY, spot geometry(Point, 4326))")
    with server.cursor().copy("COPY home (id, spot) FROM STDIN") as rows:
        for number, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
            rows.write_row((number, f"SRID=4326;POINT({x!r} {y!r})"))
    server.execute("CREATE INDEX home_spot ON home USING gist (spot)")
    server.execute("CLUSTER home USING home_spot")
    server.execute("VACUUM ANALYZE home")
    return server


def against_postgis(lon: Any, lat: Any) -> dict[str, float]:
    """Measure both in turn, so that a slow moment hits both."""
    grid, server = Grid.build(lon, lat), load_postgis(lon, lat)
    query = "SELECT count(*) FROM home WHERE ST_Contains(ST_GeomFromWKB(%s, 4326), spot)"

    def count(shape: Any) -> int:
        (number,) = server.execute(query, [shapely.to_wkb(shape)], prepare=True).fetchone() or (0,)
        return int(number)

    result: dict[str, float] = {}
    for name, shape in SHAPES.items():
        ours, theirs = len(grid.inside(fresh(shape))), count(shape)
        assert abs(ours - theirs) <= 2, (name, ours, theirs)  # points within rounding of the edge
        pairs = [
            (
                took_ms(grid.inside, fresh(shape)),
                took_ms(count, shape),
            )
            for _ in range(TURNS)
        ]
        result |= {
            f"{name}_inside": ours,
            f"{name}_ms": round(median(own for own, _other in pairs), 2),
            f"{name}_postgis_ms": round(median(other for _own, other in pairs), 1),
            f"{name}_times_postgis": round(median(other / own for own, other in pairs), 1),
        }
    server.close()
    return result


def whole_answers(lon: Any, lat: Any) -> dict[str, float]:
    """Measure the platform's own answer for the whole district and for an actor of one of two towns."""
    own = settle(lon, lat)
    from anning.kernel.actor import Actor, Scope
    from anning.registry.crowd import selectors

    views = frozenset({"registry.view_site", "registry.view_enterprise"})
    result: dict[str, float] = {}
    for who, scope in (("district", Scope.whole()), ("own_town", Scope(areas=(own,)))):
        actor = Actor("user:1", views, scope)
        for name, shape in SHAPES.items():
            found = selectors.inside(actor, fresh(shape))
            spent = time.thread_time()
            times = [took_ms(selectors.inside, actor, fresh(shape)) for _ in range(100)]
            spent = time.thread_time() - spent
            result |= {
                f"{who}_{name}_people": found.people,
                f"{who}_{name}_named": len(found.sensitive),
                f"{who}_{name}_ms": round(median(times), 1),
                f"{who}_{name}_cpu_ms": round(spent * 10, 1),
                f"{who}_{name}_p95_ms": round(quantiles(times, n=20)[-1], 1),
            }
    return result


def settle(lon: Any, lat: Any) -> str:
    """Fill an empty database: everybody a household, 300 sites, 3 000 enterprises; return the code of one town."""
    import django

    django.setup()
    from django.core.management import call_command

    from anning.registry.models import Enterprise, Household, Site
    from tests.district import build_district

    call_command("migrate", verbosity=0)
    district = build_district()
    towns = district.town_a.area, district.town_b.area
    spots = [
        {"area": towns[number % 2], "longitude": x, "latitude": y}
        for number, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))
    ]
    for start in range(0, len(spots), 5000):
        Household.objects.bulk_create(
            Household(code=f"{number:08}", people=1, key_people=number % 9 == 0, **spot)
            for number, spot in enumerate(spots[start : start + 5000], start)
        )
    Site.objects.bulk_create(Site(name=f"学校{n}", kind="school", **spot) for n, spot in enumerate(spots[:300]))
    Enterprise.objects.bulk_create(
        Enterprise(name=f"企业{n}", industry="hazmat", is_major_hazard=n % 40 == 0, **spot)
        for n, spot in enumerate(spots[:3000])
    )
    return str(towns[0].code)


def among_many(lon: Any, lat: Any) -> dict[str, float]:
    """Measure against a box in numpy and a test of every point in it."""
    began = time.perf_counter()
    grid = Grid.build(lon, lat)
    result = {"build_s": round(time.perf_counter() - began, 1)}

    def plain(shape: Any) -> Any:
        west, south, east, north = shape.bounds
        near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        shapely.prepare(shape)
        return near[shapely.contains_xy(shape, lon[near], lat[near])]

    for name, shape in SHAPES.items():
        assert np.array_equal(np.sort(grid.inside(fresh(shape))), plain(fresh(shape)))
        pairs = [
            (
                took_ms(grid.inside, fresh(shape)),
                took_ms(plain, fresh(shape)),
            )
            for _ in range(5)
        ]
        result |= {
            f"{name}_ms": round(median(own for own, _other in pairs), 1),
            f"{name}_of_plain": round(median(own / other for own, other in pairs), 3),
        }
    return result


def main() -> None:
    """Measure, print."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"ANNING_HOME": home, "DJANGO_SETTINGS_MODULE": "anning.settings", "ANNING_DATABASE_URL": ""}
        lon, lat = people(PEOPLE)
        print(json.dumps({"bench": "inside", "people": PEOPLE} | against_postgis(lon, lat)), flush=True)
        print(json.dumps({"bench": "inside.answer", "households": PEOPLE} | whole_answers(lon, lat)), flush=True)
    print(json.dumps({"bench": "inside.many", "people": MANY} | among_many(*people(MANY))))


if __name__ == "__main__":
    main()
