"""The layers of the map: what they hold, for whom, and how little they tell."""

import json

import pytest
from django.urls import reverse

from anning.registry.atlas import layers
from anning.registry.models import Site
from tests.registry.atlas import WEST, build_chart


@pytest.fixture
def chart(district):
    return build_chart(district)


@pytest.fixture
def duty(client_of):
    return client_of("duty")


def names(client):
    groups = client.get("/map").context["groups"]
    return {layer.name: layer.count for group in groups for layer in group.layers}


def school(area, number, east, north):
    return Site(name=f"学校{number}", kind="school", area=area, longitude=east, latitude=north)


def collection(client, name, **query):
    return json.loads(client.get(reverse("atlas:layer", args=[name]), query).content)


def test_the_legend_counts_each_kind(duty, chart):
    shown = names(duty)

    assert shown["sites.school"] == 2 and shown["enterprises.hazmat"] == 1 and shown["facilities.dike"] == 1


def test_an_officer_of_one_town_counts_and_gets_its_own_only(client_of, chart):
    town = client_of("town")

    found = collection(town, "sites.school")

    assert names(town)["sites.school"] == 1
    assert [each["properties"]["title"] for each in found["features"]] == ["芦台第一小学"]


def test_a_feature_tells_no_more_than_a_map_needs(duty, chart):
    found = collection(duty, "sites.school")["features"][0]

    assert set(found["properties"]) == {"title", "url", "kind", "at"}
    assert found["geometry"] == {"type": "Point", "coordinates": list(WEST)}


def test_a_line_comes_with_its_shape_and_its_point(duty, chart):
    found = collection(duty, "facilities.dike")["features"][0]

    assert found["geometry"]["type"] == "LineString" and found["properties"]["at"] == [117.4, 39.225]


def test_coordinates_are_cut_to_a_metre(duty, chart):
    Site.objects.update(longitude=117.123456789, latitude=39.987654321)

    found = collection(duty, "sites.school")["features"][0]

    assert found["properties"]["at"] == [117.12346, 39.98765]


def test_an_unchanged_layer_is_not_sent_twice(duty, chart):
    url = reverse("atlas:layer", args=["sites.school"])
    first = duty.get(url)

    again = duty.get(url, headers={"If-None-Match": first["ETag"]})
    Site.objects.filter(pk=chart.school_a.pk).update(longitude=117.5)
    changed = duty.get(url, headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "private, no-cache"
    assert again.status_code == 304 and not again.content
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]


@pytest.mark.parametrize("name", ["nonsense", "sites.nonsense", "households", "base-features", "residents"])
def test_what_is_no_layer_is_not_found(duty, chart, name):
    assert duty.get(reverse("atlas:layer", args=[name])).status_code == 404


def test_where_people_live_is_no_layer(duty, chart):
    assert not [name for name in names(duty) if name.startswith(("households", "residents"))]


@pytest.mark.parametrize("role", ["admin", "security", "auditor"])
def test_the_three_officers_see_no_map(client_of, chart, role):
    client = client_of(role)

    assert {client.get(url).status_code for url in ("/map", "/wall", "/map/ground.geojson", "/map/inside")} == {403}


def test_a_large_layer_comes_in_cells_until_one_is_near(duty, district, monkeypatch):
    monkeypatch.setattr(layers, "MOST", 50)
    rows = [
        Site(
            name=f"学校{n}",
            kind="school",
            area=district.area,
            longitude=117.4 + n % 12 * 0.01,
            latitude=39.3 + n // 12 * 0.01,
        )
        for n in range(120)
    ]
    Site.objects.bulk_create(rows)

    far = collection(duty, "sites.school", zoom=9, box="117,39,118,40")
    near = collection(duty, "sites.school", zoom=15, box="117.395,39.295,117.435,39.335")

    assert far["clustered"] and len(far["features"]) < 50
    assert sum(each["properties"]["count"] for each in far["features"]) == 120
    assert not near["clustered"] and len(near["features"]) == 16


