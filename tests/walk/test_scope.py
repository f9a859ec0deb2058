"""A town officer with every permission there is cannot reach another town's records, by any way.

Every text of town B carries a marker; no answer to the officer of town A may contain it, and no
request may change a row of town B. That the same ways do find town A proves that they were open.
"""

from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from anning.accounts.models import Role, User
from anning.accounts.selectors import actor_for
from anning.journal import selectors as journal
from anning.ui.records import services
from anning.ui.records.resources import heading_of, import_fields
from tests.district import District
from tests.hostile.files import workbook
from tests.walk import routes
from tests.walk.parameters import samples
from tests.walk.reading import text_of
from tests.walk.scene import (
    MARK_A,
    MARK_B,
    Town,
    make_officer,
    scoped_registers,
    subjects_of,
    whole_district,
    with_history,
)
from tests.walk.watching import undone

BOTH = "QZMARK"  # what the markers of both towns begin with: finds the rows of either
REGISTERS = [pytest.param(register, id=register.name) for register in scoped_registers()]


@pytest.fixture(scope="module")
def officer(district: District) -> User:
    """The officer of town A, with all permissions but the reach of the town."""
    return make_officer(district)


@pytest.fixture
def client(officer: User) -> Client:
    """The browser of the officer."""
    signed_in = Client(raise_request_exception=False)
    signed_in.force_login(officer)
    return signed_in


@pytest.fixture(scope="module")
def towns(town_a: Town, town_b: Town) -> tuple[Town, Town]:
    """Both towns, each with history: every row was changed once, and the change is sealed."""
    return with_history(town_a, town_b)


def fingerprint(towns: tuple[Town, Town]) -> dict[str, Any]:
    """Return all stored values of town B's rows."""
    rows = towns[1].rows
    return {r.name: r.model.all_objects.filter(pk=rows[r.name].pk).values().first() for r in scoped_registers()}


