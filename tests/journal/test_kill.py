"""The long trial of proof/kill.py in small: processes die by kill -9, and nothing is lost, doubled or torn."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from django.db import connection

from tests import postgres

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300


def empty_database() -> str:
    """Return the address of an empty database of the kind that these tests run on; "" for SQLite."""
    if connection.vendor == "sqlite":
        return ""
    name = f"kill_{os.getpid()}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
    return postgres.url(name)


def test_five_kills_lose_nothing(tmp_path: Path) -> None:
    place = {"ANNING_HOME": str(tmp_path), "ANNING_DATABASE_URL": empty_database()}
    command = [sys.executable, str(ROOT / "proof" / "kill.py"), "--kills", "5"]

    done = subprocess.run(
        command, env=os.environ | place, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["kills"] >= 5
    assert found["database"] == connection.vendor
    assert found["backups_restored_and_verified"] >= 1
