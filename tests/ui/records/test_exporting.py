"""Exports: what is filtered, real days and text codes, no formula, masks, jobs that survive, own downloads only."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from anning.accounts.models import Person
from anning.accounts.services import erase_person
from anning.journal.models import Entry
from anning.journal.personal import resolve
from anning.journal.reactor import hear_all
from anning.journal.sealer import seal
from anning.kernel import clock, rulebook
from anning.ui.models import Job
from anning.ui.records import exporting, jobs, services, workbooks
from anning.ui.records.register import find
from anning.vault import store

FACTS = {"title": "通知", "kind": "law", "issuer": "区应急局", "in_force_on": date(2026, 5, 1)}


@pytest.fixture
def documents(actor):
    register = find("documents")
    made = [services.create(register, actor, FACTS | {"code": f"12011700{n}", "title": f"通知{n}"}) for n in range(3)]
    return [*made, services.create(register, actor, FACTS | {"code": "=cmd|' /C calc'!A0", "kind": "plan"})]


def body(answer):
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def sheet_of(answer):
    return load_workbook(io.BytesIO(body(answer))).worksheets[0]


def texts(sheet):
    return {str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None}


def test_an_export_holds_what_is_filtered_and_says_so(browser, documents, officer):
    sheet = sheet_of(browser.get("/r/documents/export/?format=xlsx&kind=law&q=通知1"))

    assert "120117001" in texts(sheet) and "120117002" not in texts(sheet)
    assert sheet["A1"].value == "法规" and "类别：法律" in sheet["A2"].value and "通知1" in sheet["A2"].value
    assert str(officer.person) in sheet["A3"].value and "共 1 条" in sheet["A3"].value


def test_days_are_days_and_codes_are_text(browser, documents):
    sheet = sheet_of(browser.get("/r/documents/export/?format=xlsx&kind=law"))
    line = list(sheet[5])

    assert (line[0].value, line[0].data_type, line[0].number_format) == ("120117000", "s", "@")
    assert line[-1].is_date and line[-1].value.date() == date(2026, 5, 1)
    assert sheet.freeze_panes == "A5" and sheet.auto_filter.ref.startswith("A4:")


def test_a_text_that_looks_like_a_formula_stays_text(browser, documents):
    sheet = sheet_of(browser.get("/r/documents/export/?format=xlsx&kind=plan"))
    comma = body(browser.get("/r/documents/export/?format=csv&kind=plan")).decode("utf-8-sig")

    assert sheet["A5"].value.startswith("=cmd") and sheet["A5"].data_type == "s"
    assert "'=cmd" in comma


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_no_start_of_a_formula_survives_in_a_csv(text):
    assert workbooks.neutral(text) == f"'{text}"


def test_ticked_rows_are_exported_alone(browser, documents):
    sheet = sheet_of(browser.post("/r/documents/export/", {"key": [documents[0].pk], "format": "xlsx"}))

    assert "120117000" in texts(sheet) and "120117001" not in texts(sheet)


def test_masked_values_stay_masked_unless_asked_with_a_reason(browser, actor, district):
    services.create(find("people"), actor, {"name": "王五", "organisation": district.bureau, "mobile": "13800001234"})

    plain = texts(sheet_of(browser.get("/r/people/export/?format=xlsx")))
    asked = browser.get("/r/people/export/?full=1").content.decode()
    refused = browser.post("/r/people/export/", {"full": "1", "reason": " "})
    full = texts(sheet_of(browser.post("/r/people/export/", {"full": "1", "reason": "汛期叫应"})))

    assert "138****1234" in plain and "因何工作需要" in asked and refused.status_code == 422
    assert "13800001234" in full
    exported = Entry.objects.filter(kind="person.export").latest("pk")
    assert resolve(exported.data)["reason"] == "汛期叫应" and "汛期叫应" not in exported.body


def test_the_entry_of_an_export_holds_no_name(browser, actor, district):
    services.create(find("people"), actor, {"name": "王五六", "organisation": district.bureau})

    body(browser.get("/r/people/export/?format=csv&q=王五六"))

    entry = Entry.objects.get(kind="person.export")
    assert "王五六" not in entry.body and entry.data["rows"] == 1 and entry.data["filtered"]


@pytest.fixture
def large():
    """By the site's own rule more than two rows are a large export."""
    pack = rulebook.site_folder() / "small.yaml"
    pack.parent.mkdir(exist_ok=True)
    rule = "  - {id: EXP-JOB-ROWS, title: 少, value: 2, source: 测试, confidence: design_default}"
    pack.write_text(f"pack: small\nrules:\n{rule}\n")
    rulebook.rules.cache_clear()
    yield
    pack.unlink()
    rulebook.rules.cache_clear()


