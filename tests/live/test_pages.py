"""The journal's pages: what is shown, to whom, as file and as paper."""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from anning.accounts.models import User
from anning.accounts.selectors import actor_for
from anning.journal import personal
from anning.journal.heads import SignedHead, sign
from anning.journal.models import Entry, Head
from anning.journal.sealer import seal
from tests.district import District
from tests.journal.conftest import Write

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]


@pytest.fixture
def auditor(client_of: ClientOf) -> Client:
    """The auditor's browser, over an empty journal."""
    client = client_of("auditor")
    Entry.objects.all().delete()
    return client


def test_the_list_shows_entries_in_words_newest_first(
    auditor: Client, write: Write, user_of: Callable[..., User]
) -> None:
    write("document.create", "document:1", title="防汛预案")
    write("document.change", "document:1", changes={"title": ["防汛预案", "防汛应急预案"]})

    page = auditor.get("/journal/").content.decode()

    assert page.index("法规文件 修改") < page.index("法规文件 新增")
    assert "改动：名称" in page
    assert "待封存" in page


def test_filters_and_pages_stand_in_the_address(auditor: Client, write: Write) -> None:
    for number in range(60):
        write("document.change", f"document:{number}")
    write("area.change", "area:1")

    page = auditor.get("/journal/", {"kind": "document", "page": "2"}).content.decode()

    assert "共 60 条，第 2 / 2 页" in page
    assert "?kind=document&amp;page=1" in page
    assert "区域 修改" not in page.split("<tbody>")[1]


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "area=9", "since_on=yesterday", "since_on=2026-02-01&until_on=2026-01-01", "page=x", "by=%00"],
)
def test_nonsense_in_the_address_gets_a_plain_page(auditor: Client, query: str) -> None:
    assert auditor.get(f"/journal/?{query}").status_code == 200


def test_people_are_found_by_name_or_account(auditor: Client, write: Write, user_of: Callable[..., User]) -> None:
    user = user_of("duty")
    Entry.objects.all().delete()
    write("document.change", "document:1", actor_for(user))
    write("document.change", "document:2")

    rows = auditor.get("/journal/", {"by": user.username}).content.decode().split("<tbody>")[1]

    assert "法规文件 1" in rows and "法规文件 2" not in rows


def test_an_entry_shows_its_facts_and_its_seal_but_no_personal_value(auditor: Client, write: Write) -> None:
    name = personal.protect("person:1", "张三丰")
    first = write("person.change", "person:1", changes={"name": ["", name]})
    second = write("document.change", "document:1", cause=first.uid, reason="更正")
    seal()

    page = auditor.get(f"/journal/entries/{first.uid}").content.decode()
    other = auditor.get(f"/journal/entries/{second.uid}").content.decode()

    first.refresh_from_db()
    assert first.digest in page and "（个人信息）" in page and "张三丰" not in page
    assert first.digest in other and "更正" in other and f"/journal/entries/{first.uid}" in other


def test_an_entry_out_of_sight_is_not_there(client_of: ClientOf, district: District, write: Write) -> None:
    client = client_of("supervisor")
    entry = write("user.sign_in", "user:1")

    assert client.get(f"/journal/entries/{entry.uid}").status_code == 404
    assert client.get("/journal/entries/nonsense").status_code == 404


@pytest.mark.parametrize("address", ["/journal/", "/journal/verify", "/journal/heads/", "/journal/heads/1.json"])
def test_pages_are_closed_to_who_has_no_right(client_of: ClientOf, address: str) -> None:
    assert client_of("duty").get(address).status_code == 403


def test_csv_holds_what_is_filtered_and_is_itself_journaled(auditor: Client, write: Write) -> None:
    write("document.change", "document:1", reason="=1+1")
    write("area.change", "area:1")

    answer = auditor.get("/journal/", {"kind": "document", "export": "csv"})
    text = b"".join(answer).decode("utf-8-sig")

    assert "法规文件 修改" in text and "区域 修改" not in text
    assert "共 1 条" in text
    exported = Entry.objects.get(kind="journal.export")
    assert (exported.data["count"], exported.data["format"]) == (1, "csv")