def test_cells_count_only_what_the_scope_covers(client_of, chart, district, monkeypatch):
    monkeypatch.setattr(layers, "MOST", 1)
    rows = [
        Site(name=f"学校{n}", kind="school", area=district.town_a.area, longitude=117.4, latitude=39.3)
        for n in range(4)
    ]
    Site.objects.bulk_create(rows)

    found = collection(client_of("town"), "sites.school", zoom=8)

    assert sum(each["properties"]["count"] for each in found["features"]) == 5


@pytest.mark.parametrize("box", ["a,b,c,d", "1,2,3", "118,40,117,39", "nan,nan,nan,nan", "1e999,0,0,1"])
def test_a_box_that_is_none_is_refused_in_words(duty, chart, box):
    answer = duty.get(reverse("atlas:layer", args=["sites.school"]), {"box": box})

    assert answer.status_code == 422 and "地图范围有误" in answer.content.decode()


def test_the_ground_lies_from_below_upwards_and_says_whose_the_enclave_is(duty, chart):
    found = json.loads(duty.get("/map/ground.geojson").content)["features"]

    kinds = [each["properties"]["kind"] for each in found]
    enclave = next(each["properties"] for each in found if each["properties"]["kind"] == "enclave")
    assert kinds == ["outline", "town", "town", "river", "enclave"]
    assert (enclave["authority"], enclave["phone"]) == ("邻区应急局", "022-60000000")


def test_the_list_stands_on_the_page_without_any_script(duty, chart):
    page = duty.get("/map", {"on": ["", "sites.school", "facilities.dike"]}).content.decode()

    assert "芦台第一小学" in page and "测试河左堤" in page and "芦台加油站" not in page


def test_no_layer_may_be_on(duty, chart):
    answer = duty.get("/map", {"on": ""})

    assert answer.context["rows"] == [] and answer.context["shown"] == set()


def test_places_are_found_by_initials_with_their_position(duty, chart):
    found = duty.get("/map/search", {"q": "ltdyxx"}).json()["found"]

    assert [(each["title"], each["layer"], each["lon"]) for each in found] == [("芦台第一小学", "sites.school", 117.4)]


def test_search_stays_inside_the_scope(client_of, chart):
    town = client_of("town")

    assert town.get("/map/search", {"q": "pzdyxx"}).json()["found"] == []
    assert "潘庄第一小学" not in town.get("/map", {"q": "潘庄"}).content.decode()


def test_a_card_leads_to_page_telephone_and_surroundings(duty, chart):
    card = duty.get(reverse("atlas:card", args=["sites.school", chart.school_a.pk])).content.decode()

    assert f"/r/sites/{chart.school_a.pk}/" in card and "tel:022-69000001" in card and "data-near" in card


def test_a_card_of_another_town_is_not_found(client_of, chart):
    answer = client_of("town").get(reverse("atlas:card", args=["sites.school", chart.school_b.pk]))

    assert answer.status_code == 404


def test_a_record_shows_where_it_lies(duty, chart):
    page = duty.get(f"/r/sites/{chart.school_a.pk}/").content.decode()

    assert 'data-island="spot"' in page and "39.30000" in page


def test_a_form_offers_to_draw_and_keeps_its_plain_inputs(duty, client_of, chart):
    page = duty.get(f"/r/sites/{chart.school_a.pk}/edit/").content.decode()

    assert 'data-island="draw"' in page and 'name="longitude"' in page and 'name="shape"' in page


def test_who_sees_no_map_gets_no_drawing_field(client_of, district):
    page = client_of("admin").get(f"/r/areas/{district.area.pk}/edit/").content.decode()

    assert 'name="longitude"' in page and 'data-island="draw"' not in page


def test_the_map_opens_where_the_district_is(duty, chart):
    west, south, east, north = duty.get("/map").context["facts"]["extent"]

    assert west < 117.2 < 118 < east and south < 39.1 < 39.5 < north


def test_a_district_without_any_map_opens_on_the_country(duty, district):
    assert duty.get("/map").context["facts"]["extent"] == (73.0, 18.0, 135.0, 54.0)
