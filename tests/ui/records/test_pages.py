"""What the pages of a record do beyond the promises that every register inherits."""

import io
import shutil
import subprocess

import docx
import pytest
from docx.shared import Mm

from anning.accounts.selectors import actor_for
from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.office.models import Document
from anning.ui.models import ListPreference
from anning.ui.records import selectors, services, sources
from anning.ui.records.register import find
from anning.ui.registries import map_layers, search_sources

FACTS = {"code": "1号", "title": "防汛抗旱应急预案", "kind": "plan", "issuer": "区应急局"}


@pytest.fixture
def document(actor):
    return services.create(find("documents"), actor, FACTS)


def test_filters_stand_in_the_address_and_as_chips_that_can_be_removed(browser, document):
    page = browser.get("/r/documents/?kind=plan&in_force_on_min=2026-01-01&q=fx").content.decode()

    assert "类别：规划预案" in page and "施行日期：2026-01-01 至 …" in page and "搜索：fx" in page
    assert 'href="?in_force_on_min=2026-01-01&amp;q=fx"' in page


def test_a_filter_that_makes_no_sense_is_said_and_finds_nothing(browser, document):
    page = browser.get("/r/documents/?in_force_on_min=昨天").content.decode()

    assert "施行日期" in page and 'role="alert"' in page and "data-row" not in page


def test_the_chips_count_with_all_other_filters(browser, actor, document):
    services.create(find("documents"), actor, FACTS | {"code": "2号", "kind": "law", "state": "repealed"})

    page = browser.get("/r/documents/?kind=plan").content.decode()

    assert "全部 <b>1</b>" in page and "已废止 <b>0</b>" in page


def test_an_empty_list_says_what_to_do_next(browser):
    page = browser.get("/r/documents/").content.decode()

    assert "还没有记录" in page and "新增第一条" in page
    assert "去掉全部筛选" in browser.get("/r/documents/?q=zzz").content.decode()


def test_columns_density_and_length_are_remembered_for_the_user_alone(browser, document, client, town_officer):
    browser.post("/r/documents/preference/", {"columns": ["title", "source", "nothing"], "density": "dense"})
    browser.post("/r/documents/preference/", {"page_size": "50", "next": "https://elsewhere.example/"})

    kept = ListPreference.objects.get()
    assert (kept.columns, kept.density, kept.page_size) == (["title", "source"], "dense", 50)
    page = browser.get("/r/documents/").content.decode()
    assert "来源" in page and "density-dense" in page
    client.force_login(town_officer)
    assert "density-dense" not in client.get("/r/documents/").content.decode()


@pytest.mark.parametrize("text", ["防汛", "fxkh", "fangxunkanghan", "yjya 防汛", "1号"])
def test_a_document_is_found_by_chinese_initials_pinyin_and_code(browser, document, text):
    if text.startswith("yjya"):
        document.title = "应急预案防汛"
        document.derive()
        document.save()

    assert f'data-row="{document.pk}"' in browser.get("/r/documents/", {"q": text}).content.decode()


def test_a_person_is_found_by_the_whole_mobile_through_the_blind_index(actor, district):
    register = find("people")
    services.create(register, actor, {"name": "王五", "organisation": district.bureau, "mobile": "13800001234"})
    found = selectors.rows(register, actor)

    assert found.filter(selectors.matching(register, "13800001234")).count() == 1
    assert found.filter(selectors.matching(register, "1380000")).count() == 0


def test_the_global_search_finds_only_inside_the_own_scope(actor, town_officer, district):
    source = search_sources.get("organisations")

    everything = {found.title for found in source.find(actor, "hggs", 20)} | {
        found.title for found in source.find(actor, "化工", 20)
    }
    own = {found.title for found in source.find(actor_for(town_officer), "化工", 20)}

    assert str(district.town_b.enterprise) in everything and own == {str(district.town_a.enterprise)}


