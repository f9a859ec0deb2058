"""Sign-in through an identity provider, against a real one on this machine."""

import time
from urllib.parse import urlsplit

import httpx
import pytest
from django.urls import reverse
from joserfc.jwk import RSAKey

from anning.accounts.models import User
from anning.journal.models import Entry
from tests.accounts.provider import CLIENT, SECRET, Provider


@pytest.fixture
def provider(settings):
    """A running provider that the platform is configured for."""
    with Provider() as provider:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = provider.issuer, CLIENT, SECRET
        yield provider


@pytest.fixture
def bound(officer) -> User:
    """An account that carries the provider's subject."""
    officer.oidc_subject = "emp-001"
    officer.save()
    return officer


def go(client, next_url="/account"):
    """Walk the browser to the provider; return the address that it sends the browser back to."""
    away = client.get(reverse("accounts:oidc_start"), {"next": next_url})
    assert away.status_code == 302
    back = urlsplit(httpx.get(away.url).headers["Location"])
    return f"{back.path}?{back.query}"


def refused(answer):
    return answer.status_code == 422 and not answer.wsgi_request.user.is_authenticated


def test_who_is_known_to_the_provider_and_bound_here_is_signed_in(client, provider, bound):
    answer = client.get(go(client))

    assert answer.url == "/account"
    assert client.get("/account").context["me"] == bound


def test_somebody_who_is_not_bound_gets_no_account(client, provider, officer):
    answer = client.get(go(client))

    assert refused(answer) and "尚未绑定" in answer.content.decode()
    assert Entry.objects.get(kind="user.sign_in_failed").data == {"reason": "oidc_unbound"}


def test_a_locked_account_is_not_signed_in(client, provider, bound):
    bound.is_active = False
    bound.save()

    assert refused(client.get(go(client)))


def test_an_empty_subject_matches_nobody(client, provider, officer):
    provider.subject = ""

    assert refused(client.get(go(client)))


def test_the_answer_for_another_browser_is_refused(client, client_of, provider, bound):
    from django.test import Client

    theirs = go(Client())
    go(client)

    assert refused(client.get(theirs))


def test_an_answer_counts_once(client, provider, bound):
    back = go(client)
    client.get(back)
    client.post(reverse("accounts:sign_out"))

    assert refused(client.get(back))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3600},
        {"nonce": "another"},
    ],
)
def test_a_token_that_says_something_else_is_refused(client, provider, bound, claims):
    provider.claims = claims

    assert refused(client.get(go(client)))


def test_a_token_that_somebody_else_signed_is_refused(client, provider, bound):
    provider.key = RSAKey.generate_key(2048, {"kid": "1"})

    assert refused(client.get(go(client)))


def test_a_wrong_secret_is_refused(client, provider, bound, settings):
    settings.OIDC_CLIENT_SECRET = "wrong"

    assert refused(client.get(go(client)))


def test_an_error_of_the_provider_is_explained(client, provider, bound):
    go(client)
    answer = client.get(reverse("accounts:oidc_return"), {"error": "access_denied"})

    assert refused(answer) and "没有通过" in answer.content.decode()


def test_the_button_is_shown_only_where_a_provider_is_configured(client, db, settings):
    assert "oidc" not in client.get(reverse("accounts:sign_in")).content.decode()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_NAME = "http://127.0.0.1:9", "anning", "津治通登录"

    assert "津治通登录" in client.get(reverse("accounts:sign_in")).content.decode()


def test_a_provider_that_is_away_is_explained(client, db, settings):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = "http://127.0.0.1:9", "anning"

    answer = client.get(reverse("accounts:oidc_start"))

    assert answer.status_code == 422 and "没有回应" in answer.content.decode()


def test_without_a_provider_there_is_nothing_to_start(client, db):
    assert client.get(reverse("accounts:oidc_start")).status_code == 422
