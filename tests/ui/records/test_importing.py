"""Imports: what a cell may hold, idempotent keys, all or the good rows, undo, steps, crashes."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from openpyxl import load_workbook

from anning.accounts.models import Organisation, Person
from anning.accounts.selectors import actor_for
from anning.journal.models import Entry, PersonalValue
from anning.kernel.errors import Conflict, Refused
from anning.office.models import Document
from anning.ui.models import ImportBatch, Job
from anning.ui.records import importing, jobs, services, workbooks
from anning.ui.records.register import find
from anning.ui.records.resources import CellWidget
from anning.ui.records.sheets import Formula
from anning.vault import store
from tests.hostile import files

MIDNIGHT = datetime(2026, 5, 1)  # noqa: DTZ001  a spreadsheet knows no zone
HEAD = ["文号", "名称", "类别", "发布机关", "施行日期"]


def row(number: int, title: str = "通知", kind: str = "法律", day: Any = "2026-05-01") -> list[Any]:
    return [f"{number}号", f"{title}{number}", kind, "区应急局", day]


def batch_at(url: str) -> ImportBatch:
    return ImportBatch.objects.get(pk=int(url.rstrip("/").rpartition("/")[2]))


def test_the_template_has_headings_choices_and_an_explanation(browser):
    book = load_workbook(io.BytesIO(b"".join(browser.get("/r/documents/import/template/").streaming_content)))
    sheet, notes = book.worksheets

    assert sheet.cell(1, 1).value == "文号*" and notes.title == "说明"
    assert any("法律" in (choose.formula1 or "") for choose in sheet.data_validations.dataValidation)
    assert any("只能填：" in str(line[2].value) for line in notes.iter_rows() if len(line) > 2)


def test_a_filled_template_is_imported_as_it_is(browser, upload):
    book = load_workbook(io.BytesIO(b"".join(browser.get("/r/documents/import/template/").streaming_content)))
    headings = [cell.value for cell in book.worksheets[0][1]]
    values = dict(zip(["文号*", "名称*", "类别*", "发布机关*"], row(1)[:4], strict=True))
    for place, heading in enumerate(headings, 1):
        book.worksheets[0].cell(2, place, values.get(heading))
    out = io.BytesIO()
    book.save(out)

    url = upload("documents", out.getvalue())
    browser.post(url)

    assert Document.objects.get().title == "通知1"


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("code", 120117001201.0, "120117001201"),
        ("code", 7, "7"),
        ("code", MIDNIGHT, "2026-05-01"),
        ("kind", "法律", "law"),
        ("kind", "law", "law"),
        ("in_force_on", "2026年5月1日", date(2026, 5, 1)),
        ("in_force_on", "2026/5/1", date(2026, 5, 1)),
        ("in_force_on", 20260501, date(2026, 5, 1)),
        ("in_force_on", MIDNIGHT.replace(hour=9), date(2026, 5, 1)),
        ("in_force_on", "", None),
        ("state", None, "in_force"),
    ],
)
def test_a_cell_is_read_as_its_field_asks(field, value, read, actor):
    assert CellWidget(find("documents"), field, actor).clean(value) == read


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("code", "1.2E+11", "科学计数法"),
        ("code", 1.20117199001011e17, "末位已被"),
        ("code", Formula("=A1"), "公式"),
        ("kind", "命令", "不在允许的值中"),
        ("in_force_on", "昨天", "不是日期"),
        ("organisation", "没有的单位", "没有找到"),
    ],
)
def test_a_wrong_cell_says_what_is_wrong(field, value, said, actor):
    with pytest.raises(ValueError, match=said):
        CellWidget(find("documents"), field, actor).clean(value)


def test_a_unit_is_found_by_name_and_by_code_but_not_when_two_share_the_name(actor, district):
    widget = CellWidget(find("people"), "organisation", actor)
    bureau = district.town_a.enterprise
    Organisation.objects.create(name="同名站", kind="public", area=district.town_a.area, path="/900/")
    Organisation.objects.create(name="同名站", kind="public", area=district.town_b.area, path="/901/")

    assert widget.clean(bureau.name) == widget.clean(bureau.credit_code) == bureau
    with pytest.raises(ValueError, match="多条同名"):
        widget.clean("同名站")


def test_missing_columns_are_named(upload):
    page = upload("documents", files.workbook([["文号", "名称"], ["1号", "通知"]]), refused=True)

    assert "缺少必需的列：类别、发布机关" in page


def test_a_file_without_rows_is_refused(upload):
    assert "没有数据" in upload("documents", files.heading_only(HEAD), refused=True)


def test_no_file_is_refused(browser):
    assert browser.post("/r/documents/import/", {}).status_code == 422


def test_an_existing_row_is_changed_only_when_asked(browser, upload, actor):
    services.create(find("documents"), actor, {"code": "1号", "title": "旧名", "kind": "law", "issuer": "区应急局"})
    content = files.workbook([HEAD, row(1)])

    refused = browser.get(upload("documents", content)).content.decode()
    url = upload("documents", content, update="1")
    browser.post(url)

    assert "更新已存在数据" in refused
    assert Document.objects.get().title == "通知1" and batch_at(url).changed == 1


def test_only_the_good_rows_are_imported_when_asked(browser, upload):
    url = upload("documents", files.workbook([HEAD, row(1), row(2, kind="命令"), row(3)]))

    assert browser.post(url).status_code == 422 and not Document.objects.exists()
    assert browser.post(url, {"only_good": "1"}).status_code == 302

    assert sorted(Document.objects.values_list("code", flat=True)) == ["1号", "3号"]
    assert (batch_at(url).created, batch_at(url).refused) == (2, 1)


def test_a_row_twice_in_one_file_is_named_with_its_twin(browser, upload):
    page = browser.get(upload("documents", files.workbook([HEAD, row(1), row(1, title="另一")]))).content.decode()

    assert "与第 2 行重复" in page


def test_classified_material_is_refused_row_by_row(browser, upload):
    page = browser.get(upload("documents", files.workbook([HEAD, row(1, title="机密★1年 ")]))).content.decode()

    assert "密级标志" in page


def test_a_row_outside_the_own_town_is_refused(district, town_officer):
    head = ["单位名称", "类别", "所在区域"]
    content = files.workbook([head, ["甲公司", "企业", "芦台街道"], ["乙公司", "企业", "潘庄镇"]])
    batch = importing.receive(find("organisations"), town_officer, "a.xlsx", content, update=False)

    importing.check(batch)

    assert (batch.created, batch.refused) == (1, 1) and "管辖范围" in batch.problems[0][2]


def test_a_masked_value_of_an_export_leaves_the_stored_one(actor, officer, district):
    register = find("people")
    unit = district.town_a.government
    person = services.create(register, actor, {"name": "王安", "organisation": unit, "mobile": "13800001234"})
    content = files.workbook([["姓名", "单位", "手机", "职务"], ["王安", unit.name, "138****1234", "站长"]])
    batch = importing.receive(register, officer, "a.xlsx", content, update=True)

    importing.check(batch)
    importing.carry_out(importing.confirm(batch, only_good=False))

    person.refresh_from_db()
    assert (person.mobile, person.title) == ("13800001234", "站长")


def test_personal_values_of_an_import_are_no_text_in_the_chain(officer, district):
    content = files.workbook([["姓名", "单位", "手机"], ["赵平", district.bureau.name, "13900005678"]])
    batch = importing.receive(find("people"), officer, "a.xlsx", content, update=False)

    importing.carry_out(importing.confirm(importing.check(batch), only_good=False))

    entry = Entry.objects.get(kind="person.import", subject=Person.objects.get(name="赵平").subject)
    assert "13900005678" not in entry.body and "赵平" not in entry.body
    assert PersonalValue.objects.exists()


def test_the_file_is_removed_once_it_was_imported(browser, upload, django_capture_on_commit_callbacks):
    url = upload("documents", files.workbook([HEAD, row(1)]))
    digest = batch_at(url).sha256

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url)

    assert not store.path_of(digest).exists() and batch_at(url).sha256 == ""


def test_an_undo_leaves_what_was_changed_since(browser, upload, actor):
    url = upload("documents", files.workbook([HEAD, row(1), row(2)]))
    browser.post(url)
    later = Document.objects.get(code="1号")
    services.change(find("documents"), actor, later.pk, {"title": "后来改的"})

    browser.post(f"{url}undo/")

    assert Document.objects.get().title == "后来改的"
    assert "导入后又被修改" in batch_at(url).note


def test_an_undo_brings_back_what_stood_before(browser, upload, actor, district):
    values = {"code": "1号", "title": "旧名", "kind": "law", "issuer": "区应急局", "organisation": district.bureau}
    services.create(find("documents"), actor, values | {"in_force_on": date(2020, 1, 1)})
    url = upload("documents", files.workbook([[*HEAD, "单位"], [*row(1), "宁河区水务局"]]), update="1")
    browser.post(url)
    assert Document.objects.get().organisation == district.water

    browser.post(f"{url}undo/")

    back = Document.objects.get()
    assert (back.title, back.in_force_on, back.organisation) == ("旧名", date(2020, 1, 1), district.bureau)


def test_after_the_hours_of_the_rule_a_batch_stays(browser, upload):
    url = upload("documents", files.workbook([HEAD, row(1)]))
    browser.post(url)
    batch = batch_at(url)
    ImportBatch.objects.filter(pk=batch.pk).update(done_at=batch.done_at - timedelta(hours=25))

    assert browser.post(f"{url}undo/").status_code == 422
    assert Document.objects.count() == 1


def test_a_batch_is_confirmed_and_undone_only_once(browser, upload, officer):
    url = upload("documents", files.workbook([HEAD, row(1)]))
    browser.post(url)

    assert browser.post(url).status_code == 409
    assert browser.post(f"{url}undo/").status_code == 302
    with pytest.raises(Conflict):
        importing.undo(batch_at(url), actor_for(officer))


def test_nobody_sees_the_batch_of_another(upload, client, town_officer):
    url = upload("documents", files.workbook([HEAD, row(1)]))
    client.force_login(town_officer)

    assert client.get(url).status_code == 404 and client.get(f"{url}marked/").status_code == 404


@pytest.fixture
def small_steps(monkeypatch):
    """Large batches begin at two rows and are written two by two."""
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    monkeypatch.setattr(importing, "STEP", 2)


def test_a_large_import_becomes_a_job_that_tells_how_far_it_is(browser, upload, small_steps):
    url = upload("documents", files.workbook([HEAD, *[row(n) for n in range(5)]]))
    browser.post(url)
    assert Document.objects.count() == 0 and "导入中" in browser.get(url).content.decode()

    assert jobs.run_next() == 1

    assert Document.objects.count() == 5 and batch_at(url).state == "done"
    assert Job.objects.get().percent == 100


def test_a_large_import_goes_on_where_it_stopped(officer, small_steps):
    content = files.workbook([HEAD, *[row(n) for n in range(5)]])
    batch = importing.receive(find("documents"), officer, "a.xlsx", content, update=False)
    batch = importing.confirm(importing.check(batch), only_good=False)

    class Killed(Exception):
        """The worker dies after its first step."""

    def die(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        importing.carry_out(batch, die)
    assert Document.objects.count() == 2
    importing.carry_out(batch)

    batch.refresh_from_db()
    assert Document.objects.count() == 5 and batch.created == 5
    assert Entry.objects.filter(kind="document.import", subject__startswith="document:").count() == 5


def test_a_large_import_that_fails_half_way_leaves_nothing(officer, actor, small_steps):
    content = files.workbook([HEAD, *[row(n) for n in range(5)]])
    batch = importing.receive(find("documents"), officer, "a.xlsx", content, update=False)
    batch = importing.confirm(importing.check(batch), only_good=False)
    services.create(find("documents"), actor, {"code": "4号", "title": "抢先", "kind": "law", "issuer": "别人"})

    with pytest.raises(Refused, match="第 6 行"):
        importing.carry_out(batch)

    assert [one.title for one in Document.objects.all()] == ["抢先"]
    assert ImportBatch.objects.get().state == "failed"


def test_what_was_never_confirmed_is_forgotten_after_a_day(officer):
    batch = importing.receive(find("documents"), officer, "a.xlsx", files.workbook([HEAD, row(1)]), update=False)
    importing.check(batch)
    ImportBatch.objects.update(created_at=batch.created_at - timedelta(hours=25))

    assert jobs.expire() == 1

    assert ImportBatch.objects.get().state == "failed" and not store.path_of(batch.sha256).exists()
    assert not list(settings.FILES.rglob(batch.sha256))


def test_a_marked_file_never_wakes_a_formula():
    out = io.BytesIO()
    workbooks.write_marked(out, headings=["文号"], rows=[(2, [Formula("=1+1")])], problems={2: [("文号", "公式")]})

    cell = load_workbook(io.BytesIO(out.getvalue())).active.cell(2, 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s") or cell.data_type != "f"
