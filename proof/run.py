"""Run the long trials, each on SQLite and on PostgreSQL, and keep what they found in docs/proof/.

    python proof/run.py                     every trial on both databases (make prove)
    python proof/run.py kill --on sqlite    one trial on one database
    python proof/run.py kill -- --kills 20  further arguments go to the trial

A trial is a program proof/<name>.py. It finds its database and home folder in ANNING_DATABASE_URL and
ANNING_HOME, prints one JSON object as its last line, and ends with 0 when what it proves holds.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import postgres  # noqa: E402

RESULTS = ROOT / "docs" / "proof"
DATABASES = ("sqlite", "postgres")
PURE = {"judged_cuts", "mutated_frames"}  # need no database: once is enough


def main(arguments: list[str]) -> int:
    """Run what was asked for; return how many trials failed."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    ours, theirs = arguments[:cut], arguments[cut + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trials", nargs="*", default=trials(), metavar="trial", help=", ".join(trials()))
    parser.add_argument("--on", choices=DATABASES, action="append", help="only on this database")
    asked = parser.parse_args(ours)
    runs = [(name, database) for name in asked.trials for database in asked.on or databases_of(name)]
    return sum(not run(name, database, theirs) for name, database in runs)


def trials() -> list[str]:
    """Return the names of all trials."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py") if path.stem != "run")


def databases_of(name: str) -> tuple[str, ...]:
    """Return the databases on which a trial runs."""
    return DATABASES[:1] if name in PURE else DATABASES


def run(name: str, database: str, arguments: list[str]) -> bool:
    """Run one trial on one database, write its result, and say whether it held."""
    print(f"{name} on {database} …", flush=True)
    with tempfile.TemporaryDirectory(prefix="anning-proof-") as home:
        place = {"ANNING_HOME": home, "ANNING_DATABASE_URL": _database(name, database)}
        begun = time.monotonic()
        command = [sys.executable, str(ROOT / "proof" / f"{name}.py"), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | place, stdout=subprocess.PIPE, text=True, check=False)
        took = time.monotonic() - begun
    found = _last_line(done.stdout)
    if not found:
        print(done.stdout, file=sys.stderr)
    held = done.returncode == 0 and bool(found)
    result = {"proof": name, "database": database, "held": held, "seconds": round(took), **_machine(), "found": found}
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}-{database}.json").write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    print(f"  {'holds' if held else 'FAILS'} after {took:.0f} s: {json.dumps(found, ensure_ascii=False)}", flush=True)
    return held


def _database(name: str, database: str) -> str:
    """Return the address of an empty database; "" is SQLite in the home folder."""
    if database == "sqlite":
        return ""
    import psycopg

    fresh = f"proof_{name}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {fresh} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {fresh}")
    return postgres.url(fresh)


def _last_line(output: str) -> dict[str, Any]:
    try:
        found = json.loads(output.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _machine() -> dict[str, Any]:
    ask = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=False)
    return {
        "on": time.strftime("%Y-%m-%d"),
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
