"""Errors say what, why and what to do: as a page, as a fragment for htmx, as JSON for the API."""

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.test import RequestFactory

from anning.kernel.errors import Conflict, IllegalMove, NotAllowed, NotFound, Refused
from anning.ui import errors
from anning.ui.middleware import Maintenance

STATUSES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


@pytest.fixture
def asked():
    return RequestFactory().get("/somewhere")


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_page_says_what_why_and_what_to_do(asked, status):
    answer = errors.answer(asked, status)
    content = answer.content.decode()
    words = errors.WORDS[status]

    assert answer.status_code == status
    assert all(str(text) in content for text in (words.heading, words.message, words.remedy))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowed("甲"), 403),
        (NotFound("甲"), 404),
        (IllegalMove("甲"), 409),
        (Conflict("甲"), 409),
        (Refused("甲"), 422),
    ],
)
def test_the_errors_of_the_house_have_their_status(asked, error, status):
    assert errors.page(asked, error).status_code == status


def test_bad_fields_are_named(asked):
    error = Refused("没有保存", "请改正", fields={"电话": "应为 11 位数字"})

    assert "电话：应为 11 位数字" in errors.page(asked, error).content.decode()


def test_htmx_gets_a_message_for_its_place():
    request = RequestFactory().get("/somewhere", headers={"HX-Request": "true"})

    answer = errors.page(request, Conflict("已被他人修改", "请刷新"))

    assert answer["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode() and "已被他人修改" in answer.content.decode()


def test_the_api_gets_json():
    answer = errors.answer(RequestFactory().get("/api/nothing"), 404)

    assert answer["Content-Type"] == "application/json"


def test_a_body_beyond_the_limit_is_too_big(asked):
    assert errors.bad_request(asked, RequestDataTooBig()).status_code == 413


def test_asking_too_often_says_when_to_come_back(asked):
    assert errors.too_many(asked, 60)["Retry-After"] == "60"


def test_the_way_back_stays_on_our_host():
    foreign = RequestFactory().get("/x", headers={"referer": "https://elsewhere.example/"})
    own = RequestFactory().get("/x", headers={"referer": "http://testserver/r/documents/", "host": "testserver"})

    assert "elsewhere" not in errors.answer(foreign, 404).content.decode()
    assert 'href="http://testserver/r/documents/"' in errors.answer(own, 404).content.decode()


def test_an_unknown_address_gets_the_page(client_of):
    answer = client_of("duty").get("/no/such/page")

    assert answer.status_code == 404 and "没有找到" in answer.content.decode()


class TestMaintenance:
    """A file in the home folder closes the platform for all but those who look after it."""

    @pytest.fixture
    def closed(self, tmp_path, monkeypatch):
        monkeypatch.setattr(settings, "HOME", tmp_path)
        (tmp_path / "maintenance").write_text("今晚 22 点前恢复\n第二行")

    def answer(self, user, path="/duty"):
        request = RequestFactory().get(path)
        request.user = user
        return Maintenance(lambda _request: errors.HttpResponse("open"))(request)

    def test_the_duty_officer_reads_the_note(self, closed, user_of):
        answer = self.answer(user_of("duty"))

        assert answer.status_code == 503 and "今晚 22 点前恢复" in answer.content.decode()

    def test_the_system_administrator_goes_on(self, closed, user_of):
        assert self.answer(user_of("admin")).content == b"open"

    def test_health_stays_open(self, closed, user_of):
        assert self.answer(user_of("duty"), "/health").content == b"open"

    def test_without_the_file_all_is_open(self, user_of):
        assert self.answer(user_of("duty")).content == b"open"
