"""Pictures of the README, made from the demo district: ``pytest tests/browser -m screenshots`` writes docs/images/."""

import pytest

from anning.accounts.models import Organisation
from anning.accounts.selectors import actor_for
from anning.journal.sealer import seal
from anning.kernel import clock
from anning.office.models import Liaison
from anning.registry.models import Enterprise, EvacuationList
from anning.tasks.models import Approval
from anning.ui.records import services
from anning.ui.records.register import find
from tests.browser import demo
from tests.browser.conftest import PHONE
from tests.house.tree import ROOT

IMAGES = ROOT / "docs/images"
pytestmark = pytest.mark.screenshots


@pytest.fixture
def folder(request, tmp_path):
    """docs/images when asked for by the marker; an ordinary run leaves the tree alone."""
    return IMAGES if request.config.option.markexpr == "screenshots" else tmp_path


@pytest.fixture
def shoot(window, folder):
    """Give a function that opens a page and keeps its picture."""

    def take(name, user, url, *, size=None, before=None):
        page = window(user, **({"size": size} if size else {}))
        page.goto(url)
        if before:
            before(page)
        page.screenshot(path=folder / f"{name}.png")

    return take


def scroll_to(panel):
    """Return what brings a panel of a record to the top of the window."""
    below_head = "id => window.scrollBy(0, document.getElementById(id).getBoundingClientRect().top - 60)"
    return lambda page: page.evaluate(below_head, panel)


def settle(page):
    """Wait until the map has everything on it."""
    page.locator("[data-island][data-ready]").wait_for(state="attached")


def draw_on_map(page):
    """Draw an area on the map and wait for the numbers inside."""
    settle(page)
    page.get_by_role("button", name="画面").click()
    box = page.locator("[data-canvas]").bounding_box()
    for x, y in ((0.35, 0.35), (0.65, 0.3), (0.7, 0.6), (0.4, 0.68)):
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    page.get_by_role("button", name="完成").click()
    page.locator("#inside [data-of=people]").wait_for()


def call(line, officer):
    """Let the officer check a number and correct it, so that there is a history to show."""
    register, actor = find("liaisons"), actor_for(officer)
    services.change(register, actor, line.pk, {"verified_on": clock.today()})
    services.change(register, actor, line.pk, {"phone": "022-6900 0119", "note": "总机转值班室"})
    seal()


def test_the_pictures_of_the_readme(shoot, folder, tmp_path):
    users = demo.load()
    duty = users["duty"]
    organisation, line = demo.first(Organisation, kind="town"), demo.first(Liaison)
    call(line, duty)
    wrong = tmp_path / "通讯录.csv"
    wrong.write_text(
        "联络单位,联络岗位,联络事项,联动类别,电话\n区水务局,值班长,水位,部门,\n没有的局,值班长,水位,胡写,022-6900\n"
    )

    def upload(page):
        page.locator("input[type=file]").set_input_files(wrong)
        page.get_by_role("button", name="上传并检查").click()
        page.wait_for_url("**/import/*/")

    shoot("home-duty", duty, "/duty")
    shoot("register-list", duty, "/r/liaisons/")
    shoot("record-detail", duty, f"/r/organisations/{organisation.pk}/")
    shoot("record-history", duty, f"/r/liaisons/{line.pk}/history/")
    shoot("import-dry-run", duty, "/r/liaisons/import/", before=upload)
    approval = demo.first(Approval)
    shoot("approval", users["lead"], f"/approvals/{approval.pk}/" if approval else "/approvals/")
    shoot("home-phone", users["town"], "/m", size=PHONE)
    enterprise = demo.first(Enterprise, is_major_hazard=True)
    evacuation = demo.first(EvacuationList, area__level="village")
    shoot("enterprise", duty, f"/r/enterprises/{enterprise.pk}/", before=scroll_to("panel-people"))
    shoot("village", duty, f"/r/areas/{evacuation.area_id}/", before=scroll_to("panel-numbers"))
    shoot("village-phone", duty, f"/r/areas/{evacuation.area_id}/", size=PHONE, before=scroll_to("panel-numbers"))
    shoot("evacuation", duty, f"/evacuation/{evacuation.pk}/")
    shoot(
        "map", duty, "/map?on=sites.school,sites.hospital,enterprises.hazmat&at=117.78,39.33,11.5", before=draw_on_map
    )
    shoot("map-phone", users["town"], "/map", size=PHONE, before=settle)
    shoot("wall", users["lead"], "/wall", size={"width": 1920, "height": 1080}, before=settle)

    assert len(list(folder.glob("*.png"))) >= 7
