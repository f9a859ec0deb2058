"""The way of an officer: sign in, land on the home, add, find by initials, edit, see history and the seal."""

import re

import pytest
from playwright.sync_api import Page, expect

from anning.accounts.models import Organisation
from anning.journal.sealer import seal
from anning.office.models import Liaison
from tests.browser.conftest import PHONE
from tests.district import PASSWORD
from tests.walk.rules import shipped_roles

ROLES = shipped_roles()


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Sign in by the form."""
    page.goto("/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_signs_in_and_lands_on_its_home(role, page, user_of):
    sign_in(page, user_of(role).username)

    expect(page).to_have_url(re.compile(re.escape(ROLES[role]["home"]) + r"/?$"))
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    expect(page.get_by_text(ROLES[role]["name"]).first).to_be_attached()


def test_a_wrong_password_is_said_in_words(page, user_of, watch):
    watch.expected.append("the server responded with a status of 4")
    sign_in(page, user_of("duty").username, "wrong")

    expect(page.get_by_role("alert").first).to_contain_text("密码")
    expect(page).to_have_url(re.compile("sign-in"))


def test_adding_finding_editing_and_the_sealed_history(window, user_of, district):
    page = window(user_of("duty"))
    page.goto("/r/organisations/")

    page.get_by_role("link", name="新增").click()
    page.get_by_label("单位名称").fill("芦台第一小学")
    page.get_by_label("类别").select_option(label="学校")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("芦台第一小学")

    page.get_by_role("combobox", name="全局搜索").fill("ltdyxx")
    page.get_by_role("option", name=re.compile("芦台第一小学")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("芦台第一小学")

    page.get_by_role("link", name="修改").click()
    page.get_by_label("地址").fill("光明路1号")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("光明路1号").first).to_be_visible()

    seal()
    page.get_by_role("link", name="全部历史").click()
    expect(page.get_by_text("已封存").first).to_be_visible()
    expect(page.locator("ins", has_text="光明路1号")).to_be_visible()
    assert Organisation.objects.get(name="芦台第一小学").address == "光明路1号"


def test_two_officers_edit_one_record_and_the_second_decides(window, user_of, district, watch):
    watch.expected.append("the server responded with a status of 409")
    line = Liaison(unit=district.water, post="值班长", line="department", matter="河道水位", phone="022-69000001")
    line.organisation, line.area = district.water, district.area
    line.derive()
    line.save()
    first, second = window(user_of("duty")), window(user_of("section"))
    for page in (first, second):
        page.goto(f"/r/liaisons/{line.pk}/edit/")

    first.get_by_label("电话", exact=True).fill("022-69000002")
    first.get_by_role("button", name="保存", exact=True).click()
    expect(first.get_by_text("022-69000002").first).to_be_visible()
    second.get_by_label("备用电话").fill("022-69000009")
    second.get_by_label("电话", exact=True).fill("022-69000003")
    second.get_by_role("button", name="保存", exact=True).click()

    expect(second.get_by_role("heading", level=1)).to_have_text("有人先保存了")
    expect(second.get_by_role("row", name=re.compile("^电话"))).to_contain_text("022-69000002")
    expect(second.get_by_role("row", name=re.compile("^电话"))).to_contain_text("022-69000003")
    second.get_by_role("button", name="按所选保存").click()
    line.refresh_from_db()
    assert (line.phone, line.phone_backup) == ("022-69000002", "022-69000009")


def test_an_import_shows_its_errors_and_then_succeeds(window, user_of, district, tmp_path, watch):
    watch.expected.append("the server responded with a status of 422")
    page = window(user_of("duty"))
    head = "文号,名称,类别,发布机关\n"
    wrong, good = tmp_path / "错.csv", tmp_path / "对.csv"
    wrong.write_text(head + "津宁〔2026〕1号,防汛规定,规范性文件,区政府\n津宁〔2026〕2号,,胡写,区政府\n")
    good.write_text(head + "津宁〔2026〕1号,防汛规定,规范性文件,区政府\n津宁〔2026〕2号,值班规定,规范性文件,区政府\n")

    page.goto("/r/documents/import/")
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name="上传并检查").click()
    problems = page.locator("table.problems")
    expect(problems).to_contain_text("3")
    expect(problems).to_contain_text("类别")
    expect(problems).to_contain_text("名称")

    page.get_by_role("link", name="重新上传").click()
    page.locator("input[type=file]").set_input_files(good)
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("button", name="确认导入 2 条").click()
    expect(page.get_by_text("已导入").first).to_be_visible()
    page.goto("/r/documents/?q=zbgd")
    expect(page.get_by_role("row", name=re.compile("值班规定"))).to_be_visible()


def test_a_town_officer_works_on_the_phone(window, user_of):
    page = window(user_of("town"), size=PHONE)

    page.goto("/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_bell_and_help_open_on_every_home(window, user_of):
    page = window(user_of("duty"))
    page.goto("/")

    page.get_by_label("本页帮助").first.click()
    expect(page.get_by_role("region", name="本页帮助")).to_be_visible()
    page.get_by_role("link", name=re.compile("消息")).first.click()
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()
