"""Sessions and bound phones."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from anning.accounts import logic, services
from anning.accounts.models import Device, SignInSession
from anning.accounts.selectors import actor_for
from anning.accounts.web import BEGAN, DEVICE_COOKIE, SEEN
from anning.journal.models import Entry
from anning.kernel import clock, rulebook
from anning.kernel.errors import NotAllowed
from tests.accounts.journaled import kinds
from tests.district import PASSWORD

IDLE_S = rulebook.value("ACC-SESSION-IDLE-MINUTES") * 60
WHOLE_S = rulebook.value("ACC-SESSION-HOURS") * 3600
PARALLEL = rulebook.value("ACC-SESSION-PARALLEL")
ACCOUNT = "/account"


def signed_in(**facts):
    client = Client()
    client.post(reverse("accounts:sign_in"), {"username": "zhiban", "password": PASSWORD, **facts})
    return client


def is_in(client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def let_pass(client, seconds, *names):
    """Move the session's marks into the past."""
    session = client.session
    for name in names:
        session[name] = time.time() - seconds
    session.save()


def test_a_session_without_use_ends(officer):
    client = signed_in()
    let_pass(client, IDLE_S + 1, SEEN)

    assert not is_in(client)


def test_a_session_in_use_goes_on(officer):
    client = signed_in()
    let_pass(client, IDLE_S - 30, SEEN)

    assert is_in(client)
    assert time.time() - client.session[SEEN] < 30


def test_a_page_that_asks_by_itself_keeps_no_session_alive(officer):
    client = signed_in()
    let_pass(client, IDLE_S - 30, SEEN)

    client.get(ACCOUNT, headers={"X-Anning-Poll": "1"})

    assert time.time() - client.session[SEEN] > IDLE_S - 60


def test_the_longest_session_ends_also_in_use(officer):
    client = signed_in()
    let_pass(client, WHOLE_S + 1, BEGAN)

    assert not is_in(client)


def test_one_session_too_many_ends_the_oldest(officer):
    clients = [signed_in() for _ in range(PARALLEL + 1)]

    assert [is_in(client) for client in clients] == [False] + [True] * PARALLEL
    assert Entry.objects.filter(kind="user.sign_out").get().data["reason"] == "parallel"


def test_a_quick_clock_signs_nobody_out_early():
    assert logic.SessionLimits.on_the_clock() == logic.SessionLimits.real()  # this run's clock is the real one
    assert logic.really(timedelta(hours=1)) == timedelta(hours=1)


def test_a_user_sees_and_ends_the_own_sessions(officer):
    here, there = signed_in(), signed_in()
    session = officer.sessions.get(session_key=there.session.session_key)
    assert "本次登录" in here.get(ACCOUNT).content.decode()

    here.post(reverse("accounts:session_end", args=[session.pk]))

    assert is_in(here) and not is_in(there)


def test_nobody_ends_the_session_of_another(officer, client_of):
    there = signed_in()

    answer = client_of("lead").post(reverse("accounts:session_end", args=[officer.sessions.get().pk]))

    assert answer.status_code == 403 and is_in(there)


def test_the_security_administrator_ends_a_session(officer, security):
    there = signed_in()

    services.end_session(officer.sessions.get().pk, security)

    assert not is_in(there)


def test_sessions_that_ran_out_are_closed_and_later_forgotten(officer):
    signed_in()
    now = clock.now()
    SignInSession.objects.update(seen_at=now - timedelta(seconds=IDLE_S + 1))
    assert services.sweep_sessions() == 1

    SignInSession.objects.update(ended_at=now - timedelta(days=rulebook.value("ACC-SESSION-KEEP-DAYS") + 1))
    assert services.sweep_sessions() == 1
    assert not SignInSession.objects.exists()


def test_a_phone_stays_signed_in_when_its_session_is_over(officer):
    phone = signed_in(bind="on")
    let_pass(phone, IDLE_S + 1, SEEN)

    assert is_in(phone)
    assert Entry.objects.filter(kind="user.sign_in").latest("pk").data["by"] == "device"


