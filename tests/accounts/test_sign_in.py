"""Signing in: the password, locks, the session it opens."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import override_settings
from django.urls import reverse

import anning.settings
from anning.accounts import services
from anning.accounts.models import SignInGuard, SignInSession
from anning.journal.models import Entry
from anning.kernel import clock, rulebook
from anning.kernel.errors import Refused
from tests.accounts.journaled import kinds
from tests.district import PASSWORD
from tests.races import successes, together

TRIES = rulebook.value("ACC-LOCK-FAILURES")


def sign_in(client, username, password=PASSWORD, **facts):
    return client.post(reverse("accounts:sign_in"), {"username": username, "password": password, **facts})


def fail(username, times, address="10.0.0.1"):
    for _ in range(times):
        with pytest.raises(Refused):
            services.check_password(username, "wrong", address=address)


def test_the_product_hashes_passwords_with_argon2(db, user_of):
    with override_settings(PASSWORD_HASHERS=anning.settings.PASSWORD_HASHERS):
        user = user_of("duty")
        user.password = make_password(PASSWORD)
        user.save()

        assert user.password.startswith("argon2$argon2id$")
        assert services.check_password(user.username, PASSWORD, address="10.0.0.1") == user


def test_the_right_password_opens_a_journaled_session(client, officer):
    answer = sign_in(client, "zhiban", next="/account")

    assert (answer.status_code, answer.url) == (302, "/account")
    session = SignInSession.objects.get(user=officer, ended_at=None)
    assert session.session_key == client.session.session_key
    assert session.address == "127.0.0.1"
    entry = Entry.objects.get(kind="user.sign_in")
    assert (entry.subject, entry.actor) == (officer.subject, officer.subject)
    assert "127.0.0.1" not in entry.body and "zhiban" not in entry.body


def test_the_session_key_changes_at_sign_in(client, officer):
    client.get(reverse("accounts:sign_in"))
    session = client.session
    session["before"] = 1
    session.save()
    key = session.session_key

    sign_in(client, "zhiban")

    assert client.session.session_key != key


def test_a_wrong_password_and_an_unknown_name_look_the_same(client, officer):
    wrong, unknown = sign_in(client, "zhiban", "wrong"), sign_in(client, "nobody", "wrong")

    assert wrong.status_code == unknown.status_code == 422
    alerts = [re.findall(r"<strong>(.*?)</strong>", answer.content.decode()) for answer in (wrong, unknown)]
    assert alerts[0] == alerts[1] == ["账号或密码不正确"]


def test_a_failure_is_journaled_without_the_name_that_was_typed(client, officer):
    sign_in(client, "zhiban", "wrong")
    sign_in(client, "lisi-mima-123", "wrong")

    known, unknown = Entry.objects.filter(kind="user.sign_in_failed").order_by("pk")
    assert (known.subject, unknown.subject) == (officer.subject, "user:unknown")
    assert "lisi" not in unknown.body and "127.0.0.1" not in known.body


def test_an_inactive_user_cannot_sign_in(officer):
    officer.is_active = False
    officer.save()

    with pytest.raises(Refused):
        services.check_password("zhiban", PASSWORD, address="10.0.0.1")


@pytest.mark.parametrize("username", ["zhiban", "nobody"])
def test_a_name_locks_after_too_many_failures_whether_it_exists_or_not(officer, username):
    fail(username, TRIES)

    with pytest.raises(Refused) as refused:
        services.check_password(username, PASSWORD, address="10.0.0.2")
    assert refused.value.fields == {"locked": str(rulebook.value("ACC-LOCK-MINUTES"))}
    assert "分钟后再试" in refused.value.message


def test_the_lock_is_journaled_once(officer):
    fail("zhiban", TRIES + 3)

    assert kinds().count("user.lock") == 1


def test_the_lock_ends_by_itself(officer):
    fail("zhiban", TRIES)
    SignInGuard.objects.update(locked_until=clock.now() - timedelta(seconds=1))

    assert services.check_password("zhiban", PASSWORD, address="10.0.0.1") == officer


def test_a_success_clears_the_count(officer):
    fail("zhiban", TRIES - 1)
    services.check_password("zhiban", PASSWORD, address="10.0.0.1")
    fail("zhiban", TRIES - 1)

    assert services.check_password("zhiban", PASSWORD, address="10.0.0.1") == officer


def test_an_address_locks_after_failures_under_many_names(officer):
    for number in range(rulebook.value("ACC-ADDRESS-FAILURES")):
        fail(f"name{number}", 1, address="10.0.0.9")

    with pytest.raises(Refused, match="锁定"):
        services.check_password("zhiban", PASSWORD, address="10.0.0.9")
    assert services.check_password("zhiban", PASSWORD, address="10.0.0.8") == officer


def test_a_success_does_not_let_an_address_guess_for_ever(officer):
    for number in range(rulebook.value("ACC-ADDRESS-FAILURES")):
        fail(f"name{number}", 1, address="10.0.0.9")
        if number < 5:
            services.check_password("zhiban", PASSWORD, address="10.0.0.9")

    with pytest.raises(Refused, match="锁定"):
        services.check_password("zhiban", PASSWORD, address="10.0.0.9")


def test_the_page_says_how_many_minutes_a_lock_lasts(client, officer):
    fail("zhiban", TRIES)

    answer = sign_in(client, "zhiban")

    assert answer.status_code == 422
    assert f"请 {rulebook.value('ACC-LOCK-MINUTES')} 分钟后再试" in answer.content.decode()


def test_the_page_leads_only_to_this_site(client, officer):
    assert sign_in(client, "zhiban", next="https://evil.example/").url == "/"


def test_whoever_is_signed_in_does_not_see_the_sign_in_page(client, officer):
    sign_in(client, "zhiban")

    assert client.get(reverse("accounts:sign_in")).status_code == 302


def test_the_sign_in_page_is_not_kept_by_caches(client, db):
    assert "no-store" in client.get(reverse("accounts:sign_in"))["Cache-Control"]


def test_signing_out_ends_the_session_and_journals_it(client, officer):
    sign_in(client, "zhiban")

    client.post(reverse("accounts:sign_out"))

    assert client.get(reverse("accounts:account")).status_code == 302
    assert not SignInSession.objects.filter(ended_at=None).exists()
    assert kinds()[-1] == "user.sign_out"


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_no_more_than_guesses_in_a_row(user_of):
    user_of("duty", username="zhiban")

    def guess():
        try:
            services.check_password("zhiban", "wrong", address="10.0.0.1")
        except Refused as refused:
            return refused.message

    answers = successes(together(*[guess] * (TRIES + 5)))

    assert len(answers) == TRIES + 5
    assert sum("不正确" in answer for answer in answers) == TRIES
    assert Entry.objects.filter(kind="user.sign_in_failed").count() == TRIES
