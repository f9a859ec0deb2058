"""``anning ops_first_accounts``: the three accounts with which a real installation begins (三员分立)."""

from typing import Any

from django.db import transaction

from anning.accounts import permissions
from anning.accounts.models import User
from anning.accounts.services import create_user, grant_roles, load_roles
from anning.kernel.actor import system
from anning.kernel.errors import Refused
from anning.ops.command import PlainCommand

SEPARATE = ("admin", "security", "auditor")  # 系统管理员、安全管理员、审计员


class Command(PlainCommand):
    """Makes the three accounts once."""

    help = "为新安装建立系统管理员、安全管理员、审计员三个账号，并显示一次性口令。"

    def handle(self, **options: Any) -> None:
        with transaction.atomic():
            made = _make()
        for name, password in made:
            self.stdout.write(f"  {name:<10} {password}")
        self.stdout.write("口令只显示这一次，首次登录须修改；请分别交给三个人。其他账号由系统管理员建立。")


def _make() -> list[tuple[str, str]]:
    """Make the accounts; return each with its one-time password. Raises Refused once anybody can sign in."""
    if User.objects.filter(is_active=True).exists():
        raise Refused("已有可登录的账号，未作改动", "请由系统管理员在“账号”页建立其他账号")
    load_roles()
    actor = system(permissions.ADD_USER, permissions.GRANT_ROLE)
    made = []
    for name in SEPARATE:
        user, password = create_user(name, actor)
        grant_roles(user.pk, [name], actor)
        made.append((name, password))
    return made
