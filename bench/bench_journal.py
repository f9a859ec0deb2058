"""What the journal costs: changes recorded and sealed per second, against the same changes without a journal.

    python bench/bench_journal.py            SQLite in a throw-away folder, and PostgreSQL where it is installed

Both sides change the same rows in the same way, each change in its own durable transaction; ours also records it, and
a process beside it seals it. Rounds alternate, so that a slow moment of the machine hits both. A round ends when
everything is sealed. One JSON line per database.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CHANGES = 200
ROUNDS = 5


def bench() -> dict[str, object]:
    """Measure on the database of the environment."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "anning.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from anning.accounts.models import Area
    from anning.journal.models import Entry
    from anning.journal.services import record
    from anning.kernel.actor import system

    call_command("migrate", verbosity=0)
    area = Area.objects.create(code="120117", name="宁河区", level=Area.Level.DISTRICT)
    actor = system()

    def change(number: int) -> Area:
        row: Area = Area.objects.select_for_update().get(pk=area.pk)
        row.note, row.version = f"第{number}次", row.version + 1
        row.save(update_fields=["note", "version", "changed_at"])
        return row

    def bare() -> None:
        for number in range(CHANGES):
            with transaction.atomic():
                change(number)

    def journaled() -> None:
        for number in range(CHANGES):
            with transaction.atomic():
                row = change(number)
                changes = {"note": [f"第{number - 1}次", row.note]}
                record("area.change", row.subject, actor, area_code=row.code, version=row.version, changes=changes)
        while Entry.objects.filter(seq=None).exists():  # the sealer beside us does the work
            time.sleep(0.001)

    with sealer():
        bare(), journaled()
        pairs = [(seconds(bare), seconds(journaled)) for _ in range(ROUNDS)]
    ours = median(CHANGES / journal for _bare, journal in pairs)
    ratio = median(without / journal for without, journal in pairs)
    return {
        "bench": "journal.record_and_seal",
        "database": connection.vendor,
        "of_changes_without_journal": round(ratio, 3),
        "changes_s": round(ours),
    }


@contextmanager
def sealer() -> Iterator[None]:
    """Seal in a process of its own, as often as ``anning work`` does, until the measuring is done."""
    process = subprocess.Popen([sys.executable, __file__, "--seal"], cwd=ROOT)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def keep_sealing() -> None:
    """Seal until killed."""
    import django

    django.setup()
    from anning.journal.sealer import seal
    from anning.journal.work import IDLE_S

    while True:
        if not seal():
            time.sleep(IDLE_S)


def seconds(work: Callable[[], None]) -> float:
    """Return how long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure in a process per database, since settings are read once."""
    from tests import postgres

    postgres.OPTIONS.update(fsync="on", synchronous_commit="on", full_page_writes="on")  # commits are durable here
    for database in ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="anning-bench-") as home:
            try:
                url = postgres.url("postgres") if database == "postgres" else ""
            except RuntimeError as error:
                print(f"skipped: {error}", file=sys.stderr)
                continue
            place = {"ANNING_HOME": home, "ANNING_DATABASE_URL": url}
            subprocess.run([sys.executable, __file__, "--here"], env=os.environ | place, cwd=ROOT, check=True)


if __name__ == "__main__":
    if "--seal" in sys.argv:
        keep_sealing()
    elif "--here" in sys.argv:
        print(json.dumps(bench()), flush=True)
    else:
        main()
