"""``anning accounts_roles``: bring the platform's roles into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from anning.accounts.services import load_roles


class Command(BaseCommand):
    help = "装入平台自带的角色；本地改过的保持不变。"

    def handle(self, **options: Any) -> None:
        self.stdout.write(self.style.SUCCESS(f"角色已装入，{load_roles()} 个有变化。"))