def test_excel_holds_text_and_never_formulas(auditor: Client, write: Write) -> None:
    write("document.change", "document:1", **{"=cmd": "=1+1"})

    answer = auditor.get("/journal/", {"export": "xlsx"})

    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert any(cell.value and str(cell.value).startswith("=cmd") for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_an_unknown_format_is_refused(auditor: Client) -> None:
    assert auditor.get("/journal/", {"export": "exe"}).status_code == 422


def test_the_chain_is_verified_at_the_press_of_a_button(auditor: Client, chain: list[Entry]) -> None:
    whole = auditor.post("/journal/verify").content.decode()
    Entry.objects.filter(seq=3).update(actor="user:1")
    broken = auditor.post("/journal/verify").content.decode()

    assert "与封存时一致" in whole
    assert "第 3 条（法规文件 3 修改）" in broken
    assert Entry.objects.filter(kind="journal.verify").count() == 2


def test_a_head_handed_outside_shows_a_cut_tail(auditor: Client, chain: list[Entry]) -> None:
    head = SimpleUploadedFile("head.json", json.dumps(sign().as_json()).encode())
    Entry.objects.filter(seq__gt=4).delete()

    page = auditor.post("/journal/verify", {"head": head}).content.decode()

    assert "日志链断开" in page and "第 5 条" in page


@pytest.mark.parametrize("content", [b"", b"x", b"{}", b"[" * 3000, b"x" * 5000, b"\xff\xfe"])
def test_a_file_that_is_no_head_gets_a_plain_answer(auditor: Client, chain: list[Entry], content: bytes) -> None:
    answer = auditor.post("/journal/verify", {"head": SimpleUploadedFile("head.json", content)})

    assert answer.status_code in {200, 422}
    assert "与封存时一致" not in answer.content.decode()


def test_a_head_is_signed_kept_printed_and_downloaded(auditor: Client, chain: list[Entry]) -> None:
    sheet = auditor.post("/journal/heads/sign", follow=True).content.decode()
    kept = Head.objects.get()
    download = auditor.get(f"/journal/heads/{kept.pk}.json")

    assert kept.digest in sheet and "签名有效" in sheet
    assert SignedHead.read(download.json()).is_genuine
    assert kept.digest[:16] in auditor.get("/journal/heads/").content.decode()
    assert auditor.get("/journal/heads/999").status_code == 404


def test_a_page_that_polls_hears_what_the_tail_says(client_of: ClientOf, write: Write) -> None:
    client = client_of("duty")
    Entry.objects.all().delete()
    write("document.change", "document:1")
    write("user.sign_in", "user:1")
    seal()

    news = client.get("/live/poll", {"after": "0"}).json()

    assert [event["subject"] for event in news["entries"]] == ["document:1"]
    assert news["last"] == 2
    assert client.get("/live/poll").json() == {"entries": [], "last": 2}
    assert client.get("/live/poll", {"after": "x"}).json() == {"entries": [], "last": 2}


def test_the_city_fetches_a_head_with_its_token(
    client_of: ClientOf, user_of: Callable[..., User], chain: list[Entry]
) -> None:
    answer = client_of("auditor").get("/api/journal/head")

    assert SignedHead.read(answer.json()).is_genuine
    assert client_of("duty").get("/api/journal/head").status_code == 403
    assert Client().get("/api/journal/head").status_code == 401


def test_an_entry_leads_to_the_page_of_its_record_where_the_reader_may_open_it(
    client_of: ClientOf, district: District, write: Write
) -> None:
    unit = district.town_a.government
    entry = write("organisation.change", unit.subject, area_code=unit.area.code, organisation_path=unit.path)
    page, address = f"/journal/entries/{entry.uid}", f'href="/r/organisations/{unit.pk}/"'

    assert address in client_of("lead").get(page).content.decode()
    assert address not in client_of("auditor").get(page).content.decode()


def test_what_is_for_machines_is_told_in_words(auditor: Client, write: Write) -> None:
    write(
        "message.send", "message:1", about="task:7", channels=["in_app", "email"], due_at="2026-11-24T16:49:21.5+00:00"
    )
    entry = write("journal.verify", "journal:chain", count=3, release="a48fe27bb8f4")

    shown = auditor.get("/journal/").content.decode()
    page = auditor.get(f"/journal/entries/{entry.uid}").content.decode()

    assert "站内、电子邮件" in shown and "2026-11-25 00:49" in shown and "日志链" in shown
    assert "task:7" not in shown and "a48fe27bb8f4" not in shown and "a48fe27bb8f4" in page
