"""What the journal costs: changes recorded and sealed per second, against the same changes without a journal.

    python bench/bench_journal.py            SQLite in a throw-away folder, and PostgreSQL where it is installed

Both sides change the same rows in the same way, each change in its own durable transaction; ours also records it, and
a work loop beside it seals it. Rounds alternate, so that a slow moment of the machine hits both. A round ends when
everything is sealed. One JSON line per database.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CHANGES = 400
ROUNDS = 7


def bench() -> dict[str, object]:
    """Measure on the database of the environment."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "anning.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from anning.accounts.models import Area
    from anning.journal.models import Entry
    from anning.journal.sealer import seal
    from anning.journal.services import record
    from anning.kernel.actor import system

    call_command("migrate", verbosity=0)
    area = Area.objects.create(code="120117", name="宁河区", level=Area.Level.DISTRICT)
    actor = system()

    @transaction.atomic
    def change(number: int) -> Area:
        row: Area = Area.objects.select_for_update().get(pk=area.pk)
        row.note, row.version = f"第{number}次", row.version + 1
        row.save(update_fields=["note", "version", "changed_at"])
        return row

    @transaction.atomic
    def change_and_record(number: int) -> None:
        row = change(number)
        changes = {"note": [f"第{number - 1}次", row.note]}
        record("area.change", row.subject, actor, area_code=row.code, version=row.version, changes=changes)

    @contextmanager
    def sealing() -> Iterator[None]:
        done = threading.Event()

        def work() -> None:
            while not done.wait(0.1):  # as often as the work loop
                seal()
            connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        yield
        done.set()
        thread.join()
        while Entry.objects.filter(seq=None).exists():
            seal()

    def bare() -> None:
        for number in range(CHANGES):
            change(number)

    def journaled() -> None:
        with sealing():
            for number in range(CHANGES):
                change_and_record(number)

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


def seconds(work: "object") -> float:
    """Return how long ``work`` takes."""
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


def main() -> None:
    """Measure in a process per database, since settings are read once."""
    from tests import postgres

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
    if "--here" in sys.argv:
        print(json.dumps(bench()), flush=True)
    else:
        main()
