"""Kill writers and workers at random moments, and see that nothing is lost, doubled or torn.

    python proof/kill.py --kills 500

Two writers change rows and journal it; two workers run the real work loop with two listeners whose effects can be
counted. Again and again one of the four, or all at once, dies by kill -9 and is started anew; backups are taken
meanwhile. At the end: the chain is whole, every entry has its effect exactly once, no change is without its entry,
what was acknowledged is there, and the backups restore and verify.

The database and home folder are those of ANNING_DATABASE_URL and ANNING_HOME (a throw-away folder when unset).
The last line printed is the result as JSON; the exit status is 0 when all of it holds.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("ANNING_HOME", tempfile.mkdtemp(prefix="anning-kill-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "anning.settings"
HOME = Path(os.environ["ANNING_HOME"])

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connection, transaction  # noqa: E402

from anning.accounts.models import Area  # noqa: E402
from anning.journal import registry, work  # noqa: E402
from anning.journal.models import Entry  # noqa: E402
from anning.journal.reactor import hear_all  # noqa: E402
from anning.journal.registry import reacts_to  # noqa: E402
from anning.journal.sealer import seal  # noqa: E402
from anning.journal.selectors import hearings  # noqa: E402
from anning.journal.services import record  # noqa: E402
from anning.journal.verification import verify  # noqa: E402
from anning.kernel.actor import system  # noqa: E402
from anning.ops.processes import follow_parent  # noqa: E402

ROWS = 20  # few enough that writers meet on them
PATIENCE_S = 60
EVERY_BACKUP = 150  # kills
ACKNOWLEDGED = HOME / "acknowledged"
registry.listeners.clear()  # only the two below: theirs are the effects that are counted


@reacts_to("proof.change")
def count(entry: Entry) -> None:
    """Leave one row per time that the entry was heard; nothing in the table forbids a second."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO proof_effect (uid) VALUES (%s)", [entry.uid])


@reacts_to("proof.change")
def echo(entry: Entry) -> None:
    """Answer with an entry of one's own, as real reactions do."""
    record("proof.echo", entry.subject, system(), cause=entry.uid)