def test_the_choices_of_a_foreign_key_are_cut_by_scope(client, town_officer, district):
    client.force_login(town_officer)

    found = client.get("/r/people/choices/organisation/", {"q": "hg"}).json()["choices"]
    found += client.get("/r/people/choices/organisation/", {"q": "化工"}).json()["choices"]

    assert {one["text"] for one in found} == {str(district.town_a.enterprise)}
    assert client.get("/r/people/choices/name/").status_code == 404
    assert client.get("/r/people/choices/nothing/").status_code == 404


def test_a_unit_of_another_town_cannot_be_chosen(client, town_officer, district):
    client.force_login(town_officer)

    answer = client.post("/r/people/add/", {"name": "王五", "organisation": district.town_b.government.pk})

    assert answer.status_code == 422 and "不在您的管辖范围内" in answer.content.decode()


def test_a_unit_can_be_typed_where_no_script_runs(browser, district):
    for typed in (district.town_a.enterprise.credit_code, district.town_a.enterprise.name):
        answer = browser.post(
            "/r/people/add/", {"name": "王五", "organisation__typed": typed, "sensitivity": "internal"}
        )
        assert answer.status_code == 302, answer.content.decode()


def test_a_masked_field_left_empty_stays_and_can_be_emptied(browser, actor, district):
    person = services.create(
        find("people"), actor, {"name": "王五", "organisation": district.bureau, "mobile": "13800001234"}
    )  # fmt: skip
    form = {
        "name": "王五",
        "organisation": district.bureau.pk,
        "sensitivity": "internal",
        "version": 1,
        "title": "站长",
    }

    assert browser.post(f"/r/people/{person.pk}/edit/", form).status_code == 302
    person.refresh_from_db()
    assert (person.mobile, person.title) == ("13800001234", "站长")

    assert browser.post(f"/r/people/{person.pk}/edit/", form | {"mobile": "清空", "version": 2}).status_code == 302
    person.refresh_from_db()
    assert person.mobile == ""


def test_a_conflict_keeps_what_the_other_changed_where_i_did_not_choose_mine(browser, actor, document):
    form = FACTS | {"state": "in_force", "sensitivity": "internal", "version": 1, "title": "我的", "source": "我的来源"}
    services.change(find("documents"), actor, document.pk, {"title": "他的", "summary": "他的要点"})

    page = browser.post(f"/r/documents/{document.pk}/edit/", form)
    assert page.status_code == 409 and "他人已改" in page.content.decode()
    settle = {"settle": "1", "version": 2, "title": "我的", "source": "我的来源", "take_source": "mine"}
    assert browser.post(f"/r/documents/{document.pk}/edit/", settle | {"take_title": "theirs"}).status_code == 302

    document.refresh_from_db()
    assert (document.title, document.summary, document.source) == ("他的", "他的要点", "我的来源")


def test_a_conflict_that_meets_a_third_change_asks_again(browser, actor, document):
    services.change(find("documents"), actor, document.pk, {"title": "二"})
    services.change(find("documents"), actor, document.pk, {"title": "三"})

    settle = {"settle": "1", "version": 2, "title": "我的", "take_title": "mine"}

    assert browser.post(f"/r/documents/{document.pk}/edit/", settle).status_code == 409


def test_all_matching_rows_can_be_meant(browser, actor, document):
    for number in range(30):
        services.create(find("documents"), actor, FACTS | {"code": f"甲{number}", "kind": "law"})

    preview = browser.post("/r/documents/bulk/edit/", {"all": "1", "filters": "kind=law"}).content.decode()
    browser.post(
        "/r/documents/bulk/edit/",
        {"all": "1", "filters": "kind=law", "fields": "state", "state": "repealed", "apply": "1"},
    )

    assert "共 30 条" in preview
    assert Document.objects.filter(state="repealed").count() == 30 and document.state == "in_force"


