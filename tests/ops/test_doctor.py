"""``anning doctor`` names what is wrong, and what to do."""

import json
from pathlib import Path

from tests.ops.conftest import run


def findings(home: Path, **settings: str) -> dict[str, dict[str, str]]:
    """Return the worst finding of each check."""
    done = run(home, "doctor", "--json", **settings)
    facts = json.loads(done.stdout)
    assert done.returncode == (1 if facts["level"] == "error" else 0)
    rank = {"ok": 0, "warning": 1, "error": 2}
    return {result["check"]: result for result in sorted(facts["results"], key=lambda r: rank[r["level"]])}


def test_a_sound_installation_has_no_error_of_its_own(home: Path):
    found = findings(home)

    # No worker runs here: on a slow machine what was recorded has waited long for the sealer.
    assert {name for name, each in found.items() if each["level"] == "error"} <= {"front-end", "sealer"}
    assert found["migrations"]["level"] == found["keys"]["level"] == found["chain"]["level"] == "ok"
    assert "还没有备份" in found["backup"]["seen"]


def test_every_trouble_comes_with_a_remedy(home: Path):
    assert all(each["remedy"] for each in findings(home, ANNING_DEBUG="1").values() if each["level"] != "ok")


def test_tables_that_are_missing_are_said(tmp_path: Path):
    found = findings(tmp_path / "new")

    assert found["migrations"]["level"] == "error" and "anning up" in found["migrations"]["remedy"]


def test_a_database_that_is_out_of_reach_is_said(tmp_path: Path):
    found = findings(tmp_path / "home", ANNING_DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    assert found["database"]["level"] == "error" and "不可达" in found["database"]["seen"]


def test_a_damaged_file_is_found(home: Path):
    path = home / "anning.sqlite3"
    content = bytearray(path.read_bytes())
    for page in range(3, 40):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)

    assert findings(home)["integrity"]["level"] == "error"


def test_keys_that_others_can_read_are_found(home: Path):
    (home / "keys" / "data.key").chmod(0o644)

    assert "data.key" in findings(home)["keys"]["seen"]


def test_keys_of_another_installation_are_found(home: Path):
    fill = """
from anning.accounts.models import Organisation, Person
unit = Organisation.objects.create(name="单位", kind="town")
Person.objects.create(name="张三", organisation=unit, mobile="13900000001")
"""
    assert run(home, "shell", "--no-imports", "-c", fill).returncode == 0
    (home / "keys" / "data.key").unlink()

    assert "不是一套" in findings(home)["keys-fit"]["seen"]


def test_a_broken_chain_is_found(home: Path):
    seal = """
from django.db import transaction
from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.journal.services import record
from anning.kernel.actor import system
with transaction.atomic():
    record("area.create", "area:1", system(), name="甲")
seal()
Entry.objects.update(body="{}")
"""
    assert run(home, "shell", "--no-imports", "-c", seal).returncode == 0

    assert findings(home)["chain"]["level"] == "error"


def test_debug_and_a_small_disk_are_said(home: Path):
    found = findings(home, ANNING_DEBUG="1", ANNING_DISK_RESERVE_MB="999999999")

    assert found["debug"]["level"] == found["disk"]["level"] == "error"


def test_the_report_for_people_says_the_same(home: Path):
    done = run(home, "doctor", ANNING_DEBUG="1")

    assert done.returncode == 1
    assert "[错误] 调试模式" in done.stdout and "→ 请去掉 ANNING_DEBUG" in done.stdout
