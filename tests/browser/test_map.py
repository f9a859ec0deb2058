"""The map before a real browser: draw, read, export, print; without WebGL, without network, by keyboard, on a phone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CHROMIUM, DESK, FLAGS, PHONE, session_cookie
from tests.browser.test_accessibility import axe
from tests.registry.atlas import Chart, build_chart

# Where a square of 14 km around town A lies on the canvas, in parts of its width and height.
NO_WEBGL = ("--disable-webgl", "--disable-3d-apis", "--disable-software-rasterizer")
# How many pixels of the map's canvas are drawn.
INKED = """() => {
  const canvas = document.querySelector(".leaflet-overlay-pane canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, place) => place % 4 === 3 && value > 0).length;
}"""
CORNERS = ((0.10, 0.20), (0.45, 0.20), (0.45, 0.80), (0.10, 0.80))


@pytest.fixture
def chart(district: Any) -> Chart:
    """The small map of the registry's tests."""
    return build_chart(district)


@pytest.fixture
def map_page(window: Callable[..., Page], user_of: Any, chart: Chart) -> Page:
    """The map of a duty officer, drawn and loaded."""
    return opened(window(user_of("duty")))


def opened(page: Page, address: str = "/map") -> Page:
    page.goto(address)
    page.locator("[data-island][data-ready]").wait_for(state="attached")
    return page


def click_at(page: Page, *places: tuple[float, float]) -> None:
    box = page.locator("[data-canvas]").bounding_box()
    assert box
    for x, y in places:
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def draw_polygon(page: Page, corners: tuple[tuple[float, float], ...] = CORNERS) -> None:
    page.get_by_role("button", name="画面").click()
    click_at(page, *corners)
    page.get_by_role("button", name="完成").click()


def people(page: Page) -> Any:
    return page.locator("#inside [data-of=people]")


def test_drawing_a_polygon_counts_exports_and_prints(map_page, tmp_path):
    draw_polygon(map_page)

    expect(people(map_page)).to_have_text("36")
    expect(map_page.locator("#inside")).to_contain_text("学校 1")
    with map_page.expect_download() as sheet:
        map_page.get_by_role("button", name="导出 Excel").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    map_page.locator(".atlas-picture summary").click()
    with map_page.expect_download() as picture:
        map_page.get_by_role("button", name="下载图片").click()
    picture.value.save_as(tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_dragging_a_vertex_asks_again(map_page):
    draw_polygon(map_page)
    expect(people(map_page)).to_have_text("36")

    box = map_page.locator("[data-canvas]").bounding_box()
    for place in (1, 2):  # the eastern corners, over town B
        handle = map_page.locator(".atlas-handle:not(.is-middle)").nth(place)
        at = handle.bounding_box()
        map_page.mouse.move(at["x"] + 6, at["y"] + 6)
        map_page.mouse.down()
        map_page.mouse.move(box["x"] + box["width"] * 0.92, at["y"] + 6, steps=6)
        map_page.mouse.up()

    expect(people(map_page)).to_have_text("60")


def test_metres_around_a_shape_take_in_more(map_page):
    opened(map_page, "/map?at=117.44,39.3,13")
    map_page.get_by_role("button", name="画圆").click()
    click_at(map_page, (0.5, 0.5), (0.53, 0.5))
    expect(people(map_page)).to_have_text("0")

    map_page.get_by_label("5 公里").check()

    expect(people(map_page)).to_have_text("36")


def test_the_list_follows_the_map_and_finds_by_initials(map_page):
    rows = map_page.locator("[data-rows] tr")
    expect(rows).to_have_count(2)

    map_page.get_by_role("combobox", name="在地图上查找").fill("ltdyxx")
    map_page.locator("#map-answers").get_by_role("option").first.click()

    expect(rows).to_have_count(1)
    expect(map_page.locator(".atlas-card")).to_contain_text("022-69000001")
    map_page.get_by_label("只看视野内").uncheck()
    expect(rows).to_have_count(2)
    assert "all=1" in map_page.url


def test_layers_and_view_are_kept_in_the_address(map_page, window):
    map_page.get_by_label("学校").uncheck()
    map_page.locator("summary", has_text="设施").click()
    map_page.get_by_label("堤防").check()
    expect(map_page.locator("[data-rows]")).to_contain_text("测试河左堤")

    map_page.reload()
    map_page.locator("[data-island][data-ready]").wait_for(state="attached")

    expect(map_page.get_by_label("堤防")).to_be_checked()
    expect(map_page.locator("[data-rows] tr")).to_have_count(1)


def test_measuring_says_metres_and_square_kilometres(map_page):
    map_page.get_by_role("button", name="量距").click()
    click_at(map_page, (0.3, 0.5), (0.5, 0.5))
    expect(map_page.locator("[data-draft-text]")).to_have_text(re.compile(r"距离 \d+\.\d\d 公里"))

    map_page.get_by_role("button", name="量面积").click()
    click_at(map_page, (0.3, 0.3), (0.5, 0.3), (0.5, 0.6))
    expect(map_page.locator("[data-draft-text]")).to_have_text(re.compile(r"面积 .*平方公里（\d+ 亩）"))


def test_a_label_is_written_where_one_clicks_and_taken_away_again(map_page):
    map_page.get_by_role("button", name="标字").click()
    click_at(map_page, (0.5, 0.5))
    expect(map_page.locator("[data-draft-text]")).to_have_text("先写字，再点位置")

    map_page.get_by_label("写在图上的字").fill("集合点")
    click_at(map_page, (0.5, 0.5))
    label = map_page.locator(".atlas-label")
    expect(label).to_have_text("集合点")

    label.press("Delete")
    expect(label).to_have_count(0)


def test_a_click_while_drawing_opens_no_card(map_page):
    opened(map_page, "/map?on=sites.school&at=117.4,39.3,14")
    map_page.get_by_role("button", name="画面").click()

    click_at(map_page, (0.5, 0.5))

    expect(map_page.locator("[data-draft-text]")).to_contain_text("已有 1 点")
    expect(map_page.locator(".leaflet-popup")).to_have_count(0)


def test_drawing_needs_no_mouse(map_page):
    map_page.get_by_role("button", name="沿线").press("Enter")
    canvas = map_page.locator("[data-canvas]")
    expect(canvas).to_be_focused()
    page = map_page
    page.keyboard.press("Enter")
    before = page.url
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(before)
    page.keyboard.press("Enter")
    expect(page.locator("[data-draft-text]")).to_contain_text("已有 2 点")

    page.get_by_role("button", name="完成").press("Enter")

    expect(people(page)).to_be_visible()
    canvas.press("Escape")
    expect(page.locator("#inside")).to_be_hidden()


def test_the_map_goes_on_without_network(map_page, watch):
    watch.expected += ["net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED"]
    map_page.context.set_offline(True)

    map_page.locator("[data-canvas]").press("+")
    draw_polygon(map_page)

    expect(map_page.locator("[data-state]")).to_contain_text("已载入的图层和清单仍可使用")
    expect(map_page.locator("#inside")).to_contain_text("暂时不能查询")
    map_page.get_by_label("只看视野内").uncheck()
    expect(map_page.locator("[data-rows] tr")).to_have_count(2)


def test_the_map_needs_no_webgl(browser, live_server, user_of, chart, watch, tail_port, settings):
    settings.LIVE_PORT = tail_port
    started = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *NO_WEBGL])
    context = started.new_context(base_url=live_server.url, viewport=DESK, locale="zh-CN")
    watch.over(context)
    context.add_cookies([session_cookie(user_of("duty"), live_server.url)])
    page = opened(context.new_page())

    assert page.evaluate("!document.createElement('canvas').getContext('webgl')")
    assert page.evaluate(INKED) > 10_000
    draw_polygon(page)
    expect(people(page)).to_have_text("36")
    started.close()


