"""The desk in a real browser: an alarm comes, is acknowledged by key, expires, asks again, is handed up."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from anning.journal.sealer import seal
from anning.kernel import clock
from anning.monitoring.desk import readings
from anning.monitoring.history import open_history
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import Alarm, Datastream, Device
from anning.monitoring.observations import Observations
from anning.monitoring.services import expire_acknowledgements, take_transitions
from anning.registry.models import Enterprise
from tests.browser.conftest import PHONE
from tests.monitoring.conftest import onset
from tests.monitoring.desk.conftest import forget_readings

LATER = timedelta(hours=3)


@pytest.fixture
def history(settings, tmp_path, transactional_db):
    """The history of this test."""
    settings.HOME = tmp_path
    readings.history.cache_clear()
    forget_readings()
    written = open_history(writable=True)
    yield written
    readings.history.cache_clear()
    written.close()


@pytest.fixture
def make_point(district, history):
    """``make_point("GAS_1", zone="罐区")`` makes a gas detector of a watched enterprise, with an hour of readings."""
    firm = Enterprise.objects.create(
        name="芦台某某化工有限公司",
        industry="hazmat",
        area=district.town_a.area,
        is_monitored=True,
        phone="022-69001234",
    )
    device = Device(
        code="SB-1",
        name="数采仪",
        protocol="hj212",
        identity="MN1",
        enterprise=firm,
        state="in_service",
        is_online=True,
    )
    device.derive()
    device.save()

    def make(code: str, zone: str) -> Datastream:
        point = Datastream(
            device=device, channel=code, code=code, name=f"探头{code}", kind="combustible_gas", unit="%LEL", zone=zone
        )
        point.derive()
        point.save()
        now = milliseconds(clock.now())
        rows = [(point.pk, now - 60_000 * minute, 5.0 + minute % 7, 0) for minute in range(60, -1, -1)]
        history.append(Observations.of(rows, now))
        return point

    return make


def raise_alarm(point: Datastream, **facts: object) -> Alarm:
    """Raise an alarm, and let the journal tell of it."""
    now = clock.now()
    alarm = take_transitions([onset(point, at=now, **facts)], 1, now).raised[0]
    seal()
    return alarm


def row_of(page: Page, alarm: Alarm):
    return page.locator(f'tr[data-row="{alarm.pk}"]')


def test_an_alarm_is_acknowledged_by_key_expires_asks_again_and_is_handed_up(window, user_of, make_point):
    page = window(user_of("monitor"))
    page.goto("/desk/")
    expect(page.get_by_text("没有待处置的报警")).to_be_visible()

    alarm = raise_alarm(make_point("G1", "罐区"))
    row = row_of(page, alarm)
    expect(row).to_contain_text("未签收")
    expect(page).to_have_title("(1) 报警台 · 安宁")

    page.keyboard.press("j")
    expect(row).to_have_class("queue-row is-here")
    page.keyboard.press("a")
    expect(page.get_by_role("dialog")).to_contain_text("多久之内处置")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("已签收")
    expect(page.get_by_role("dialog")).to_be_hidden()

    assert expire_acknowledgements(clock.now() + LATER) == 1
    seal()
    expect(row.locator(".mark", has_text="未签收")).to_be_visible()

    page.keyboard.press("h")
    page.get_by_role("dialog").get_by_label("情况").fill("现场确认泄漏")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("已上报")
    alarm.refresh_from_db()
    assert (alarm.verdict, alarm.handed_up_at is not None) == ("true", True)


def test_new_alarms_wait_in_a_bar_and_move_nothing(window, user_of, make_point):
    first = raise_alarm(make_point("G1", "罐区"))
    page = window(user_of("monitor"))
    page.goto("/desk/")
    expect(row_of(page, first)).to_be_visible()

    second = raise_alarm(make_point("G2", "泵房"), condition="high_high", tier=2)

    bar = page.get_by_text("1 条新报警，点此显示（r）")
    expect(bar).to_be_visible(timeout=20_000)  # the desk asks again every few seconds
    expect(page.locator("tr[data-row]")).to_have_count(1)
    bar.click()
    expect(page.locator("tr[data-row]").first).to_have_attribute("data-row", str(second.pk))
    expect(bar).to_be_hidden()


def test_keys_are_off_while_typing_and_the_sound_says_that_it_is_locked(window, user_of, make_point):
    raise_alarm(make_point("G1", "罐区"))
    page = window(user_of("monitor"))
    page.goto("/desk/")
    expect(page.get_by_text("报警声音未开启")).to_be_visible()

    page.keyboard.press("j")
    page.get_by_role("combobox", name="全局搜索").press_sequentially("avsh")
    expect(page.get_by_role("dialog")).to_have_count(0)

    expect(page.get_by_text("报警声音未开启")).to_be_hidden()
    expect(page.get_by_role("button", name="试音")).to_be_visible()


def test_a_refusal_is_said_in_the_dialog_and_loses_no_word(window, user_of, make_point, watch):
    raise_alarm(make_point("G1", "罐区"))
    page = window(user_of("monitor"))
    page.goto("/desk/")
    watch.expected.append("422")

    page.keyboard.press("j")
    page.keyboard.press("v")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("误报").check()
    dialog.get_by_label("理由").fill("　")
    dialog.get_by_role("button", name="研判").click()

    expect(dialog).to_contain_text("没有写明研判理由")
    dialog.get_by_label("理由").fill("检定校准")
    dialog.get_by_role("button", name="研判").click()
    expect(dialog).to_be_hidden()
    assert Alarm.objects.get().verdict_reason == "检定校准"


def test_the_trend_and_the_wall_are_drawn(window, user_of, make_point):
    point = make_point("G1", "罐区")
    raise_alarm(point)
    page = window(user_of("monitor"))

    page.goto(f"/desk/trend/{point.pk}/?span=hour")
    expect(page.locator(".trend-chart canvas")).to_be_visible()
    expect(page.locator(".trend-chart[data-ready]")).to_be_visible()
    page.goto("/desk/points/")
    cell = page.locator(".point-cell.is-notice")
    expect(cell).to_contain_text("提")
    cell.click()
    expect(page).to_have_url(f"{page.url.split('/desk')[0]}/desk/trend/{point.pk}/")


@pytest.mark.parametrize("address", ["/desk/", "/desk/points/", "/rounds/", "/desk/water/", "/desk/fire/"])
def test_nothing_runs_over_the_edge_of_a_telephone(window, user_of, make_point, address):
    raise_alarm(make_point("G1", "罐区"))
    page = window(user_of("monitor"), size=PHONE)
    page.goto(address)

    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
