"""List, edit and import without a mouse: every step is reached by Tab, and its focus is seen."""

from playwright.sync_api import Page, expect

from anning.office.models import Liaison

MOST_TABS = 80


def tab_to(page: Page, script: str) -> None:
    """Press Tab until the element in focus fits ``script`` (a JavaScript condition on ``e``), and see its focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"() => {{ const e = document.activeElement; return !!({script}) }}"):
            assert is_focus_seen(page), f"the focus is not visible at {script}"
            return
    raise AssertionError(f"not reached by keyboard: {script}")


def is_focus_seen(page: Page) -> bool:
    return page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement);"
        " return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none' }"
    )


def enter(page: Page) -> None:
    """Press Enter on what leads to another page, and wait for it."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def text_is(words: str) -> str:
    return f"e.textContent.trim() === '{words}'"


def test_the_skip_link_is_the_first_stop(window, user_of):
    page = window(user_of("duty"))
    page.goto("/r/liaisons/")

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("id", "content")


def test_a_list_is_searched_and_a_record_edited(window, user_of, district):
    for number in range(3):
        line = Liaison(
            unit=district.water, post=f"值班长{number}", line="department", matter="水位", phone="022-69000001"
        )
        line.organisation, line.area = district.water, district.area
        line.derive()
        line.save()
    page = window(user_of("duty"))
    page.goto("/r/liaisons/")

    tab_to(page, "e.name === 'q' && e.closest('#listing')")
    page.keyboard.type("值班长2")
    page.keyboard.press("Enter")
    expect(page.locator("#listing tbody tr")).to_have_count(1)
    tab_to(page, "e.tagName === 'A' && e.closest('#listing tbody')")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("值班长2")
    tab_to(page, text_is("修改"))
    enter(page)
    tab_to(page, "e.name === 'phone'")
    page.keyboard.press("Control+a")
    page.keyboard.type("022-69000077")
    tab_to(page, "e.tagName === 'BUTTON' && " + text_is("保存"))
    enter(page)

    expect(page.get_by_text("022-69000077").first).to_be_visible()
    assert Liaison.objects.get(post="值班长2").phone == "022-69000077"


def test_a_file_is_imported(window, user_of, district, tmp_path):
    file = tmp_path / "法规.csv"
    file.write_text("文号,名称,类别,发布机关\n津宁〔2026〕1号,防汛规定,规范性文件,区政府\n")
    page = window(user_of("duty"))
    page.goto("/r/documents/")

    tab_to(page, text_is("导入"))
    enter(page)
    page.wait_for_url("**/import/")
    tab_to(page, "e.type === 'file'")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(file)
    tab_to(page, text_is("上传并检查"))
    enter(page)
    tab_to(page, "e.textContent.includes('确认导入 1 条') && e.tagName === 'BUTTON'")
    enter(page)

    expect(page.get_by_text("已导入").first).to_be_visible()


def test_the_slash_key_leads_to_the_search_box(window, user_of):
    page = window(user_of("duty"))
    page.goto("/duty")

    page.keyboard.press("/")

    expect(page.get_by_role("combobox", name="全局搜索")).to_be_focused()
