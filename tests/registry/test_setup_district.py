"""A second, different district is set up by the assistant from Excel templates, and nothing of Ninghe is left over."""

import io
import re
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.test import Client, TestCase
from openpyxl import load_workbook

from anning.accounts.models import Area, Organisation, Role, User
from anning.accounts.services import load_roles
from anning.kernel import district
from anning.kernel.creditcode import check_sign
from anning.registry.models import Enterprise, Household, Resident
from anning.ui.records.register import every
from tests.district import make_user
from tests.registry.geometry import feature, geojson, line, polygon
from tests.standing import standing
from tests.walk import routes

__all__ = ["standing"]

CODE, NAME = "130299", "清河区"
LEFTOVERS = re.compile(r"宁河|120117|芦台|潘庄|七里海|蓟运河|潮白|天津|ninghe|lutai|117\.8", re.IGNORECASE)
TOWNS = {"001": "清水街道", "100": "柳林镇"}
VILLAGES = {"001201": "东园社区", "100201": "东王庄村", "100202": "西王庄村"}
RING = [[114.0, 36.0], [114.2, 36.0], [114.2, 36.2], [114.0, 36.2], [114.0, 36.0]]


def template(browser, address):
    """Return the template of the platform as a workbook, the sheet to fill, and its headings."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.worksheets[0]
    headings = next(
        (row[0].row, [str(c.value or "").replace("*", "").strip() for c in row])
        for row in sheet.iter_rows(max_row=10)
        if sum(bool(c.value) for c in row) > 1
    )
    return book, sheet, headings


def fill(browser, address, rows):
    """Return the platform's own template, filled with ``rows`` (heading -> value)."""
    book, sheet, (top, headings) = template(browser, address)
    sheet.delete_rows(top + 1, sheet.max_row)
    for number, row in enumerate(rows, top + 1):
        assert set(row) <= set(headings), set(row) - set(headings)
        for heading, value in row.items():
            sheet.cell(number, headings.index(heading) + 1, value)
    out = io.BytesIO()
    book.save(out)
    return io.BytesIO(out.getvalue())


def bring(browser, register, *rows):
    """Import rows by the template of a register, as a person does."""
    file = fill(browser, f"/r/{register}/import/template/", rows)
    file.name = f"{register}.xlsx"
    checked = browser.post(f"/r/{register}/import/", {"file": file})
    assert checked.status_code == 302, checked.content.decode()
    address = checked.headers["Location"]
    shown = browser.get(address).content.decode()
    assert browser.post(address).status_code == 302, re.findall(r'class="wrong">(.*?)<', shown)


def bring_shapes(browser, register, content, **decisions):
    file = io.BytesIO(content)
    file.name = "图形.geojson"
    address = browser.post(f"/shapes/{register}/", {"file": file}).headers["Location"]
    answer = browser.post(address, {"datum": "CGCS2000", "name_from": "名称", **decisions})
    assert answer.status_code == 302, answer.content.decode()


def signed_in(user):
    browser = Client()
    browser.force_login(user)
    return browser


def credit_code(number):
    body = f"91{CODE}MA{number:07d}"
    return body + check_sign(body)


@pytest.fixture(autouse=True)
def _savepoint(db):
    """What a test does is taken back at its end; the second district stands."""


@pytest.fixture(scope="module")
def admin(standing):
    """The administrator of an installation in which there is nothing yet."""
    call_command("ops_first_accounts", stdout=io.StringIO())
    user = User.objects.get(username="admin")
    user.must_change_password = False
    user.save()
    return signed_in(user)


@pytest.fixture(scope="module")
def second(admin):
    """The second district, set up step by step."""
    load_roles()
    roles = {role.code: role for role in Role.objects.all()}
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert admin.post("/setup/district/", {"code": CODE, "name": NAME}).status_code == 302
    rows = [{"区划代码": f"{CODE}{code}000", "名称": name} for code, name in TOWNS.items()]
    rows += [{"区划代码": f"{CODE}{code}", "名称": name} for code, name in VILLAGES.items()]
    file = fill(admin, "/setup/areas/template/", rows)
    file.name = "区划.xlsx"
    dry = admin.post("/setup/areas/", {"file": file}).headers["Location"]
    assert admin.post(dry).status_code == 302
    assert admin.post("/setup/units/").status_code == 302

    bureau = {"单位名称": "清河区应急管理局", "简称": "区应急局", "类别": "区级部门", "上级单位": "清河区人民政府"}
    bring(admin, "organisations", bureau | {"所在区域": CODE})
    bring(admin, "posts", {"单位": "清河区应急管理局", "岗位": "值班长", "24小时值守": "是"})
    bring(admin, "people", {"单位": "清河区应急管理局", "姓名": "测试员甲", "手机": "13900000001"})
    officers = {
        role: signed_in(make_user(roles[role], organisation=Organisation.objects.get(short_name="区应急局")))
        for role in ("section", "duty", "lead")
    }
    _fill_books(officers["section"])
    town = Organisation.objects.get(area__code=f"{CODE}100")
    return {"admin": admin, **officers, "town": signed_in(make_user(roles["town"], organisation=town))}


