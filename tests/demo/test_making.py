"""The same release makes the same district; the sheets are our own; the crowd is aged as the census counted."""

from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction

from anning.demo import sketch
from anning.demo.ground import Ground, Spot
from anning.demo.people import Crowd
from anning.demo.places import Places
from anning.demo.population import shares
from anning.demo.services import load_demo
from anning.demo.sheets import FOLDER, read_sheet
from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.journal.verification import verify
from anning.registry.models import Household, Resident

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "geo"


@pytest.fixture(scope="module")
def crowd():
    """Ten thousand households, as the loading draws them."""
    drawn = Crowd(Random(7), ["某某"])
    return [member for _household in range(10_000) for member in drawn.household(99)]


def test_the_same_release_loaded_twice_has_the_same_digest(db):
    digests = []
    for _time in range(2):
        with transaction.atomic():
            digests.append(load_demo(residents=200).digest)
            transaction.set_rollback(True)

    assert digests[0] == digests[1] and len(digests[0]) == 64


def test_more_residents_are_another_digest_and_the_entry_says_how_many(db):
    with transaction.atomic():
        small = load_demo(residents=50).digest
        transaction.set_rollback(True)
    call_command("demo", residents=60, verbosity=0)
    entry = Entry.objects.get(kind="demo.load")

    assert entry.data["digest"] != small and entry.data["counts"]["resident"] == Resident.objects.count() == 60
    assert entry.data["counts"]["household"] == Household.objects.count()


def test_the_load_is_one_entry_and_its_chain_verifies(db):
    load_demo(residents=50)
    while seal():
        pass

    assert verify().broken is None
    assert not Entry.objects.filter(subject__startswith="resident:").exists()


def test_the_crowd_is_aged_as_the_census_counted(crowd):
    def share(least, most):
        return sum(least <= member.age <= most for member in crowd) / len(crowd)

    assert share(60, 120) == pytest.approx(0.2258, abs=0.012)
    assert share(65, 120) == pytest.approx(0.1537, abs=0.012)
    assert share(0, 14) == pytest.approx(0.1576, abs=0.012)


def test_about_six_in_a_hundred_need_a_hand_and_only_those_who_can(crowd):
    needy = [member for member in crowd if member.need != "none"]

    assert 0.05 < len(needy) / len(crowd) < 0.07
    assert all(member.age >= 65 for member in needy if member.need == "alone")
    assert all(member.age < 15 for member in needy if member.need == "child")
    assert all(member.sex == "female" for member in needy if member.need == "pregnant")


def test_four_hundred_thousand_people_live_in_a_hundred_and_thirty_thousand_households(crowd):
    drawn = Crowd(Random(7), ["某某"])
    people = sum(len(drawn.household(99)) for _household in range(10_000))

    assert 400_000 / (people / 10_000) == pytest.approx(131_000, rel=0.02)


def test_the_shares_of_the_villages_add_up_exactly(areas):
    for residents in (0, 1, 399, 400_000):
        assert sum(people for _spot, people in shares(areas, residents)) == residents


@pytest.fixture
def areas(db):
    """The ground without a base map: the places of the sheets only."""
    from anning.demo.places import add_places

    places = add_places()
    rows = [row for row in read_sheet("areas") if row["room"]]
    return Ground(Places(places.areas, {}), {row["code"]: Spot(places.areas[row["code"]], (0, 0), 9) for row in rows})


def test_what_is_scattered_near_a_spot_stays_within_its_room(areas):
    spot, random = Spot(next(iter(areas.spots.values())).area, (117.8, 39.3), 500), Random(1)
    for _time in range(200):
        longitude, latitude = spot.near(random, 900)
        assert ((longitude - 117.8) * 85_800) ** 2 + ((latitude - 39.3) * 111_000) ** 2 <= 510**2


def test_the_sketch_draws_the_very_towns_that_are_kept():
    drawn = {code: area.area for code, area in sketch.town_areas().items()}
    kept = {code: area.area for code, area in Ground(Places({}, {}), {}).towns.items()}

    assert drawn == pytest.approx(kept, rel=1e-3)


def test_no_file_of_the_shared_map_data_is_shipped():
    if not SHARED.is_dir():
        pytest.skip("the shared map data is not beside this tree")
    foreign = {sha256(path.read_bytes()).hexdigest() for path in SHARED.iterdir() if path.is_file()}
    ours = {sha256(path.read_bytes()).hexdigest() for path in FOLDER.iterdir()}
    fine = [row["longitude"] for row in read_sheet("areas") if len(row["longitude"].rstrip("0")) > len("117.123")]

    assert not foreign & ours and fine == []