def test_a_large_export_becomes_a_job_with_a_file(browser, documents, large):
    assert browser.get("/r/documents/export/?format=xlsx").status_code == 302
    assert "排队中" in browser.get("/jobs/").content.decode()

    assert jobs.run_next() == 1 and jobs.run_next() == 0

    job = Job.objects.get()
    assert (job.state, job.percent, job.total) == ("done", 100, 4)
    assert "120117001" in texts(sheet_of(browser.get(f"/jobs/{job.uid}/file/")))
    assert "已完成" in browser.get(f"/jobs/{job.uid}/").content.decode()


def test_nobody_gets_the_file_of_another(browser, documents, large, client, town_officer):
    browser.get("/r/documents/export/?format=xlsx")
    jobs.run_next()
    client.force_login(town_officer)
    uid = Job.objects.get().uid

    assert client.get(f"/jobs/{uid}/file/").status_code == client.get(f"/jobs/{uid}/").status_code == 404
    assert "没有后台任务" in client.get("/jobs/").content.decode()


def test_two_workers_never_take_the_same_job(officer):
    jobs.submit(Job.Kind.EXPORT, officer, "documents", exporting.Order("documents").facts(), total=1)

    first, second = jobs.claim(), jobs.claim()

    assert first is not None and second is None


def test_the_job_of_a_dead_worker_is_taken_again_and_the_dead_cannot_speak(officer, documents):
    jobs.submit(Job.Kind.EXPORT, officer, "documents", exporting.Order("documents").facts(), total=4)
    dead = jobs.claim()
    Job.objects.update(beat_at=clock.now() - timedelta(seconds=jobs.SILENT_S + 1))

    assert jobs.run_next() == 1

    assert Job.objects.get().state == "done"
    with pytest.raises(Exception, match="另一进程"):
        jobs.beat(dead, 1, 4)


def test_a_job_that_always_dies_ends_with_a_reason(officer):
    jobs.submit(Job.Kind.EXPORT, officer, "documents", exporting.Order("documents").facts(), total=4)
    for _ in range(jobs.MOST_TRIES):
        assert jobs.claim()
        Job.objects.update(beat_at=clock.now() - timedelta(seconds=jobs.SILENT_S + 1))

    assert jobs.claim() is None
    assert Job.objects.get().state == "failed" and "重新提交" in Job.objects.get().error


def test_a_job_runs_with_the_rights_that_hold_when_it_runs(officer, documents):
    jobs.submit(Job.Kind.EXPORT, officer, "documents", exporting.Order("documents").facts(), total=4)
    officer.roles.clear()

    jobs.run_next()

    assert Job.objects.get().state == "failed" and "权限" in Job.objects.get().error


def test_a_file_is_removed_when_its_time_is_over(browser, documents, large):
    browser.get("/r/documents/export/?format=xlsx")
    jobs.run_next()
    digest = Job.objects.get().sha256
    Job.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    assert jobs.expire() == 1

    assert Job.objects.get().state == "expired" and not store.path_of(digest).exists()


def test_erasing_a_person_removes_the_files_that_may_hold_the_person(officer, documents, actor, district):
    person = services.create(find("people"), actor, {"name": "王五六", "organisation": district.bureau})
    for name in ("people", "documents"):
        jobs.submit(Job.Kind.EXPORT, officer, name, exporting.Order(name).facts(), total=4)
        jobs.run_next()
    people, papers = Job.objects.get(register="people"), Job.objects.get(register="documents")

    administrator = replace(actor, permissions=actor.permissions | {"accounts.erase_person"})
    erase_person(person.pk, administrator, reason="本人要求")
    seal()
    hear_all()

    assert not store.path_of(people.sha256).exists() and store.path_of(papers.sha256).exists()
    people.refresh_from_db()
    assert people.state == "expired"


def test_an_export_of_many_rows_is_read_in_steps(actor, documents, monkeypatch):
    monkeypatch.setattr(exporting, "STEP", 2)
    told = []

    exporting.write(exporting.Order("documents"), actor, io.BytesIO(), lambda done, total: told.append((done, total)))

    assert told == [(2, 4), (4, 4)]


def test_people_are_exported_without_reading_each_unit_by_itself(
    browser, actor, district, django_assert_max_num_queries
):
    for number in range(20):
        services.create(find("people"), actor, {"name": f"王{number}", "organisation": district.bureau})

    with django_assert_max_num_queries(25):
        body(browser.get("/r/people/export/?format=csv"))
    assert Person.objects.count() >= 20