@pytest.mark.parametrize("register", REGISTERS)
class TestRegister:
    """One register: each way to its rows."""

    def test_by_list_and_search_box(self, register, client, towns):
        listed = text_of(client.get(reverse("records:list", args=[register.name])))
        found = text_of(client.get(reverse("records:list", args=[register.name]), {"q": BOTH}))

        assert MARK_B not in listed + found
        assert MARK_A in listed

    def test_by_filter(self, register, client, towns, district):
        there = {Role: None, "Area": district.town_b.area.pk, "Organisation": district.town_b.government.pk}
        for path in register.filters:
            field = register.field(path)
            related = field.related_model.__name__ if field.related_model else ""
            own = "" if "__" in path else field.value_from_object(towns[1].rows[register.name])
            asked = there.get(related) or ("" if own is None or isinstance(own, list) else own)
            answer = text_of(client.get(reverse("records:list", args=[register.name]), {path: asked}))

            for echo in (str(asked), quote(str(asked))):  # in the box, and in the page's own addresses
                answer = answer.replace(echo.upper(), "")
            assert MARK_B not in answer, path

    @pytest.mark.parametrize("name", ["detail", "edit", "delete", "history", "print", "word", "text"])
    @pytest.mark.parametrize("key", ["pk", "uid"])
    def test_by_key(self, register, name, key, client, towns):
        before = fingerprint(towns)
        url = reverse(f"records:{name}", args=[register.name, getattr(towns[1].rows[register.name], key)])

        read, written = client.get(url), client.post(url, {"reason": "测试", "version": 1})

        of_the_three = {403} if register.name in {"users", "roles"} else set()  # refused before anything is read
        assert {read.status_code, written.status_code} <= {404, 405} | of_the_three
        assert MARK_B not in text_of(read) + text_of(written)
        assert fingerprint(towns) == before

    def test_by_reveal(self, register, client, towns):
        for name in register.masked:
            url = reverse("records:reveal", args=[register.name, towns[1].rows[register.name].pk, name])
            response = client.post(url, {"reason": "测试"})

            assert response.status_code == 404
            assert MARK_B not in text_of(response)

    @pytest.mark.parametrize("name", ["list_print", "list_word", "map", "features"])
    def test_by_paper_and_map(self, register, name, client, towns):
        response = client.get(reverse(f"records:{name}", args=[register.name]), {"q": BOTH})

        assert MARK_B not in text_of(response)

    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    def test_by_export(self, register, form, client, towns):
        if "export" not in register.verbs:
            return
        response = client.get(reverse("records:export", args=[register.name]), {"format": form})
        text = text_of(response)

        assert response.status_code == 200
        assert MARK_B not in text
        assert MARK_A in text

    def test_by_type_ahead(self, register, client, towns):
        for name in {*register.fields, *register.filters}:
            url = reverse("records:choices", args=[register.name, name])

            assert MARK_B not in text_of(client.get(url, {"q": BOTH})) + text_of(client.get(url))

    def test_by_bulk_edit_and_bulk_delete(self, register, client, towns):
        before = fingerprint(towns)
        forms = [{"key": [row.pk for row in (town.rows[register.name] for town in towns)]}, {"all": "1", "filters": ""}]
        for form in forms:
            for name in ("bulk_edit", "bulk_delete"):
                with undone():
                    asked = {**form, "apply": "1", "reason": "测试", "fields": list(register.bulk_fields)}
                    answer = text_of(client.post(reverse(f"records:{name}", args=[register.name]), asked))

                    assert MARK_B not in answer
                    assert fingerprint(towns) == before

    def test_by_an_import_that_updates(self, register, client, towns):
        if not register.key or "import" not in register.verbs:
            return
        before, theirs = fingerprint(towns), towns[1].rows[register.name]
        names = import_fields(register)
        cells = [str(value if (value := getattr(theirs, name)) is not None else "") for name in names]
        sheet = workbook([[heading_of(register, name) for name in names], cells])

        url = reverse("records:import", args=[register.name])
        answer = client.post(url, {"file": named("行.xlsx", sheet), "update": "1"})
        confirmed = client.post(answer["Location"], {"only_good": "1"}) if answer.status_code == 302 else answer

        assert confirmed.status_code in {302, 404, 409, 422}
        assert fingerprint(towns) == before

    def test_by_deleted_rows(self, register, client, towns):
        if "delete" not in register.verbs:
            return
        entry = services.delete(register, whole_district(), towns[1].rows[register.name].pk, reason=MARK_B)

        listed = text_of(client.get(reverse("records:deleted", args=[register.name])))
        restored = client.post(reverse("records:restore", args=[register.name, entry.uid]))

        assert MARK_B not in listed
        assert restored.status_code == 404
        assert not register.model.all_objects.filter(pk=towns[1].rows[register.name].pk).exists()


class TestEverywhere:
    """What is not one register's."""

    def test_by_any_address(self, client, towns):
        """Sweep every page with the keys of town B."""
        wrong = []
        for route in routes.pages():
            for facts in samples(route, towns[1]):
                with undone():
                    url = reverse(route.name, kwargs=facts)
                    if MARK_B in text_of(client.get(url)):
                        wrong.append(url)

        assert wrong == []

    @pytest.mark.parametrize("name", ["ui:search", "ui:search_answers"])
    def test_by_global_search(self, name, client, towns):
        text = text_of(client.get(reverse(name), {"q": BOTH}))

        assert MARK_B not in text
        assert MARK_A in text

    def test_by_journal_and_its_export(self, client, towns):
        theirs = {entry.uid for entry in journal.Entry.objects.filter(area_code__startswith="120117107")}
        pages = [text_of(client.get(reverse("live:entry_list"), {"export": each})) for each in ("", "csv", "xlsx")]
        details = [client.get(reverse("live:entry_detail", args=[uid])) for uid in theirs]

        assert theirs
        assert all(MARK_B not in page for page in pages)
        assert {response.status_code for response in details} == {404}

    def test_by_live_poll(self, client, towns):
        subjects = subjects_of(*towns)
        told = client.get(reverse("live:poll"), {"after": "0"}).json()["entries"]

        assert {entry["subject"] for entry in told} & subjects[0]
        assert not {entry["subject"] for entry in told} & subjects[1]

    def test_by_what_the_tail_selects(self, officer, towns):
        ours, theirs = subjects_of(*towns)
        told = {entry.subject for entry in journal.tail(actor_for(officer), 0, 1000)}

        assert told & ours
        assert not told & theirs


def named(name: str, content: bytes) -> Any:
    """Return an uploaded file."""
    return SimpleUploadedFile(name, content)
