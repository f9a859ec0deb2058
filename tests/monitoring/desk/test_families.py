"""Vehicles with their tracks, fire units by building, water against its marks."""

from datetime import datetime, timedelta

import pytest

from anning.kernel import clock
from anning.monitoring.desk import families, vehicles
from anning.monitoring.models import LimitVersion
from anning.monitoring.observations import Quality


@pytest.fixture
def truck(make_point, device, record):
    """A truck that drove for an hour this morning, with half an hour of silence."""
    points = {kind: make_point(kind, kind, zone="") for kind in ("longitude", "latitude", "speed")}
    now = clock.now()
    for shift in (0, 90):
        until = now - timedelta(minutes=shift)
        record(points["longitude"], [117.8 + n / 1000 for n in range(31)], until=until)
        record(points["latitude"], [39.3 + n / 1000 for n in range(31)], until=until)
        record(points["speed"], [40.0] * 31, until=until)
    return device


def test_a_track_is_the_positions_of_a_legal_day(truck):
    day = clock.today()
    midnight = datetime.combine(day, datetime.min.time(), clock.ZONE)
    positions = vehicles.track(truck, day) + vehicles.track(truck, day - timedelta(days=1))

    assert len(positions) == 62 and all(each.speed == 40.0 for each in positions)
    assert all(each.at >= midnight for each in vehicles.track(truck, day))
    assert len(vehicles.track(truck, day - timedelta(days=3))) == 0


def test_coverage_is_the_share_of_spans_with_a_position(truck):
    at = datetime(2026, 11, 24, 8, tzinfo=clock.ZONE)
    held = [vehicles.Position(at + timedelta(minutes=5 * n), 117.8, 39.3, None) for n in (0, 1, 2, 9)]

    assert vehicles.coverage(held) == 40.0 and vehicles.coverage(held[:1]) is None


def test_the_fleet_shows_who_is_where_and_leads_to_the_track(truck, client_of):
    client = client_of("monitor")

    page = client.get("/desk/vehicles/").content.decode()
    told = client.get(f"/desk/vehicles/{truck.pk}/data?day={clock.today()}").json()

    assert truck.name in page and f"/desk/vehicles/{truck.pk}/" in page and "40 km/h" in page
    assert told["points"][-1][1:] == [117.83, 39.33, 40.0]
    assert "位置表" in client.get(f"/desk/vehicles/{truck.pk}/?day=nonsense").content.decode()


def test_another_town_sees_no_vehicle(truck, client_of, district):
    client = client_of("town", district.town_b.government)

    assert truck.name not in client.get("/desk/vehicles/").content.decode()
    assert client.get(f"/desk/vehicles/{truck.pk}/data").status_code == 404


def test_fire_units_stand_by_building_with_their_values(make_point, device, record, client_of):
    device.is_online = True
    device.save()
    pressure = make_point("P1", "hydrant_pressure", unit="MPa", zone="1号楼")
    make_point("F1", "fire", unit="", zone="2号楼")
    record(pressure, [0.35])

    page = client_of("monitor").get("/desk/fire/").content.decode()

    assert page.index("1号楼") < page.index("2号楼") and "0.35 MPa" in page and "1 个单位，2 个点位" in page


def test_rain_is_summed_over_its_spans_without_what_is_faulty(make_point, record):
    gauge = make_point("R1", "rain", unit="mm")
    now = clock.now()
    record(gauge, [1.0] * 36, every_s=300, until=now)
    record(gauge, [99.0], until=now - timedelta(minutes=2), quality=Quality.FAULT)

    assert list(families.rain(gauge, now)) == [1.0, 12.0, 36.0, 36.0]


def test_a_silent_gauge_is_missing_and_no_zero(make_point, history, client_of):
    make_point("R1", "rain", unit="mm", name="芦台雨量站")

    page = client_of("monitor").get("/desk/water/").content.decode()

    assert "1 个测站没有可用数据" in page and "缺测" in page and "芦台雨量站" in page


def test_a_stage_stands_against_its_marks_with_its_rise(make_point, device, record, client_of):
    device.is_online = True
    device.save()
    stage = make_point("Z1", "river_stage", unit="m", name="里自沽闸")
    now = clock.now()
    LimitVersion.objects.create(
        datastream=stage, high=5.0, high_high=6.0, reason="站", state="approved", in_force_at=now, drafted_by="x",
        drafted_at=now,
    )  # fmt: skip
    record(stage, [4.8, 5.0, 5.3], every_s=600, until=now)

    page = client_of("monitor").get("/desk/water/").content.decode()

    assert "超警戒" in page and "+0.50" in page and "超保证" not in page