def _fill_books(section):
    outline, towns = feature(polygon(RING), 名称="清河区界"), feature(polygon(RING), 名称="柳林镇", 区域=f"{CODE}100")
    bring_shapes(section, "base-features", geojson(outline), kind="outline")
    bring_shapes(section, "base-features", geojson(towns), kind="town")
    road = feature(line([114.05, 36.05], [114.15, 36.15]), 名称="清柳路")
    bring_shapes(section, "base-features", geojson(road), kind="road")
    village = f"{CODE}100201"
    firm = {"名称": "清河区柳林加油站", "行业": "危险化学品", "统一社会信用代码": credit_code(1), "区域": village}
    bring(section, "enterprises", firm | {"经度": 114.1, "纬度": 36.1})
    bring(section, "sites", {"名称": "柳林小学", "类别": "学校", "区域": village, "电话": "0310-5550001"})
    bring(section, "facilities", {"名称": "清河一号泵站", "类别": "泵站", "区域": village})
    bring(section, "households", {"户号": "L0001", "门牌": "东王庄1排1号", "村（社区）": village})
    bring(section, "residents", {"住户": "L0001", "姓名": "测试居民", "手机": "13900000002", "重点类型": "独居老人"})


def test_every_step_is_done_from_templates(second):
    assert district.code() == CODE
    assert Area.objects.count() == 6 and Enterprise.objects.get().area.name == "东王庄村"
    assert Resident.objects.count() == 1 and Household.objects.get().key_people == 1
    wizard = second["section"].get("/setup/").content.decode()
    assert "清河区" in wizard and wizard.count("已完成") >= 4


def test_the_reports_say_what_is_still_missing(second):
    ready = second["section"].get("/setup/readiness/").content.decode()
    report = second["section"].get("/setup/completeness/").content.decode()
    sheet = load_workbook(io.BytesIO(b"".join(second["section"].get("/setup/completeness.xlsx").streaming_content)))

    assert "清河区（130299）" in ready and "未做" in ready and "1 家第一责任人不全" in ready
    assert "柳林镇" in report and "企业第一责任人不全" in report
    assert f"only=without_first_persons&amp;area={Area.objects.get(name='柳林镇').pk}" in report
    values = [[cell.value for cell in row] for row in sheet.worksheets[0].iter_rows()]
    headings = next(row for row in values if row[0] == "镇街")
    town = next(row for row in values if row[0] == "柳林镇")
    assert town[headings.index("重点人员无包保人")] == 1 and town[headings.index("企业无信用代码")] == 0


@pytest.mark.parametrize("role", ["admin", "duty", "lead", "section", "town"])
def test_no_page_speaks_of_another_district(second, role):
    browser, seen, found = second[role], 0, []
    for address in pages():
        answer = browser.get(address, follow=True)
        if answer.status_code != 200 or answer.streaming:
            continue
        seen += 1
        if left := LEFTOVERS.search(answer.content.decode(errors="replace")):
            text = answer.content.decode(errors="replace")
            found.append(f"{address}: …{text[max(0, left.start() - 60) : left.end() + 30]}…")

    assert not found, "\n".join(found)
    assert seen > 40


@pytest.mark.parametrize("words", ["宁河", "120117", "芦台", "lt", "nh"])
def test_no_search_finds_anything_of_another_district(second, words):
    for address in ("/search", "/search/answers"):
        answer = second["duty"].get(f"{address}?q={quote(words)}")
        page = re.sub(re.escape(words), "", answer.content.decode())
        assert answer.status_code == 200 and not LEFTOVERS.search(page)


def test_no_answer_of_the_api_speaks_of_another_district(second):
    for endpoint in routes.endpoints():
        if endpoint.method == "GET" and not endpoint.parameters:
            answer = second["section"].get(endpoint.path)
            assert not LEFTOVERS.search(answer.content.decode()), endpoint


def pages():
    """Yield the address of every page that can be opened by itself, and of the first row of every register."""
    for route in routes.pages():
        pattern = re.sub(r"^\^|\$$", "", route.pattern)
        if not route.parameters:
            yield f"/{pattern}"
        elif set(route.parameters) <= {"register", "key"}:
            yield from (f"/{address}" for address in _of_registers(pattern))


def _of_registers(pattern):
    for register in every():
        row = register.model.objects.order_by("pk").first()
        address = re.sub(r"<(\w+:)?register>", register.name, pattern)
        if "key>" not in pattern:
            yield address
        elif row is not None:
            yield re.sub(r"<(\w+:)?key>", str(row.pk), address)
