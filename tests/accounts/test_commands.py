"""Commands of accounts."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from anning.accounts import services
from anning.accounts.models import Role, User


def test_the_first_accounts_are_the_three_with_one_time_passwords(db):
    out = StringIO()

    call_command("accounts_three", stdout=out)

    shown = dict(re.findall(r"账号 (\S+)，一次性密码 (\S+)", out.getvalue()))
    assert set(shown) == {"sysadmin", "secadmin", "auditor"}
    for name, secret in shown.items():
        user = services.check_password(name, secret, address="127.0.0.1")
        assert user.must_change_password and user.roles.get().separation


def test_the_three_are_made_once(db):
    call_command("accounts_three", stdout=StringIO())

    with pytest.raises(CommandError, match="已经存在"):
        call_command("accounts_three", stdout=StringIO())
    assert User.objects.count() == 3


def test_the_roles_can_be_loaded_by_command(db):
    call_command("accounts_roles", stdout=StringIO())

    assert Role.objects.filter(code="duty").exists()