def test_many_are_deleted_for_one_reason(browser, actor, document):
    other = services.create(find("documents"), actor, FACTS | {"code": "2号"})
    ticked = {"key": [document.pk, other.pk]}

    assert browser.post("/r/documents/bulk/delete/", ticked | {"apply": "1", "reason": ""}).status_code == 422
    assert browser.post("/r/documents/bulk/delete/", ticked | {"apply": "1", "reason": "重复"}).status_code == 302
    assert not Document.objects.exists()


def test_a_bulk_change_of_nothing_says_so(browser, document):
    assert browser.post("/r/documents/bulk/edit/", {}).status_code == 422
    assert browser.post("/r/documents/bulk/edit/", {"key": document.pk, "apply": "1"}).status_code == 422


def test_the_history_shows_the_seal(browser, document):
    assert "待封存" in browser.get(f"/r/documents/{document.pk}/history/").content.decode()

    seal()

    entry = Entry.objects.get(subject=document.subject)
    page = browser.get(f"/r/documents/{document.pk}/history/").content.decode()
    assert f"第 {entry.seq} 号" in page and entry.digest in page


def test_only_a_public_record_can_be_copied_as_text_and_without_names(browser, actor, district):
    facts = {"name": "王五六", "organisation": district.bureau, "mobile": "13800001234", "title": "站长"}
    person = services.create(find("people"), actor, facts)

    assert browser.get(f"/r/people/{person.pk}/text/").status_code == 422
    services.change(find("people"), actor, person.pk, {"sensitivity": "public"})
    page = browser.get(f"/r/people/{person.pk}/text/").content.decode()
    copied = page[page.index("<textarea") : page.index("</textarea>")]

    assert "王**" in copied and "王五六" not in copied and "1234" in copied and "13800001234" not in copied


def test_the_map_lists_places_and_gives_them_as_geojson(browser, district, actor):
    services.change(find("areas"), actor, district.town_a.area.pk, {"longitude": 117.82, "latitude": 39.33})

    page = browser.get("/r/areas/map/").content.decode()
    answer = browser.get("/r/areas/map.geojson").json()

    assert "117.82" in page and "芦台街道" in page
    assert answer["features"][0]["geometry"] == {"type": "Point", "coordinates": [117.82, 39.33]}
    assert map_layers.get("areas").features(actor) == sources.places(find("areas"), actor)
    assert browser.get("/r/documents/map/").status_code == 404


def test_word_keeps_to_the_standard_of_official_papers(browser, document):
    content = b"".join(browser.get(f"/r/documents/{document.pk}/word/").streaming_content)
    paper = docx.Document(io.BytesIO(content))
    section = paper.sections[0]

    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(each / Mm(1)) for each in margins] == [37, 35, 28, 26]
    assert paper.paragraphs[0].runs[0].font.size.pt == 22
    assert 'w:eastAsia="方正小标宋简体"' in paper.paragraphs[0]._p.xml
    assert "PAGE" in section.footer.paragraphs[0]._p.xml


def test_a_reprint_of_the_same_content_carries_the_same_digest(browser, actor, document):
    def digest() -> str:
        content = b"".join(browser.get(f"/r/documents/{document.pk}/word/").streaming_content)
        return docx.Document(io.BytesIO(content)).paragraphs[-1].text.rpartition("内容摘要：")[2]

    first, again = digest(), digest()
    services.change(find("documents"), actor, document.pk, {"title": "改了"})

    assert first == again != digest()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_word_files(browser, document, tmp_path):
    for name, url in (("one", f"/r/documents/{document.pk}/word/"), ("many", "/r/documents/word/")):
        (tmp_path / f"{name}.docx").write_bytes(b"".join(browser.get(url).streaming_content))

    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "one.docx", "many.docx"], cwd=tmp_path, check=True, capture_output=True, timeout=180)

    assert all((tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF") for name in ("one", "many"))


def test_a_list_asks_the_database_a_fixed_number_of_times(browser, actor, district, django_assert_max_num_queries):
    for number in range(30):
        services.create(find("people"), actor, {"name": f"王{number}", "organisation": district.bureau})

    with django_assert_max_num_queries(40):
        assert browser.get("/r/people/?per_page=50").status_code == 200