def test_the_page_is_whole_without_javascript(window, user_of, chart):
    page = window(user_of("duty"), javascript=False)
    page.goto("/map")

    expect(page.get_by_role("link", name="芦台第一小学")).to_be_visible()
    page.get_by_role("row", name=re.compile("芦台第一小学")).get_by_role("link", name="附近").click()

    expect(people_of_page(page)).to_have_text("36")


def people_of_page(page: Page) -> Any:
    return page.locator("[data-of=people]")


@pytest.mark.parametrize("address", ["/map", "/map/inside?longitude=117.4&latitude=39.3&metres=3000", "/wall"])
def test_the_pages_have_no_serious_finding(address, window, user_of, chart):
    page = window(user_of("duty"))
    page.goto(address)
    if address in {"/map", "/wall"}:
        page.locator("[data-island][data-ready]").wait_for(state="attached")

    assert axe(page) == []


def test_the_map_fits_a_phone(window, user_of, chart):
    page = opened(window(user_of("town"), size=PHONE))

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    draw_polygon(page, ((0.1, 0.3), (0.5, 0.3), (0.5, 0.6), (0.1, 0.6)))
    expect(people(page)).to_be_visible()
    expect(page.locator("[data-rows] tr")).to_have_count(1)


def test_a_record_is_placed_by_drawing(window, user_of, chart):
    page = window(user_of("duty"))
    page.goto(f"/r/sites/{chart.school_a.pk}/edit/")
    page.locator(".draw .leaflet-container").wait_for()

    page.locator("[data-draw=point]").click()
    page.locator(".draw [data-canvas]").press("ArrowRight")
    page.locator(".draw [data-add]").click()
    page.get_by_role("button", name="保存", exact=True).click()

    expect(page.locator(".spot .leaflet-container")).to_be_visible()
    chart.school_a.refresh_from_db()
    assert chart.school_a.longitude != 117.4


def test_the_numbers_of_the_wall_lead_to_their_rows(window, user_of, chart):
    page = opened(window(user_of("lead"), size={"width": 1920, "height": 1080}), "/wall")

    page.locator(".wall-tiles").get_by_role("link", name=re.compile("企业")).click()

    expect(page).to_have_url(re.compile("/r/enterprises/"))
    expect(page.get_by_role("link", name="芦台加油站")).to_be_visible()
