"""What every register promises, as one class to inherit: name the register, say how a row is made."""

import io
import json
from datetime import datetime
from typing import Any, ClassVar

import docx
import pytest
from django.db import models
from django.test import Client
from openpyxl import Workbook, load_workbook

from anning.accounts.models import Organisation, Role, User
from anning.accounts.selectors import actor_for, place_of
from anning.journal.models import Entry
from anning.journal.personal import resolve
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import NotAllowed
from anning.ui.records import fields, resources, services
from anning.ui.records.register import Register, find
from tests.district import District, make_user

REASON = "测试需要"


class RegisterTests:
    """Inherit, set ``register``, and write ``make``; ``change`` may name the field that the tests change."""

    register: ClassVar[str]
    change: ClassVar[tuple[str, Any] | None] = None  # default: another text in the first text field outside the key

    def make(self, district: District, number: int) -> dict[str, Any]:
        """Return the values of a valid row in town A; different for each number."""
        raise NotImplementedError

    # What the tests work with

    @pytest.fixture
    def declared(self) -> Register:
        return find(self.register)

    @pytest.fixture
    def officer(self, district: District, declared: Register) -> User:
        """May do everything with this register in the whole district."""
        return self._user("officer", Role.Reach.DISTRICT, district.bureau, f"{declared.options.app_label}.*")

    @pytest.fixture
    def neighbour(self, district: District, declared: Register) -> User:
        """May do the same, but only in town B."""
        return self._user("neighbour", Role.Reach.AREA, district.town_b.government, f"{declared.options.app_label}.*")

    @pytest.fixture
    def client(self, officer: User) -> Client:
        return _signed_in(officer)

    @pytest.fixture
    def row(self, district: District, declared: Register, officer: User) -> Any:
        return services.create(declared, actor_for(officer), self.make(district, 1))

    def url(self, rest: str = "") -> str:
        """Return an address of the register."""
        return f"/r/{self.register}/{rest}"

    def changed(self, declared: Register, row: Any) -> tuple[str, Any]:
        """Return the field to change and its new value."""
        if self.change:
            return self.change
        for name in declared.fields:
            field = declared.field(name)
            if (
                isinstance(field, models.CharField)
                and not field.choices
                and name not in {*declared.key, *declared.masked}
            ):
                return name, f"改{getattr(row, name)}"[: field.max_length]
        raise AssertionError("no text field to change: set `change`")

    def has(self, declared: Register, verb: str) -> None:
        """Skip what the register does not offer."""
        if verb not in declared.all_verbs:
            pytest.skip(f"the register has no {verb}")

    # List and record

    def test_the_list_shows_a_row_and_its_count(self, client, declared, row):
        page = client.get(self.url())

        assert page.status_code == 200
        assert f'data-row="{row.pk}"' in page.content.decode()
        assert fields.text_of(declared, row, declared.columns[0]) in page.content.decode()

    def test_htmx_gets_the_list_without_its_frame(self, client, row):
        page = client.get(self.url(), headers={"HX-Request": "true", "HX-Target": "listing"}).content.decode()

        assert page.lstrip().startswith('<div id="listing"') and "<html" not in page

    def test_the_search_box_finds_by_chinese_and_by_initials(self, client, declared, row):
        if "initials" not in declared.search:
            pytest.skip("the register has no initials")

        found = client.get(self.url(), {"q": row.initials.split()[0]}).content.decode()
        missed = client.get(self.url(), {"q": "zzzzqqqq"}).content.decode()

        assert f'data-row="{row.pk}"' in found and f'data-row="{row.pk}"' not in missed

    def test_odd_addresses_are_answered_in_chinese(self, client, declared):
        for rest in (
            "0/",
            "99999999999999999999999/",
            "nothing/",
            "?page=99999999999999999999",
            "?q=%00%ff",
            "?sort=nothing",
        ):
            answer = client.get(self.url(rest))
            assert answer.status_code in {200, 404}

    def test_the_record_shows_its_facts_and_its_history(self, client, declared, row):
        page = client.get(self.url(f"{row.pk}/")).content.decode()

        for name in declared.fields:
            assert declared.label(name) in page
        assert "新增" in page

    def test_a_masked_value_is_shown_only_for_a_reason(self, client, declared, row):
        shown = [name for name in declared.masked if getattr(row, name)]
        if not shown:
            pytest.skip("the register masks nothing")
        value = getattr(row, shown[0])

        for page in ("", f"{row.pk}/", f"{row.pk}/edit/", f"{row.pk}/history/", f"{row.pk}/print/", "print/"):
            assert value not in client.get(self.url(page)).content.decode()
        reveal = self.url(f"{row.pk}/reveal/{shown[0]}/")
        assert value not in client.post(reveal, {"reason": " "}).content.decode()
        assert value in client.post(reveal, {"reason": REASON}).content.decode()
        entry = Entry.objects.get(kind=f"{declared.noun}.reveal")
        assert resolve(entry.data)["reason"] == REASON and REASON not in entry.body

    # Add and edit

    def test_a_plain_form_adds_a_row_and_journals_it(self, client, declared, district):
        self.has(declared, "add")

        answer = client.post(self.url("add/"), post_data(declared, self.make(district, 2)))

        assert answer.status_code == 302, answer.content.decode()
        made = declared.model.objects.latest("pk")
        assert Entry.objects.filter(kind=f"{declared.noun}.create", subject=made.subject).count() == 1

    def test_a_form_without_its_facts_says_which(self, client, declared):
        self.has(declared, "add")
        before = declared.model.objects.count()

        answer = client.post(self.url("add/"), {})

        assert answer.status_code == 422 and "invalid-feedback" in answer.content.decode()
        assert declared.model.objects.count() == before

    def test_an_edit_keeps_what_was_before_in_the_journal(self, client, declared, row):
        self.has(declared, "change")
        name, value = self.changed(declared, row)
        before = fields.facts_of(declared, row, (name,))[name]

        answer = client.post(
            self.url(f"{row.pk}/edit/"), form_of(declared, row) | {name: value, "version": row.version}
        )

        row.refresh_from_db()
        assert answer.status_code == 302, answer.content.decode()
        assert fields.facts_of(declared, row, (name,))[name] == value and row.version == 2
        changes = Entry.objects.filter(subject=row.subject).latest("pk").data["changes"]
        assert list(changes) == [name]
        if name not in declared.personal:
            assert changes[name] == [before, value]

    def test_who_saves_second_sees_the_difference_and_decides(self, client, declared, row, officer):
        self.has(declared, "change")
        name, value = self.changed(declared, row)
        form = form_of(declared, row) | {"version": row.version}
        services.change(declared, actor_for(officer), row.pk, {name: value})

        answer = client.post(self.url(f"{row.pk}/edit/"), form)
        row.refresh_from_db()
        page = answer.content.decode()
        assert answer.status_code == 409 and row.version == 2
        assert declared.label(name) in page and str(value) in page

        settled = form | {"version": row.version, "settle": "1", f"take_{name}": "mine"}
        assert client.post(self.url(f"{row.pk}/edit/"), settled).status_code == 302
        row.refresh_from_db()
        assert post_data(declared, {name: getattr(row, name)})[name] == form[name]

    def test_the_history_shows_the_difference(self, client, declared, row, officer):
        self.has(declared, "change")
        name, value = self.changed(declared, row)
        services.change(declared, actor_for(officer), row.pk, {name: value})

        page = client.get(self.url(f"{row.pk}/history/")).content.decode()

        assert declared.label(name) in page and str(value) in page and "第 2 版" in page

    def test_many_rows_are_changed_together(self, client, declared, district, officer, row):
        self.has(declared, "change")
        name = next((n for n in declared.bulk_fields if declared.field(n).choices), "")
        if not name:
            pytest.skip("no field with choices to change")
        other = services.create(declared, actor_for(officer), self.make(district, 3))
        value = declared.field(name).flatchoices[-1][0]
        ticked = {"key": [row.pk, other.pk]}

        preview = client.post(self.url("bulk/edit/"), ticked)
        done = client.post(self.url("bulk/edit/"), ticked | {"fields": name, name: value, "apply": "1"})

        assert "共 2 条" in preview.content.decode()
        assert done.status_code == 302
        assert declared.model.objects.filter(pk__in=[row.pk, other.pk], **{name: value}).count() == 2

    # Delete and restore

    def test_a_deletion_needs_a_reason_and_can_be_taken_back(self, client, declared, row):
        self.has(declared, "delete")
        kept = fields.facts_of(declared, row)

        assert client.post(self.url(f"{row.pk}/delete/"), {"reason": ""}).status_code == 422
        assert client.post(self.url(f"{row.pk}/delete/"), {"reason": REASON}).status_code == 302
        assert not declared.model.objects.filter(pk=row.pk).exists()
        gone = Entry.objects.get(kind=f"{declared.noun}.delete", subject=row.subject)
        assert REASON in client.get(self.url("deleted/")).content.decode()

        assert client.post(self.url(f"deleted/{gone.uid}/restore/")).status_code == 302
        back = declared.model.objects.get(pk=row.pk)
        assert fields.facts_of(declared, back) == kept and back.uid == row.uid

    # Files

    def test_an_import_is_checked_then_done_once_then_undone(self, client, declared, district):
        self.has(declared, "import")
        content = workbook(declared, [self.make(district, 4), self.make(district, 5)])
        before = declared.model.objects.count()

        checked = _upload(client, self.url("import/"), content)
        assert declared.model.objects.count() == before, "a dry run writes nothing"
        done = client.post(checked)
        assert done.status_code == 302, client.get(checked).content.decode()
        assert declared.model.objects.count() == before + 2

        again = client.get(_upload(client, self.url("import/"), content)).content.decode()
        assert "内容与已有记录相同" in again
        assert client.post(f"{checked}undo/").status_code == 302
        assert declared.model.objects.count() == before

    def test_a_wrong_cell_is_named_by_row_and_column_and_nothing_is_stored(self, client, declared, district):
        self.has(declared, "import")
        needed = resources.required_fields(declared)[0]
        wrong = self.make(district, 7) | {needed: None}
        before = declared.model.objects.count()

        checked = _upload(client, self.url("import/"), workbook(declared, [self.make(district, 6), wrong]))
        page = client.get(checked).content.decode()
        refused = client.post(checked)
        marked = load_workbook(io.BytesIO(b"".join(client.get(f"{checked}marked/").streaming_content))).active

        assert '<td class="num">3</td>' in page and resources.heading_of(declared, needed) in page
        assert refused.status_code == 422 and declared.model.objects.count() == before
        assert marked.cell(3, marked.max_column).value

    def test_an_export_holds_what_is_shown_and_is_journaled(self, client, declared, row):
        self.has(declared, "export")
        text = fields.text_of(declared, row, declared.columns[0])

        sheet = load_workbook(io.BytesIO(_body(client.get(self.url("export/?format=xlsx"))))).worksheets[0]
        comma = _body(client.get(self.url("export/?format=csv"))).decode("utf-8-sig")

        assert text in {str(cell.value) for line in sheet.iter_rows() for cell in line}
        assert sheet.freeze_panes and sheet.auto_filter.ref
        assert text.replace('"', '""') in comma
        assert Entry.objects.filter(kind=f"{declared.noun}.export").count() == 2

    def test_paper_and_word_show_the_row(self, client, declared, row):
        text = fields.text_of(declared, row, declared.columns[0])

        printed = client.get(self.url(f"{row.pk}/print/")).content.decode()
        word = docx.Document(io.BytesIO(_body(client.get(self.url(f"{row.pk}/word/")))))
        listed = docx.Document(io.BytesIO(_body(client.get(self.url("word/")))))

        assert text in printed and text in client.get(self.url("print/")).content.decode()
        assert text in {cell.text for line in word.tables[0].rows for cell in line.cells}
        assert text in {cell.text for line in listed.tables[0].rows for cell in line.cells}

    # API

    def test_the_api_lists_adds_changes_and_deletes(self, client, declared, district, row):
        base = f"/api/{self.register}"
        assert row.pk in {item["id"] for item in client.get(base).json()["items"]}
        assert client.get(f"{base}/{row.uid}").json()["id"] == row.pk
        if "add" in declared.all_verbs:
            made = client.post(base, json.dumps(api_data(declared, self.make(district, 8))), "application/json")
            assert made.status_code == 201, made.content.decode()
        if "change" in declared.all_verbs:
            name, value = self.changed(declared, row)
            body = json.dumps({name: value, "version": row.version})
            assert client.patch(f"{base}/{row.pk}", body, "application/json").json()["version"] == 2
            assert client.patch(f"{base}/{row.pk}", body, "application/json").status_code == 409
        if "delete" in declared.all_verbs:
            assert client.delete(f"{base}/{row.pk}").status_code == 422
            assert client.delete(f"{base}/{row.pk}?reason=x").status_code == 204
            assert client.get(f"{base}/{row.pk}").status_code == 404

    # Who may

    def test_nobody_without_a_name_gets_in(self, declared, row):
        assert Client().get(self.url()).status_code == 302
        assert Client().get(self.url(f"{row.pk}/")).status_code == 302
        assert Client().get(f"/api/{self.register}").status_code == 401

    def test_without_the_permission_every_door_is_shut(self, declared, district, row):
        stranger = _signed_in(self._user("stranger", Role.Reach.DISTRICT, district.bureau, "nothing.at_all"))

        for rest in (
            "",
            "add/",
            f"{row.pk}/",
            f"{row.pk}/edit/",
            f"{row.pk}/delete/",
            "export/",
            "import/",
            "print/",
            "deleted/",
        ):
            assert stranger.get(self.url(rest)).status_code in {403, 404}
        assert stranger.get(f"/api/{self.register}/{row.pk}").status_code == 403

    def test_a_neighbour_neither_sees_nor_touches_the_row(self, declared, district, neighbour, row):
        if not (declared.model.scope_area or declared.model.scope_organisation):
            pytest.skip("shared reference: everybody who may view sees all")
        if not any(place_of(row)):
            pytest.skip("the row lies nowhere")
        near = _signed_in(neighbour)
        label = fields.text_of(declared, row, declared.columns[0])

        for rest in (
            f"{row.pk}/",
            f"{row.pk}/edit/",
            f"{row.pk}/delete/",
            f"{row.pk}/history/",
            f"{row.pk}/print/",
            f"{row.pk}/word/",
        ):
            assert near.get(self.url(rest)).status_code == 404
        assert f'data-row="{row.pk}"' not in near.get(self.url()).content.decode()
        assert near.get(f"/api/{self.register}/{row.pk}").status_code == 404
        if "export" in declared.all_verbs:
            assert row.uid not in near.get(self.url("print/")).content.decode()
            assert label not in _body(near.get(self.url("export/?format=csv"))).decode("utf-8-sig")

    def test_a_row_cannot_be_moved_out_of_the_own_scope(self, declared, district, neighbour, row):
        self.has(declared, "add")
        if not (declared.model.scope_area or declared.model.scope_organisation) or not any(place_of(row)):
            pytest.skip("shared reference: it lies nowhere")

        with pytest.raises(NotAllowed):
            services.create(declared, actor_for(neighbour), self.make(district, 9))

    @staticmethod
    def _user(code: str, reach: Role.Reach, organisation: Organisation, *permissions: str) -> User:
        role = Role.objects.create(code=code, name=code, permissions=list(permissions), reach=reach)
        return make_user(role, organisation=organisation)


