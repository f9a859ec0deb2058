"""``anning demo``: load the demo district and print its accounts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anning.accounts.models import User
from anning.demo import PASSWORD
from anning.demo.services import load_demo
from anning.kernel.errors import AnningError


class Command(BaseCommand):
    help = "载入演示数据（可重复执行），并列出各角色的演示账号。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--force`` and ``--residents``."""
        parser.add_argument("--force", action="store_true", help="数据库中已有真实数据时也载入")
        parser.add_argument("--residents", type=int, metavar="N", help="载入多少居民（默认见 ANNING_DEMO_RESIDENTS）")

    def handle(self, **options: Any) -> None:
        """Load what is missing; say what there is."""
        try:
            say = self.stdout.write if options["verbosity"] else (lambda _line: None)
            loaded = load_demo(force=options["force"], residents=options["residents"], say=say)
        except AnningError as error:
            raise CommandError(f"{error.message}。{error.remedy}。") from None
        if not options["verbosity"]:
            return
        if loaded.rows or loaded.accounts:
            self.stdout.write(f"已载入演示数据 {loaded.rows} 条，演示账号 {loaded.accounts} 个。")
        else:
            self.stdout.write("演示数据已经载入过，未作改动。")
        self._print_accounts()

    def _print_accounts(self) -> None:
        users = User.objects.filter(is_demo=True, is_active=True).prefetch_related("roles").order_by("pk")
        self.stdout.write("演示账号（首次登录须修改口令）：")
        for user in users:
            password = PASSWORD if user.must_change_password else "（口令已修改）"
            self.stdout.write(
                f"  {user.username:<12} {password:<14} {'、'.join(role.name for role in user.roles.all())}"
            )
