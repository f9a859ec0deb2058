"""What the desk shows elsewhere: homes, enterprise, map, wall; each cut by scope."""

from anning.monitoring.models import Datastream


def place(point: Datastream) -> None:
    """Put the point on the map."""
    point.longitude, point.latitude = 117.82, 39.33
    point.save()


def test_the_home_shows_the_head_of_the_queue(alarm, history, client_of):
    page = client_of("monitor").get("/monitor").content.decode()

    assert "待处置报警" in page and f"/desk/alarm/{alarm.pk}/" in page and "共 1 条，已超时" in page


def test_the_page_of_an_enterprise_shows_its_points_and_begins_a_notice(alarm, client_of):
    page = client_of("monitor").get(f"/r/enterprises/{alarm.enterprise_id}/").content.decode()

    assert f"/desk/trend/{alarm.datastream_id}/" in page and f"/rounds/notice/new/{alarm.enterprise_id}" in page


def test_the_map_shows_open_alarms_where_their_points_are(alarm, point, history, client_of, district):
    place(point)

    found = client_of("monitor").get("/map/layers/open-alarms.geojson").json()["features"]

    assert [each["properties"]["url"] for each in found] == [f"/desk/alarm/{alarm.pk}/"]
    assert found[0]["geometry"]["coordinates"] == [117.82, 39.33]
    assert client_of("town", district.town_b.government).get("/map/layers/open-alarms.geojson").status_code == 404


def test_an_alarm_without_any_place_is_left_to_the_queue(alarm, history, client_of):
    assert client_of("monitor").get("/map/layers/open-alarms.geojson").status_code == 404


def test_the_wall_counts_alarms_by_tier_and_points_by_state(alarm, history, client_of):
    page = client_of("monitor").get("/wall/numbers").content.decode()

    assert "安防网" in page and "0 / 0 / 1" in page and "未签收" in page
