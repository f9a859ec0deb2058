"""Commands of accounts."""

from io import StringIO

from django.core.management import call_command

from anning.accounts.models import Role


def test_the_roles_can_be_loaded_by_command(db):
    out = StringIO()

    call_command("accounts_roles", stdout=out)

    assert Role.objects.filter(code="duty").exists()
    assert f"{Role.objects.count()} 个有变化" in out.getvalue()
