"""Keys for machines."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from anning.accounts import logic, services
from anning.accounts.models import ApiToken
from anning.accounts.selectors import actor_for
from anning.kernel import clock, rulebook
from anning.kernel.errors import NotAllowed, Refused
from tests.accounts.journaled import kinds

VIEW = "tasks.view_task"


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def issued(officer):
    """A key of the officer, with its secret."""
    return services.issue_token("气象接口", [VIEW], 30, actor_for(officer))


def test_a_key_is_shown_once_and_kept_as_a_digest(issued):
    _token, secret = issued

    assert secret.startswith("anning_")
    assert ApiToken.objects.get().digest == logic.secret_digest(secret)
    assert kinds()[-1] == "token.create"


def test_a_key_may_only_what_it_names(issued, officer):
    actor = services.actor_of_token(issued[1])

    assert actor.name == f"token:{issued[0].pk}"
    assert actor.permissions == {VIEW}
    assert actor.scope == actor_for(officer).scope


def test_a_key_loses_what_its_user_loses(issued, officer, roles):
    officer.roles.set([roles["auditor"]])

    assert services.actor_of_token(issued[1]).permissions == frozenset()


def test_a_key_never_gets_more_than_its_user(officer):
    with pytest.raises(Refused, match="没有这些权限"):
        services.issue_token("x", ["accounts.grant_role"], 30, actor_for(officer))


@pytest.mark.parametrize("days", [0, -1, rulebook.value("ACC-TOKEN-DAYS") + 1])
def test_a_key_lives_no_longer_than_the_rulebook_allows(officer, days):
    with pytest.raises(Refused, match="有效期"):
        services.issue_token("x", [VIEW], days, actor_for(officer))


@pytest.mark.parametrize("facts", [{"expires_at": clock.now() - timedelta(seconds=1)}, {"revoked_at": clock.now()}])
def test_a_key_that_is_over_opens_nothing(issued, facts):
    ApiToken.objects.update(**facts)

    assert services.actor_of_token(issued[1]) is None


def test_the_key_of_a_locked_user_opens_nothing(issued, officer, security):
    services.lock_user(officer.pk, security, reason="调离")

    assert services.actor_of_token(issued[1]) is None


def test_a_key_issues_no_keys(issued):
    actor = services.actor_of_token(issued[1])

    with pytest.raises(NotAllowed):
        services.issue_token("x", [VIEW], 1, actor)


def test_a_key_opens_the_api_and_no_page(issued):
    client = Client()

    assert client.get("/api/tasks", headers=bearer(issued[1])).status_code == 200
    assert client.get("/account", headers=bearer(issued[1])).status_code == 302


@pytest.mark.parametrize("secret", ["", "anning_wrong", "x" * 5000])
def test_a_wrong_key_is_refused(db, secret):
    assert Client().get("/api/tasks", headers=bearer(secret)).status_code == 401


def test_a_key_in_the_header_outweighs_the_cookie(issued, client_of):
    client = client_of("lead")

    assert client.get("/api/tasks", headers=bearer("anning_wrong")).status_code == 401


def test_a_browser_changes_nothing_by_the_api_without_the_forms_protection(officer, issued):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(officer)

    assert browser.post("/api/tasks", {}, content_type="application/json").status_code == 403
    machine = Client(enforce_csrf_checks=True).post(
        "/api/tasks", {}, content_type="application/json", headers=bearer(issued[1])
    )
    assert "防伪" not in machine.content.decode()


def test_a_revoked_key_is_journaled(issued, officer):
    services.revoke_token(issued[0].pk, actor_for(officer))

    assert services.actor_of_token(issued[1]) is None
    assert kinds()[-1] == "token.revoke"


def test_nobody_revokes_the_key_of_another(issued, actor_of):
    with pytest.raises(NotAllowed):
        services.revoke_token(issued[0].pk, actor_of("lead"))


def test_the_page_shows_the_secret_once(client, officer):
    client.force_login(officer)

    shown = client.post(reverse("accounts:token_add"), {"name": "气象", "days": 30, "permissions": [VIEW]})

    secret = shown.context["secret"]
    assert secret in shown.content.decode() and "no-store" in shown["Cache-Control"]
    assert secret not in client.get(reverse("accounts:account")).content.decode()
    assert services.actor_of_token(secret)