def write() -> None:
    """Change rows and journal it, and note what was acknowledged, until killed."""
    noted = os.open(ACKNOWLEDGED, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    keys = list(Area.objects.values_list("pk", flat=True))
    while True:
        try:
            uid = change(random.choice(keys))
        except OperationalError:  # a busy moment of the database: it was not acknowledged
            continue
        os.write(noted, f"{uid}\n".encode())


@transaction.atomic
def change(key: int) -> str:
    """Change one row as services do; return the entry's ULID."""
    area = Area.objects.select_for_update().get(pk=key)
    before, area.note, area.version = area.note, str(area.version), area.version + 1
    area.save(update_fields=["note", "version"])
    changes = {"note": [before, area.note]}
    return record("proof.change", area.subject, system(), version=area.version, changes=changes).uid


def labour() -> None:
    """Run the real work loop until killed."""
    work.run(threading.Event())


ROLES: list[Callable[[], None]] = [write, write, labour, labour]


def fork(role: Callable[[], None]) -> int:
    """Start a process of its own that does ``role`` for ever; return its pid."""
    pid = os.fork()
    if pid:
        return pid
    try:
        follow_parent()
        random.seed()
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        role()
    finally:
        os._exit(1)


def kill_many(kills: int) -> tuple[Counter[str], list[Path]]:
    """Kill until ``kills`` processes have died; return how many of each role, and the backups taken meanwhile."""
    alive = {number: fork(role) for number, role in enumerate(ROLES)}
    died, backups = Counter[str](), list[Path]()
    while died.total() < kills:
        time.sleep(random.uniform(0.01, 0.5))
        chosen = list(alive) if random.random() < 0.1 else [random.choice(list(alive))]
        for number in chosen:
            os.kill(alive[number], signal.SIGKILL)
        for number in chosen:
            _pid, status = os.waitpid(alive[number], 0)
            if os.WTERMSIG(status) != signal.SIGKILL:
                raise RuntimeError(f"{ROLES[number].__name__} ended by itself with status {status}")
            died[ROLES[number].__name__] += 1
            alive[number] = fork(ROLES[number])
        if died.total() >= (len(backups) + 1) * min(EVERY_BACKUP, kills - kills // 3):
            backups.append(back_up())
    for pid in alive.values():
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return died, backups


def back_up() -> Path:
    """Take a backup while the others write; return the archive."""
    folder = HOME / "backups-of-trial"
    anning("backup", "--to", str(folder))
    return max((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.stat().st_mtime)


def restore(archive: Path) -> None:
    """Bring the backup back into an empty home and database, and walk its chain there. Raises when either fails."""
    with tempfile.TemporaryDirectory(prefix="anning-restored-") as home:
        place = {"ANNING_HOME": home, "ANNING_DATABASE_URL": empty_database()}
        anning("restore", str(archive), **place)
        anning("journal_verify", **place)


def empty_database() -> str:
    """Return the address of an empty database beside ours; "" for SQLite, which lies in the home folder."""
    if connection.vendor == "sqlite":
        return ""
    ours = urlsplit(os.environ["ANNING_DATABASE_URL"])
    name = f"{ours.path.strip('/')}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    return ours._replace(path=f"/{name}").geturl()


def anning(*arguments: str, **environment: str) -> None:
    """Run one ``anning`` command. Raises with what it said when it fails."""
    command = [sys.executable, "-m", "anning", *arguments]
    done = subprocess.run(
        command, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        raise RuntimeError(f"anning {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")


def finish() -> None:
    """Do what a restart does: seal and react until nothing waits. Raises when nothing moves any more."""
    moved, before = time.monotonic(), []
    while any([seal(), hear_all()]) or any(hearing.waiting for hearing in hearings()):
        if (standing := [(hearing.listener, hearing.seq) for hearing in hearings()]) != before:
            moved, before = time.monotonic(), standing
        if time.monotonic() - moved > PATIENCE_S:
            raise RuntimeError(f"something never ends: {hearings()}")
        time.sleep(0.01)


def find() -> dict[str, Any]:
    """Return what is there, and how much of it is wrong."""
    changes = dict(Entry.objects.filter(kind="proof.change").values_list("uid", "subject"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM proof_effect")
        effects = Counter(row[0] for row in cursor.fetchall())
    echoes = Counter(Entry.objects.filter(kind="proof.echo").values_list("cause", flat=True))
    per_row = Counter(changes.values())
    acknowledged = ACKNOWLEDGED.read_text().split()
    walk = verify()
    return {
        "entries": walk.entries,
        "changes": len(changes),
        "chain_broken": str(walk.broken or ""),
        "effects_never": len(changes.keys() - effects.keys()) + len(changes.keys() - echoes.keys()),
        "effects_twice": sum(n > 1 for n in effects.values()) + sum(n > 1 for n in echoes.values()),
        "effects_of_nothing": len(effects.keys() - changes.keys()) + len(echoes.keys() - changes.keys()),
        "acknowledged": len(acknowledged),
        "acknowledged_but_lost": sum(uid not in changes for uid in acknowledged),
        "changes_without_entry": sum(area.version - 1 != per_row[area.subject] for area in Area.objects.all()),
    }


WRONG = (
    "chain_broken",
    "effects_never",
    "effects_twice",
    "effects_of_nothing",
    "acknowledged_but_lost",
    "changes_without_entry",
)


def main() -> int:
    """Run the trial; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    kills = parser.parse_args().kills
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE proof_effect (uid varchar(26) NOT NULL)")
    rows = [Area(code=f"120117{n:03d}", name=f"第{n}镇", level=Area.Level.TOWN) for n in range(ROWS)]
    Area.objects.bulk_create(rows)
    connection.close()  # what is forked must not share it

    begun = time.monotonic()
    died, backups = kill_many(kills)
    killed_s = time.monotonic() - begun
    finish()
    found = find()
    for archive in backups:
        restore(archive)
    found = {
        "database": connection.vendor,
        "kills": died.total(),
        "of_writers": died["write"],
        "of_workers": died["labour"],
        "seconds_of_killing": round(killed_s, 1),
        **found,
        "backups_restored_and_verified": len(backups),
    }
    print(json.dumps(found, ensure_ascii=False))
    return int(any(found[name] for name in WRONG) or not found["changes"])


if __name__ == "__main__":
    sys.exit(main())
