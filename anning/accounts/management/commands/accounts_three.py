"""``anning accounts_three``: the first accounts of a new installation, one for each of the three (三员)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from anning.accounts import permissions
from anning.accounts.models import Role, User
from anning.accounts.services import create_user, grant_roles, load_roles
from anning.kernel.actor import system

NAMES = {"admin": "sysadmin", "security": "secadmin", "auditor": "auditor"}


class Command(BaseCommand):
    help = "新装后建立三员账号（系统管理员、安全管理员、审计员），各给一个一次性密码。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take other account names where the site wants them."""
        for role, name in NAMES.items():
            parser.add_argument(f"--{role}", default=name, help=f"账号名，默认 {name}")

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        load_roles()
        if User.objects.filter(roles__in=Role.objects.exclude(separation=""), is_demo=False).exists():
            raise CommandError("三员账号已经存在；新增账号请由系统管理员在页面上办理")
        platform = system(permissions.ADD_USER, permissions.GRANT_ROLE)
        for role in NAMES:
            user, secret = create_user(options[role], platform)
            grant_roles(user.pk, [role], platform)
            self.stdout.write(f"{Role.objects.get(code=role).name}：账号 {user.username}，一次性密码 {secret}")
        self.stdout.write(self.style.SUCCESS("请分别交给不同的人，首次登录须修改密码。"))
