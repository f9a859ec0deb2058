"""The database inside a backup: a copy made while everybody works on, and its way back."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from anning.kernel.errors import Refused


def dump(target: Path) -> None:
    """Write one consistent copy of the database. Raises Refused when PostgreSQL's tools are missing or fail."""
    if connection.vendor == "sqlite":
        # A compacted copy: what was deleted earlier is not in it, which a copy of pages could not promise.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        return
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def set_aside(target: Path) -> None:
    """Keep the present database under another name, as far as it can still be read."""
    if connection.vendor == "sqlite":
        connections.close_all()
        place = Path(settings.DATABASES["default"]["NAME"])
        for ending in ("", "-wal", "-shm"):
            if Path(f"{place}{ending}").exists():
                shutil.move(f"{place}{ending}", f"{target}{ending}")
        return
    with contextlib.suppress(Refused):  # a database that cannot be dumped is the very reason to restore
        dump(target)


def load(source: Path) -> None:
    """Put a copy made by ``dump`` in the place of the present database."""
    if connection.vendor == "sqlite":
        connections.close_all()
        shutil.move(source, settings.DATABASES["default"]["NAME"])
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connections.close_all()
    # The schema exists already: creating it is left out, everything else runs in one transaction.
    _run("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", f"--dbname={_name()}", str(source))


def size() -> int:
    """Return how many bytes the database takes, roughly."""
    if connection.vendor == "sqlite":
        return Path(settings.DATABASES["default"]["NAME"]).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def tool(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the newest one. Raises Refused when it is missing."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[4]) if p.parts[4].isdigit() else 0
    )
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        raise Refused(f"找不到 PostgreSQL 的 {name} 程序", "请安装软件包 postgresql-client 后重试")
    return path


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(name: str, *arguments: str) -> None:
    known = connection.settings_dict
    environment = {**os.environ, "PGDATABASE": _name(), "PGCONNECT_TIMEOUT": "10"}
    for variable, key in (("PGHOST", "HOST"), ("PGPORT", "PORT"), ("PGUSER", "USER"), ("PGPASSWORD", "PASSWORD")):
        if known[key]:
            environment[variable] = str(known[key])
    for option, variable in (("sslmode", "PGSSLMODE"), ("sslrootcert", "PGSSLROOTCERT")):
        if value := known["OPTIONS"].get(option):
            environment[variable] = str(value)
    command = [tool(name), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # our own arguments
    if done.returncode:
        raise Refused(f"{name} 失败：{done.stderr.strip()[-300:]}", "请检查数据库是否可达、客户端版本是否不低于服务器")
