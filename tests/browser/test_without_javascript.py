"""Sign-in, list, edit, delete and import work as plain pages, without a line of JavaScript."""

from playwright.sync_api import expect

from anning.accounts.models import Organisation
from tests.browser.test_main_way import sign_in


def test_signing_in_listing_and_editing(window, user_of, district):
    page = window(javascript=False)

    sign_in(page, user_of("duty").username)
    page.goto("/r/organisations/?q=宁河区水务局")
    page.get_by_role("row", name="水务局").get_by_role("link").first.click()
    page.get_by_role("link", name="修改").click()
    page.get_by_label("地址").fill("滨河路9号")
    page.get_by_role("button", name="保存", exact=True).click()

    expect(page.get_by_text("滨河路9号").first).to_be_visible()
    assert Organisation.objects.get(pk=district.water.pk).address == "滨河路9号"


def test_filtering_sorting_and_paging(window, user_of, district):
    page = window(user_of("duty"), javascript=False)

    page.goto("/r/organisations/")
    page.get_by_role("navigation", name="按状态").get_by_role("link", name="企业").click()
    page.get_by_role("searchbox", name="搜索").fill("潘庄")
    page.get_by_role("button", name="搜索", exact=True).click()

    expect(page.locator("#listing tbody tr")).to_have_count(1)


def test_importing(window, user_of, district, tmp_path):
    file = tmp_path / "法规.csv"
    file.write_text("文号,名称,类别,发布机关\n津宁〔2026〕1号,防汛规定,规范性文件,区政府\n")
    page = window(user_of("duty"), javascript=False)

    page.goto("/r/documents/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("button", name="确认导入 1 条").click()

    expect(page.get_by_text("已导入").first).to_be_visible()


def test_deleting_with_a_reason(window, user_of, district):
    page = window(user_of("duty"), javascript=False)
    key = district.town_b.enterprise.pk

    page.goto(f"/r/organisations/{key}/delete/")
    page.get_by_label("原因").fill("重复登记")
    page.get_by_role("button", name="删除").click()

    assert not Organisation.objects.filter(pk=key).exists()
