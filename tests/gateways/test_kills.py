"""The long trial of proof/gateway_kills.py in small: what was acknowledged is kept, every alarm raised once."""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

from tests.journal.test_kill import ROOT, empty_database

PATIENCE_S = 300


def test_three_kills_lose_no_reading_and_double_no_alarm(tmp_path: Path) -> None:
    place = {"ANNING_HOME": str(tmp_path), "ANNING_DATABASE_URL": empty_database()}
    command = [sys.executable, str(ROOT / "proof" / "gateway_kills.py"), "--kills", "3", "--fills", "1"]

    done = subprocess.run(
        command, env=os.environ | place, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["database"] == connection.vendor
    assert found["acknowledged"] > 100
    assert found["onsets"] > 0
