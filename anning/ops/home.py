"""Preparing an installation: folders, keys, tables, roles, and demo data when it is empty."""

from collections.abc import Callable, Iterable

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from anning.accounts.models import Organisation
from anning.accounts.services import load_roles
from anning.kernel.errors import Refused
from anning.tasks.services import load_policies
from anning.vault import keys

FOLDERS = ("keys", "files", "logs", "backups", "static")


def prepare(say: Callable[[str], None], *, demo: bool) -> None:
    """Bring the home folder and the database to this release; safe to repeat.

    Raises Refused when the database was made by a newer release.
    """
    for folder in FOLDERS:
        (settings.HOME / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    keys.secret(settings.HOME, "data")
    keys.signing_key(settings.HOME)
    refuse_newer_database()
    if pending := pending_migrations():
        say(f"更新数据库（{len(pending)} 项）……")
        call_command("migrate", verbosity=0, interactive=False)
    load_roles()
    load_policies()
    if demo and is_empty():
        say("载入演示数据（约一分钟）……")
        from anning.demo.services import load_demo  # heavy: shapely and the sheets, for the first start only

        load_demo(say=say)
    from anning.registry.crowd import cache  # heavy, and needed in no other command that imports this module

    cache.prepare()


def pending_migrations() -> list[str]:
    """Return the migrations that this release has and the database lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown_migrations() -> list[str]:
    """Return the migrations that the database has and this release does not know."""
    applied = MigrationExecutor(connection).loader.applied_migrations
    return unknown_to_this_release(f"{app}.{name}" for app, name in applied)


def unknown_to_this_release(applied: Iterable[str]) -> list[str]:
    """Return those of the migrations that belong to our rooms and that this release does not know."""
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("anning.")}
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    return sorted(name for name in applied if name.partition(".")[0] in ours and name not in known)


def refuse_newer_database() -> None:
    """Raise Refused when a newer release has already changed the tables."""
    if unknown := unknown_migrations():
        raise Refused(
            f"数据库由更新的版本建立（{'、'.join(unknown[:3])}）",
            "请安装不低于该版本的程序，或用本版本的备份恢复到另一个数据目录",
        )


def is_empty() -> bool:
    """Whether nothing has been entered yet."""
    return not Organisation.objects.exists()
