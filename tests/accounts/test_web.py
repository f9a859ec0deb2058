"""From a request to the Actor: cost, demo accounts, where a request comes from."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings

from anning.accounts import browsers, selectors, services
from anning.accounts.web import SignInRequired
from anning.accounts.web import actor_of as actor_of_request
from anning.kernel import rulebook

ACTOR_QUERIES = 4  # session, user with person, unit and area; roles; memberships


@pytest.fixture
def demo(user_of):
    """A demo account."""
    return user_of("duty", is_demo=True)


def test_finding_out_who_asks_takes_four_queries(client_of, district):
    client = client_of("town")
    client.get("/clock")  # the first request of a session marks when it began

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/nowhere")

    accounts = [q["sql"] for q in queries if "accounts_" in q["sql"] or "django_session" in q["sql"]]
    assert len(accounts) <= ACTOR_QUERIES


def test_nobody_costs_nothing(client, db):
    with CaptureQueriesContext(connection) as queries:
        client.get("/clock")

    assert len(queries) == 0


def test_nobody_is_an_actor_without_any_permission(rf):
    actor = actor_of_request(rf.get("/"))

    assert actor.name == "anonymous" and not actor.permissions
    assert not actor.scope.covers(area_code="120117", organisation_path="/1/")


@pytest.mark.parametrize(
    "origin",
    [
        {"REMOTE_ADDR": "192.168.1.20"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.168.1.20"},
        {"REMOTE_ADDR": "::ffff:192.168.1.20"},
        {"REMOTE_ADDR": "nonsense"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.168.1.20"},
    ],
)
def test_nothing_is_served_outside_loopback_while_demo_accounts_exist(client, demo, origin):
    answer = client.get("/sign-in", **origin)

    assert answer.status_code == 403
    assert "演示" in answer.content.decode()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_demo_accounts_are_served_on_loopback(client, demo, address):
    assert client.get("/sign-in", REMOTE_ADDR=address).status_code == 200


def test_without_demo_accounts_everybody_is_served(client, demo):
    demo.is_active = False
    demo.save()

    assert client.get("/sign-in", REMOTE_ADDR="192.168.1.20").status_code == 200


def test_an_address_told_by_a_stranger_does_not_count():
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR="1.2.3.4")

    assert browsers.address_of(request) == "10.0.0.5"


@override_settings(TRUSTED_PROXIES=["10.0.0.5"])
def test_an_address_told_by_the_own_proxy_counts():
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR="6.6.6.6, 1.2.3.4")

    assert browsers.address_of(request) == "1.2.3.4"


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/109.0.0.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Linux; Android 8.0) Chrome/86 MicroMessenger/8.0", "微信 · 安卓"),
        ("curl/8.0", "其他浏览器"),
    ],
)
def test_a_browser_is_named_in_words_that_its_user_knows(agent, shown):
    assert browsers.browser_of(RequestFactory().get("/", HTTP_USER_AGENT=agent)) == shown


def test_a_view_that_says_nothing_is_closed_to_nobody(rf):
    request = rf.get("/anything?page=2")
    request.user = AnonymousUser()
    gate = SignInRequired(lambda _request: HttpResponse())

    answer = gate.process_view(request, lambda _request: HttpResponse(), (), {})

    assert answer is not None and answer["Location"] == "/sign-in?next=%2Fanything%3Fpage%3D2"
    assert gate.process_view(request, login_not_required(lambda _request: HttpResponse()), (), {}) is None


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://elsewhere.example/account?tab=1"}

    answer = client.get("/counts", headers=headers)

    assert answer["HX-Redirect"] == "/sign-in?next=%2Faccount%3Ftab%3D1"


def test_a_machine_reads_the_numbers_with_a_token_and_nothing_else(client, user_of):
    admin = user_of("admin")
    _token, secret = services.issue_token("Prometheus", ["ops.view_health"], 10, selectors.actor_for(admin))
    bearer = {"Authorization": f"Bearer {secret}"}

    assert client.get("/metrics", headers=bearer).status_code == 200
    assert client.get("/ops/state/", headers=bearer)["Location"].startswith("/sign-in")


def test_every_rule_that_accounts_asks_for_exists():
    sources = Path(browsers.__file__).parent.rglob("*.py")
    asked = {name for source in sources for name in re.findall(r'"(ACC-[A-Z-]+)"', source.read_text())}

    assert len(asked) >= 13
    assert all(rulebook.value(name) > 0 for name in asked)