def post_data(declared: Register, values: dict[str, Any]) -> dict[str, Any]:
    """Return values as a browser posts them."""
    sent: dict[str, Any] = {}
    for name, value in values.items():
        plain = fields.plain(declared.field(name), value)
        if plain is True:
            sent[name] = "on"
        elif plain is not None and plain is not False:
            sent[name] = plain if isinstance(plain, list) else str(plain)
    for name in set(declared.fields) - set(values):
        field = declared.field(name)
        if field.has_default() and not isinstance(field, models.BooleanField) and field.get_default() is not None:
            sent[name] = str(field.get_default())
    return sent


def form_of(declared: Register, row: Any) -> dict[str, Any]:
    """Return what the edit form of a row posts when nothing is typed."""
    names = [name for name in declared.fields if name not in declared.masked]
    return post_data(declared, {name: getattr(row, name) for name in names})


def api_data(declared: Register, values: dict[str, Any]) -> dict[str, Any]:
    """Return values as the API takes them."""
    return {name: fields.plain(declared.field(name), value) for name, value in values.items()}


def workbook(declared: Register, rows: list[dict[str, Any]]) -> bytes:
    """Return an import file with these rows."""
    book = Workbook()
    sheet = book.active
    names = resources.import_fields(declared)
    sheet.append([resources.heading_of(declared, name) for name in names])
    for values in rows:
        sheet.append([_cell(declared, name, values.get(name)) for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def actor_of_everything(declared: Register) -> Actor:
    """Return an actor with every verb of one register in the whole district."""
    from anning.kernel.actor import system

    return system(*(declared.permission(verb) for verb in declared.all_verbs))


def _cell(declared: Register, name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None)
    if isinstance(value, models.Model):
        return next((getattr(value, key) for key in ("code", "credit_code") if getattr(value, key, "")), str(value))
    return value if not isinstance(value, str | bool) else fields.show(declared.field(name), value)


def _upload(client: Client, url: str, content: bytes) -> str:
    uploaded = io.BytesIO(content)
    uploaded.name = "测试.xlsx"
    answer = client.post(url, {"file": uploaded})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content.decode()
    return b"".join(answer.streaming_content)
