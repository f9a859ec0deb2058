"""The second factor."""

import time
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from django.urls import reverse

from anning.accounts import logic, services
from anning.accounts.selectors import actor_for
from anning.kernel import rulebook
from anning.kernel.errors import NotAllowed, Refused
from tests.accounts.journaled import kinds
from tests.district import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def guarded(user_of):
    """A user with a second factor."""
    return user_of("duty", username="zhiban", totp_secret=SECRET)


def code() -> str:
    return pyotp.TOTP(SECRET).at(time.time())


def test_a_code_fits_in_its_step_and_the_neighbours():
    totp, now = pyotp.TOTP(SECRET), 1_800_000_015

    steps = [logic.totp_step(SECRET, totp.at(now + drift), at_s=now, used=0) for drift in (-60, -30, 0, 30, 60)]

    assert steps == [0, now // 30 - 1, now // 30, now // 30 + 1, 0]


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567", "１２３４５６"])
def test_what_is_no_code_fits_never(typed):
    assert logic.totp_step(SECRET, typed, at_s=time.time(), used=0) == 0


def test_enrolling_asks_for_nothing_until_a_code_confirms_it(officer):
    actor = actor_for(officer)
    address = services.enrol_totp(officer.pk, actor)
    secret = parse_qs(urlsplit(address).query)["secret"][0]
    officer.refresh_from_db()
    assert not officer.has_totp

    with pytest.raises(Refused):
        services.confirm_totp(officer.pk, "000000" if pyotp.TOTP(secret).now() != "000000" else "111111", actor)
    services.confirm_totp(officer.pk, pyotp.TOTP(secret).now(), actor)

    officer.refresh_from_db()
    assert officer.has_totp and officer.totp_secret == secret
    assert kinds()[-1] == "user.totp_on"


def test_the_secret_is_encrypted_in_the_database(guarded, django_db_blocker):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT totp_secret FROM accounts_user WHERE username = 'zhiban'")
        assert SECRET not in cursor.fetchone()[0]


def test_sign_in_asks_for_the_code(client, guarded):
    first = client.post(reverse("accounts:sign_in"), {"username": "zhiban", "password": PASSWORD, "next": "/account"})
    assert first.url == reverse("accounts:second_factor")
    assert client.get(reverse("accounts:account")).status_code == 302

    second = client.post(reverse("accounts:second_factor"), {"code": code()})

    assert second.url == "/account"
    assert client.get(reverse("accounts:account")).status_code == 200


def test_a_code_counts_once(guarded):
    used = code()
    services.check_totp(guarded.pk, used, address="10.0.0.1")

    with pytest.raises(Refused, match="已使用过"):
        services.check_totp(guarded.pk, used, address="10.0.0.1")


def test_wrong_codes_lock_the_name_too(guarded):
    wrong = "000000" if code() != "000000" else "111111"
    for _ in range(rulebook.value("ACC-LOCK-FAILURES")):
        with pytest.raises(Refused, match="动态口令不正确"):
            services.check_totp(guarded.pk, wrong, address="10.0.0.1")

    with pytest.raises(Refused, match="锁定"):
        services.check_totp(guarded.pk, code(), address="10.0.0.1")
    with pytest.raises(Refused, match="锁定"):
        services.check_password("zhiban", PASSWORD, address="10.0.0.1")


def test_the_second_step_needs_the_first(client, guarded):
    assert client.post(reverse("accounts:second_factor"), {"code": code()}).url == reverse("accounts:sign_in")


def test_turning_off_needs_the_password(guarded):
    with pytest.raises(Refused):
        services.disable_totp(guarded.pk, actor_for(guarded), password="wrong")

    services.disable_totp(guarded.pk, actor_for(guarded), password=PASSWORD)

    guarded.refresh_from_db()
    assert not guarded.has_totp


def test_the_security_administrator_helps_whoever_lost_the_phone(guarded, security, admin):
    with pytest.raises(NotAllowed):
        services.disable_totp(guarded.pk, admin)

    services.disable_totp(guarded.pk, security)

    guarded.refresh_from_db()
    assert not guarded.has_totp


def test_the_page_shows_a_picture_that_needs_no_other_host(client, officer):
    client.force_login(officer)

    page = client.get(reverse("accounts:totp")).content.decode()

    assert 'src="data:image/svg+xml' in page