def test_the_secret_of_a_phone_rotates_and_is_kept_as_a_digest(officer):
    phone = signed_in(bind="on")
    before = phone.cookies[DEVICE_COOKIE].value
    phone.cookies.pop("anning_session")

    assert is_in(phone)

    after = phone.cookies[DEVICE_COOKIE].value
    device = Device.objects.get()
    assert before != after
    assert device.digest == logic.secret_digest(after.partition(".")[2])


def test_the_cookie_of_a_phone_cannot_be_read_by_scripts(officer):
    cookie = signed_in(bind="on").cookies[DEVICE_COOKIE]

    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def phone_with(cookie):
    phone = Client()
    phone.cookies[DEVICE_COOKIE] = cookie
    return phone


def test_parallel_requests_of_one_phone_are_let_in(officer):
    cookie = signed_in(bind="on").cookies[DEVICE_COOKIE].value

    first, second = phone_with(cookie), phone_with(cookie)

    assert is_in(first) and is_in(second)


def test_a_copied_cookie_ends_the_bond(officer):
    stolen = signed_in(bind="on").cookies[DEVICE_COOKIE].value
    owner = phone_with(stolen)
    assert is_in(owner)
    Device.objects.update(rotated_at=clock.now() - timedelta(minutes=5))

    assert not is_in(phone_with(stolen))

    assert Device.objects.get().revoked_at
    assert not is_in(owner)
    assert "device.revoke" in kinds()


@pytest.mark.parametrize("cookie", ["", "x", "1", "1.", ".abc", "999999.abc", "9" * 40 + ".a", "1.guessed"])
def test_a_wrong_cookie_lets_nobody_in_and_revokes_nothing(officer, cookie):
    signed_in(bind="on")

    assert not is_in(phone_with(cookie))
    assert Device.objects.get().revoked_at is None


def test_the_bond_ends_after_its_days(officer):
    phone = signed_in(bind="on")
    Device.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    phone.cookies.pop("anning_session")

    assert not is_in(phone)


def test_the_bond_lasts_the_days_of_the_rulebook(officer):
    signed_in(bind="on")

    left = Device.objects.get().expires_at - clock.now()

    assert left.days + 1 == rulebook.value("ACC-DEVICE-DAYS")


def test_a_revoked_phone_is_out_at_once(officer):
    phone = signed_in(bind="on")

    services.revoke_device(Device.objects.get().pk, actor_for(officer))

    assert not is_in(phone)


def test_nobody_revokes_the_phone_of_another(officer, actor_of):
    signed_in(bind="on")

    with pytest.raises(NotAllowed):
        services.revoke_device(Device.objects.get().pk, actor_of("lead"))


def test_signing_out_on_a_phone_ends_the_bond(officer):
    phone = signed_in(bind="on")
    cookie = phone.cookies[DEVICE_COOKIE].value
    phone.post(reverse("accounts:sign_out"))

    assert not is_in(phone_with(cookie))


def test_a_form_filled_in_before_the_session_ended_is_taken_from_a_bound_phone(officer):
    phone = Client(enforce_csrf_checks=True)
    phone.get(reverse("accounts:sign_in"))
    token = phone.cookies["anning_csrf"].value
    phone.post(
        reverse("accounts:sign_in"),
        {"username": "zhiban", "password": PASSWORD, "bind": "on", "csrfmiddlewaretoken": token},
    )
    phone.get(ACCOUNT)
    token = phone.cookies["anning_csrf"].value
    phone.cookies.pop("anning_session")

    answer = phone.post(reverse("accounts:sign_out"), {"csrfmiddlewaretoken": token})

    assert answer.status_code == 302


def test_without_a_tick_no_phone_is_bound(officer):
    assert DEVICE_COOKIE not in signed_in().cookies
