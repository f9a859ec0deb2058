"""The rules of passwords."""

from datetime import timedelta

import pytest
from django.urls import reverse

from anning.accounts import logic, services
from anning.accounts.selectors import actor_for
from anning.kernel import clock, rulebook
from anning.kernel.errors import NotAllowed, NotFound, Refused
from tests.accounts.journaled import kinds
from tests.district import PASSWORD

GOOD = "Xin-Mima-2026"


def test_a_user_changes_the_own_password(officer):
    services.change_password(officer.pk, PASSWORD, GOOD, actor_for(officer))

    officer.refresh_from_db()
    assert officer.check_password(GOOD) and not officer.must_change_password
    assert "user.change_password" in kinds()


def test_nobody_changes_the_password_of_another(officer, security):
    with pytest.raises(NotAllowed):
        services.change_password(officer.pk, PASSWORD, GOOD, security)


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("Ab1-xyz", "至少 8 位"),
        ("abcdefgh1", "3 类"),
        ("Zhiban-2026", "账号名"),
        (PASSWORD, "最近 5 次"),
    ],
)
def test_a_bad_password_is_refused_with_its_reason(officer, new, why):
    with pytest.raises(Refused) as refused:
        services.change_password(officer.pk, PASSWORD, new, actor_for(officer))

    assert why in refused.value.fields["new"]
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_the_last_passwords_are_refused_and_an_older_one_is_free_again(officer):
    times, actor, now = rulebook.value("ACC-PASSWORD-HISTORY"), actor_for(officer), PASSWORD
    for number in range(times - 1):
        services.change_password(officer.pk, now, f"Mima-{number}-Hao", actor)
        now = f"Mima-{number}-Hao"
    with pytest.raises(Refused, match="最近"):
        services.change_password(officer.pk, now, PASSWORD, actor)

    services.change_password(officer.pk, now, "Mima-zuihou-1", actor)
    services.change_password(officer.pk, "Mima-zuihou-1", PASSWORD, actor)

    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
    assert officer.old_passwords.count() <= times


def test_the_wrong_old_password_is_refused(officer):
    with pytest.raises(Refused, match="原密码"):
        services.change_password(officer.pk, "wrong", GOOD, actor_for(officer))


def test_a_reset_gives_a_password_that_must_be_changed(officer, security):
    secret = services.reset_password(officer.pk, security)

    officer.refresh_from_db()
    assert officer.check_password(secret) and officer.must_change_password
    assert "user.reset_password" in kinds()


def test_a_fresh_password_keeps_every_rule():
    for _ in range(50):
        assert logic.password_complaints(logic.fresh_password(8), "zhiban", length=8, classes=3) == []


def test_only_the_security_administrator_resets_and_only_others(officer, admin, security):
    with pytest.raises(NotAllowed):
        services.reset_password(officer.pk, admin)
    with pytest.raises(NotAllowed):
        services.reset_password(services.user_key(security), security)


def test_a_first_sign_in_must_change_the_password_before_anything_else(client, user_of):
    user = user_of("duty", must_change_password=True)
    client.force_login(user)

    for url in ("/", "/account", "/duty"):
        assert client.get(url).url == reverse("accounts:password_change")
    assert client.get("/api/openapi.json").status_code == 403
    answer = client.get("/account", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("accounts:password_change")


def test_the_way_is_free_after_the_change(client, user_of):
    user = user_of("duty", must_change_password=True)
    client.force_login(user)

    answer = client.post(reverse("accounts:password_change"), {"old": PASSWORD, "new": GOOD, "again": GOOD})

    assert answer.url == "/"
    assert client.get(reverse("accounts:account")).status_code == 200


def test_an_old_password_must_be_changed(client, user_of):
    days = rulebook.value("ACC-PASSWORD-DAYS")
    user = user_of("duty", password_changed_at=clock.now() - timedelta(days=days, seconds=1))
    client.force_login(user)

    assert client.get("/account").url == reverse("accounts:password_change")


def test_the_form_names_what_is_wrong(client, officer):
    client.force_login(officer)

    answer = client.post(reverse("accounts:password_change"), {"old": PASSWORD, "new": GOOD, "again": "other"})

    assert answer.status_code == 422
    assert "两次输入的新密码不一致" in answer.content.decode()


def test_the_other_sessions_end_with_the_old_password(client, client_of, officer):
    client.post(reverse("accounts:sign_in"), {"username": "zhiban", "password": PASSWORD})
    other = client_of(officer)

    client.post(reverse("accounts:password_change"), {"old": PASSWORD, "new": GOOD, "again": GOOD})

    assert client.get(reverse("accounts:account")).status_code == 200
    assert other.get(reverse("accounts:account")).status_code == 302
    (session,) = officer.sessions.filter(ended_at=None)
    assert session.session_key == client.session.session_key


def test_a_reset_does_not_reach_beyond_the_scope(officer, district, actor_of):
    from anning.kernel.actor import Actor, Scope

    local = Actor("user:0", frozenset({"accounts.reset_user"}), Scope(areas=("120117001",)))

    with pytest.raises(NotFound):
        services.reset_password(officer.pk, local)
