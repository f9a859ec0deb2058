"""The demo district from nothing, on the database of ANNING_DATABASE_URL (unset: SQLite in a throw-away folder).

    python bench/bench_demo.py [residents]

One JSON line: ``load_s`` (limit 60 for 400 000 residents; tables are made before) and how much of it was computing
(``cpu_s``), what it wrote, ``verify_s`` for walking the journal afterwards, ``backup_s`` for a backup of it all and
``restore_s`` for its way into an empty home.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
RESIDENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000


def anning(home: str, *arguments: str) -> float:
    """Run a command on the installation in ``home``; return its seconds."""
    began = time.perf_counter()
    place = os.environ | {"ANNING_HOME": home, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "anning", *arguments], env=place, check=True, stdout=subprocess.DEVNULL)
    return round(time.perf_counter() - began, 1)


def main() -> None:
    """Load, seal, verify, back up, restore."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as second:
        os.environ["ANNING_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "anning.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        from anning.demo.services import load_demo
        from anning.journal.models import Entry
        from anning.journal.sealer import seal

        began, spent = time.perf_counter(), time.process_time()
        load_demo(residents=RESIDENTS)
        load_s, cpu_s = round(time.perf_counter() - began, 1), round(time.process_time() - spent, 1)
        while seal():
            pass
        facts = {
            "bench": "demo",
            "database": connection.vendor,
            "residents": RESIDENTS,
            "load_s": load_s,
            "cpu_s": cpu_s,
        }
        facts |= {"wrote": Entry.objects.get(kind="demo.load").data["counts"]}
        connection.close()
        facts["verify_s"] = anning(home, "journal_verify")
        facts["backup_s"] = anning(home, "backup", "--to", home)
        if connection.vendor == "sqlite":  # a database server needs an empty database of its own
            (archive,) = Path(home).glob("anning-*.tar")
            facts["restore_s"] = anning(second, "restore", str(archive))
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
