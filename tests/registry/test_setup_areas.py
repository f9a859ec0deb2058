import io

import pytest
from openpyxl import Workbook

from anning.accounts.models import Area, Organisation
from anning.kernel import district as kernel
from anning.kernel.actor import system
from anning.kernel.errors import Refused
from anning.registry.duties import know_the_district
from anning.registry.setup import areas, services
from anning.ui.models import ImportBatch

DISTRICT = "130299"
GOOD = [("130299001000", "清水街道", ""), ("130299001201", "东王庄村", ""), ("130299100000", "柳林镇", "")]


def workbook(rows, headings=areas.HEADINGS):
    book = Workbook()
    book.active.append(list(headings))
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def judged(rows, district=DISTRICT):
    return areas.read("区划.xlsx", workbook(rows), district)


def trouble(rows):
    return {row.number: "；".join(row.troubles) for row in judged(rows) if row.troubles}


@pytest.fixture
def admin(db):
    """Somebody who sets up, before there is any district."""
    return system("registry.setup_district", "accounts.view_area", "accounts.add_area", "accounts.change_area")


def test_levels_and_parents_follow_from_the_codes(db):
    rows = judged(GOOD)

    assert [(r.code, r.level, r.parent_code, r.kind) for r in rows] == [
        ("130299001", "town", "130299", "街道"),
        ("130299001201", "village", "130299001", "村"),
        ("130299100", "town", "130299", "镇"),
    ] or {r.number: r.troubles for r in rows}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("13029900", "应为 12 位数字"),
        ("13029900120X", "应为 12 位数字"),
        ("120117001000", "不属于本区（130299）"),
        ("130299000201", "缺少镇街一级"),
        ("130299777201", "上级 130299777 不在文件里"),
        (1.30299001201e17, "位"),
        ("=A1", "公式"),
    ],
)
def test_impossible_codes_are_named_with_row_and_remedy(db, code, said):
    make_district()

    found = trouble([*GOOD, (code, "某村", "")])

    assert list(found) == [5] and said in found[5] and "请" in found[5]


def make_district():
    return Area.objects.create(code=DISTRICT, name="清河区", level="district")


def test_a_double_code_names_the_other_row(db):
    make_district()

    found = trouble([*GOOD, ("130299001201", "西王庄村", "")])

    assert "与第 3 行“东王庄村”重复" in found[5]


def test_two_spellings_of_one_village_are_a_question_and_one_name_twice_is_trouble(db):
    make_district()
    rows = judged(
        [*GOOD, ("130299001202", "东王庄", ""), ("130299001203", "冬王庄村", ""), ("130299001204", "东王庄村", "")]
    )
    by_row = {row.number: row for row in rows}

    assert "第 3 行“东王庄村”（130299001201）可能是同一个地方的两种写法" in by_row[5].question
    assert "两种写法" in by_row[6].question and not by_row[6].troubles
    assert "同名同镇街" in by_row[7].troubles[0]


def test_the_same_name_in_another_town_is_no_question(db):
    make_district()
    rows = judged([*GOOD, ("130299100201", "东王庄村", "")])

    assert not any(row.troubles or row.question for row in rows)


@pytest.mark.parametrize(
    ("rows", "headings", "said"),
    [
        ([], areas.HEADINGS, "没有数据"),
        ([("1", "2")], ("代号", "名字"), "没有找到表头"),
        ([("1",)], ("名称",), "缺少必需的列"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(db, rows, headings, said):
    with pytest.raises(Refused, match=said):
        areas.read("a.xlsx", workbook(rows, headings), DISTRICT)


def test_without_a_district_nothing_is_read(db):
    with pytest.raises(Refused, match="还没有确定本区"):
        areas.read("a.xlsx", workbook(GOOD), "")


@pytest.mark.parametrize("code", ["", "13029", "990101", "130200", "130299001", "１３０２９９", "abcdef"])
def test_an_impossible_code_of_the_district_is_refused(admin, code):
    with pytest.raises(Refused) as caught:
        services.name_district(admin, code, "清河区")

    assert "code" in caught.value.fields and not Area.objects.exists()


def test_the_district_is_named_once_and_may_be_renamed_but_not_exchanged(admin):
    services.name_district(admin, "130298", "清河县")
    services.name_district(admin, DISTRICT, "清河区")
    Area.objects.create(code="130299001", name="清水街道", level="town", parent=Area.objects.get())

    services.name_district(admin, DISTRICT, "清河新区")
    with pytest.raises(Refused, match="不能改成另一个区"):
        services.name_district(admin, "130298", "清河县")

    assert str(Area.objects.get(level="district")) == "清河新区"


def test_the_table_is_imported_through_the_pages_and_undone(client_of, district, django_capture_on_commit_callbacks):
    browser = client_of("admin")
    rows = [("120117110000", "七里海镇", ""), ("120117110201", "大北涧沽村", ""), ("120117110202", "大北涧姑村", "")]
    file = io.BytesIO(workbook(rows))
    file.name = "区划.xlsx"
    address = browser.post("/setup/areas/", {"file": file}).headers["Location"]

    shown = browser.get(address).content.decode()
    assert "两种写法" in shown and not Area.objects.filter(code__startswith="120117110").exists()
    assert browser.post(address).status_code == 422

    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(address, {"yes": "4"}).status_code == 302
    batch = ImportBatch.objects.get()
    assert (batch.created, batch.sha256) == (3, "")
    assert Area.objects.get(code="120117110201").parent.code == "120117110"

    assert browser.post(f"/r/areas/import/{batch.pk}/undo/").status_code == 302
    assert not Area.objects.filter(code__startswith="120117110").exists()


def test_a_village_leaves_towns_and_villages_with_units_at_one_press(client_of, district):
    browser = client_of("admin")
    Organisation.objects.filter(kind="village").delete()

    for _time in range(2):
        assert browser.post("/setup/units/").status_code == 302

    names = set(Organisation.objects.filter(kind="village").values_list("name", flat=True))
    assert names == {"任凤庄村民委员会", "震新居民委员会", "大龙湾村民委员会", "白庙村民委员会"}
    assert Organisation.objects.get(name="任凤庄村民委员会").parent == district.town_a.government


def test_the_template_is_read_back_by_the_import(client_of, district):
    answer = client_of("admin").get("/setup/areas/template/")

    assert answer.status_code == 200
    with pytest.raises(Refused, match="没有数据"):
        areas.read("a.xlsx", b"".join(answer.streaming_content), DISTRICT)


@pytest.mark.parametrize("role", ["lead", "town", "village", "enterprise", "member", "auditor", "security"])
def test_others_are_kept_out(client_of, district, role):
    assert client_of(role).get("/setup/").status_code == 403


def test_a_restored_installation_learns_its_district_from_the_table(district, tmp_path, monkeypatch):
    monkeypatch.setenv("ANNING_HOME", str(tmp_path))

    assert [know_the_district(), know_the_district()] == [1, 0]
    assert kernel.code() == "120117"


def test_an_empty_installation_knows_no_district(db, tmp_path, monkeypatch):
    monkeypatch.setenv("ANNING_HOME", str(tmp_path))

    assert know_the_district() == 0 and kernel.code() == ""
