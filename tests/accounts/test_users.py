"""Making, changing, locking accounts."""

import pytest
from django.urls import reverse

from anning.accounts import services
from anning.accounts.models import User
from anning.accounts.selectors import actor_for
from anning.journal.models import Entry
from anning.journal.personal import resolve
from anning.kernel.errors import Conflict, NotAllowed, Refused
from tests.accounts.journaled import kinds
from tests.district import PASSWORD, make_person


def test_a_new_account_has_a_one_time_password_and_no_role(district, admin):
    person = make_person(district.bureau, "张三")

    user, secret = services.create_user("zhangsan", admin, person=person)

    assert user.check_password(secret) and user.must_change_password and not user.roles.exists()
    entry = Entry.objects.get(kind="user.create")
    assert "zhangsan" not in entry.body
    assert resolve(entry.data)["username"] == "zhangsan"


@pytest.mark.parametrize("name", ["", "a", "has space", "x" * 41, "半角<b>"])
def test_a_name_that_cannot_be_used_is_refused(district, admin, name):
    with pytest.raises(Refused, match="不合规"):
        services.create_user(name, admin)


def test_a_taken_name_is_refused_whatever_its_case(officer, admin):
    with pytest.raises(Refused, match="已被使用"):
        services.create_user("ZhiBan", admin)


def test_the_security_administrator_makes_no_accounts(district, security):
    with pytest.raises(NotAllowed):
        services.create_user("zhangsan", security)


def test_a_changed_account_is_journaled_and_guarded_against_lost_updates(officer, admin):
    services.change_user(officer.pk, admin, version=1, oidc_subject="sub-1")

    with pytest.raises(Conflict):
        services.change_user(officer.pk, admin, version=1, oidc_subject="sub-2")
    entry = Entry.objects.get(kind="user.change")
    assert "sub-1" not in entry.body


def test_an_identity_belongs_to_one_account(officer, user_of, admin):
    services.change_user(officer.pk, admin, oidc_subject="sub-1")

    with pytest.raises(Refused, match="已绑定"):
        services.change_user(user_of("duty").pk, admin, oidc_subject="sub-1")


@pytest.mark.parametrize("field", ["is_active", "password", "roles", "must_change_password"])
def test_the_system_administrator_reaches_nothing_else(officer, admin, field):
    with pytest.raises(Refused):
        services.change_user(officer.pk, admin, **{field: ""})


def test_locking_ends_every_session_at_once(client, officer, security):
    client.post(reverse("accounts:sign_in"), {"username": "zhiban", "password": PASSWORD})

    services.lock_user(officer.pk, security, reason="调离")

    assert client.get(reverse("accounts:account")).status_code == 302
    assert not officer.sessions.filter(ended_at=None).exists()
    assert "user.lock" in kinds()
    with pytest.raises(Refused):
        services.check_password("zhiban", PASSWORD, address="10.0.0.1")


def test_unlocking_lets_in_again_and_forgets_failures(officer, security):
    for _ in range(5):
        with pytest.raises(Refused):
            services.check_password("zhiban", "wrong", address="10.0.0.1")

    services.unlock_user(officer.pk, security)

    assert services.check_password("zhiban", PASSWORD, address="10.0.0.1") == officer


def test_a_lock_needs_a_reason(officer, security):
    with pytest.raises(Refused, match="原因"):
        services.lock_user(officer.pk, security, reason=" ")


def test_nobody_locks_or_unlocks_the_own_account(security):
    key = services.user_key(security)
    with pytest.raises(NotAllowed):
        services.lock_user(key, security, reason="x")
    with pytest.raises(NotAllowed):
        services.unlock_user(key, security)


def test_an_officer_locks_nobody(officer, user_of):
    with pytest.raises(NotAllowed):
        services.lock_user(user_of("lead").pk, actor_for(officer), reason="x")


def test_the_security_desk_grants_locks_and_resets(client_of, officer):
    client = client_of("security")
    page = reverse("accounts:user_security", args=[officer.pk])

    assert "角色" in client.get(page).content.decode()
    assert client.post(reverse("accounts:user_grant", args=[officer.pk]), {"roles": ["lead"]}).url == page
    assert client.post(reverse("accounts:user_lock", args=[officer.pk]), {"reason": "调离"}).url == page
    assert client.post(reverse("accounts:user_unlock", args=[officer.pk])).url == page
    shown = client.post(reverse("accounts:user_reset", args=[officer.pk]))

    officer = User.objects.get(pk=officer.pk)
    secret = shown.context["secret"]
    assert officer.check_password(secret) and secret in shown.content.decode()
    assert officer.roles.get().code == "lead" and officer.is_active
    assert "no-store" in shown["Cache-Control"]


@pytest.mark.parametrize("role", ["duty", "lead", "town", "auditor"])
def test_the_security_desk_is_closed_to_others(client_of, officer, role):
    answer = client_of(role).post(reverse("accounts:user_grant", args=[officer.pk]), {"roles": ["lead"]})

    assert answer.status_code == 403
