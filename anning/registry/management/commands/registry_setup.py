"""``anning registry_setup FOLDER``: set a district up from a folder of filled templates; dry unless told otherwise."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from anning.accounts.models import User
from anning.kernel.errors import AnningError
from anning.kernel.geo import Datum
from anning.registry.setup.folder import Order, Outcome, set_up


class Command(BaseCommand):
    """Says what each file would bring, or brings it."""

    help = "从一个文件夹的模板和图形文件初始化本区；默认只检查，加 --commit 才写入。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare folder and options."""
        parser.add_argument("folder", type=Path, help="文件夹；文件以台账命名，如 区域.xlsx、底图要素.geojson")
        parser.add_argument("--user", action="append", required=True, help="以谁的名义导入（用户名），可多次")
        parser.add_argument("--code", default="", help="本区六位区划代码")
        parser.add_argument("--name", default="", help="本区名称")
        parser.add_argument("--datum", default="", choices=[*(d.value for d in Datum), "GK"], help="图形文件的坐标系")
        parser.add_argument("--make-units", action="store_true", help="按区划表生成镇街和村（社区）的单位")
        parser.add_argument("--commit", action="store_true", help="写入；不加则只检查")

    def handle(self, **options: Any) -> None:
        """Run it, and print one line per file."""
        if not options["folder"].is_dir():
            raise CommandError(f"没有文件夹 {options['folder']}")
        users = [self._user(name) for name in options["user"]]
        facts = {name: options[name] for name in ("folder", "code", "name", "datum", "make_units", "commit")}
        try:
            outcomes = set_up(Order(users=tuple(users), **facts))
        except AnningError as error:
            raise CommandError(f"{error.message}。{error.remedy}。") from None
        for outcome in outcomes:
            self._print(outcome)
        if any(outcome.problems for outcome in outcomes):
            raise CommandError("有文件未通过检查，没有写入任何数据。")
        self.stdout.write("已写入。" if options["commit"] else "检查通过，没有写入；加 --commit 写入。")

    def _user(self, name: str) -> User:
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"没有启用的账号 {name}")
        return user

    def _print(self, outcome: Outcome) -> None:
        counts = f"新增 {outcome.created}，更新 {outcome.changed}，未变 {outcome.unchanged}"
        self.stdout.write(f"{outcome.file}（{outcome.title}）：{counts}，有误 {len(outcome.problems)}")
        for problem in outcome.problems:
            self.stdout.write(f"  {problem}")
