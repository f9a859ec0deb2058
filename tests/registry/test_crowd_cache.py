"""The arrays follow the database, survive damage, and are shared by processes."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.db import connection

from anning.accounts.models import Organisation
from anning.kernel.actor import Actor, Scope, system
from anning.registry.crowd import cache, selectors
from anning.registry.crowd.sources import HOUSEHOLDS, PLACES
from anning.registry.models import Household, Site
from tests.races import successes, together
from tests.registry.settlement import settle

ROOT = Path(__file__).parents[2]
EVERYWHERE = shapely.box(110, 30, 125, 50)
WHOLE = system("registry.view_site", "registry.view_enterprise")
ASK = """
import django; django.setup()
import shapely
from anning.kernel.actor import system
from anning.registry.crowd import selectors
print(selectors.inside(system("registry.view_site"), shapely.box(110, 30, 125, 50)).people)
"""


@pytest.fixture(autouse=True)
def _empty(monkeypatch, tmp_path):
    """Each test with a cache of its own, and looking at the database at every question."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    monkeypatch.setattr(cache, "LOOK_EVERY_S", 0.0)
    cache.forget()
    yield
    cache.forget()


@pytest.fixture
def settled(district):
    settle(district, homes=120)
    return district


def people():
    return selectors.inside(WHOLE, EVERYWHERE).people


def folders():
    return {path.name for path in (Path(settings.HOME) / "cache" / "crowd").iterdir() if path.is_dir()}


def test_the_arrays_are_mapped_from_the_cache(settled):
    assert isinstance(cache.current(HOUSEHOLDS).numbers, np.memmap)
    assert [name.split("-")[0] for name in folders()] == ["households"]


def test_a_folder_holds_no_words_of_anybody(settled):
    people()

    for path in (Path(settings.HOME) / "cache").rglob("*.*"):
        assert "幸福路".encode() not in path.read_bytes(), path


def test_nothing_is_built_twice_while_nothing_changes(settled):
    before = people(), folders(), cache.current(HOUSEHOLDS)

    assert (people(), folders()) == before[:2]
    assert cache.current(HOUSEHOLDS) is before[2]


def test_another_process_of_the_same_home_finds_what_was_built(settled):
    people()
    made = {path: path.stat().st_mtime_ns for path in (Path(settings.HOME) / "cache").rglob("*.npy")}
    cache.forget()

    people()

    assert {path: path.stat().st_mtime_ns for path in (Path(settings.HOME) / "cache").rglob("*.npy")} == made


def change(settled):
    home = Household.objects.exclude(longitude=None).first()
    home.people += 7
    home.save()
    return 7


def add(settled):
    area = settled.town_a.villages[0]
    Household.objects.create(code="新", area=area, people=5, longitude=117.5, latitude=39.3)
    return 5


def remove(settled):
    home = Household.objects.exclude(longitude=None).filter(people=3).first()
    home.delete()
    return -3


def lose_position(settled):
    home = Household.objects.exclude(longitude=None).filter(people=4).first()
    home.longitude = home.latitude = None
    home.save()
    return -4


@pytest.mark.parametrize("act", [change, add, remove, lose_position])
def test_a_change_of_rows_is_seen(settled, act):
    before = people()
    stale = folders()

    difference = act(settled)

    assert people() == before + difference
    assert len(folders()) == len(stale)
    assert folders() != stale


def test_a_change_that_arrives_out_of_order_is_seen(settled):
    """Two transactions overlap: the one that changed earlier commits later, so the latest change stays the latest."""
    before = people()
    home = Household.objects.exclude(longitude=None).first()
    changed = home.changed_at

    Household.objects.filter(pk=home.pk).update(people=home.people + 2, version=home.version + 1, changed_at=changed)

    assert people() == before + 2


def test_a_unit_that_moves_takes_its_places_along(settled):
    site = Site.objects.first()
    site.organisation = settled.bureau
    site.save()
    mine = Actor("user:3", WHOLE.permissions, Scope(organisations=("/99/",)))
    assert selectors.inside(mine, EVERYWHERE).kinds == ()

    unit = Organisation.objects.get(pk=settled.bureau.pk)
    Organisation.objects.filter(pk=unit.pk).update(path="/99/7/", version=unit.version + 1)

    assert [kind.count for kind in selectors.inside(mine, EVERYWHERE).kinds] == [1]


@pytest.mark.parametrize("part", ["numbers.npy", "boxes.npy", "catalogue.json"])
@pytest.mark.parametrize("damage", ["torn", "flipped", "gone"])
def test_a_damaged_cache_is_built_again(settled, part, damage):
    before = people()
    file = next((Path(settings.HOME) / "cache" / "crowd").glob(f"households-*/{part}"))
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.unlink()  # the old file stays mapped; what follows is another file
    if damage != "gone":
        file.write_bytes(content if damage == "flipped" else content[:-9])
    cache.forget()

    assert people() == before
    assert isinstance(cache.current(HOUSEHOLDS).numbers, np.memmap)


def test_leftovers_of_a_killed_builder_are_cleared(settled):
    left = Path(settings.HOME) / "cache" / "crowd" / "households-dead.part"
    left.mkdir(parents=True)

    people()

    assert not left.exists()


def test_without_a_writable_disk_the_answer_still_comes(settled):
    expected = people()
    cache.forget()
    for path in (Path(settings.HOME) / "cache" / "crowd").glob("households-*/*"):
        path.unlink()
    home = Path(settings.HOME)
    (home / "cache").rename(home / "aside")
    (home / "cache").write_text("a file where the folder should be")

    assert people() == expected


def test_within_a_second_the_database_is_not_asked_again(settled, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(cache, "LOOK_EVERY_S", 3600.0)
    for source in (HOUSEHOLDS, *PLACES):
        cache.current(source)

    with django_assert_num_queries(0):
        for source in (HOUSEHOLDS, *PLACES):
            cache.current(source)


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_agree(settled):
    expected = sum(Household.objects.exclude(longitude=None).values_list("people", flat=True))

    answers = together(*[people] * 6)

    assert successes(answers) == [expected] * 6


@pytest.mark.django_db(transaction=True)
def test_processes_that_ask_at_once_agree_and_build_one_cache(settled):
    expected = sum(Household.objects.exclude(longitude=None).values_list("people", flat=True))
    place = {"DJANGO_SETTINGS_MODULE": "anning.settings", "ANNING_HOME": str(settings.HOME)} | database_of_the_test()
    asking = [
        subprocess.Popen([sys.executable, "-c", ASK], cwd=ROOT, env=os.environ | place, stdout=subprocess.PIPE)
        for _ in range(2)
    ]

    answers = [int(process.communicate(timeout=120)[0]) for process in asking]

    assert answers == [expected, expected]
    assert sorted(name.rpartition("-")[0] for name in folders()) == ["households", "sites"]


def database_of_the_test():
    """Return where another process finds the rows of this test."""
    if connection.vendor == "postgresql":
        facts = connection.settings_dict
        return {"ANNING_DATABASE_URL": f"postgres://{facts['USER']}@/{facts['NAME']}?host={facts['HOST']}"}
    (Path(settings.HOME) / "anning.sqlite3").symlink_to(connection.settings_dict["NAME"])
    return {"ANNING_DATABASE_URL": ""}
