"""Backup and restore, in real processes, on the database of this test run."""

import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from anning.kernel.errors import Refused
from anning.ops.backup import archive
from anning.ops.backup.passphrase import decrypt, encrypt
from tests import postgres
from tests.ops.conftest import make_database, run

# What a platform does in one go: it makes a person and an attached file, and seals the journal.
FILL = """
from django.db import transaction
from anning.accounts.models import Organisation, Person
from anning.journal.sealer import seal
from anning.journal.services import record
from anning.kernel.actor import system
from anning.vault import store
with transaction.atomic():
    unit = Organisation(name="芦台街道办事处", kind="town"); unit.derive(); unit.save(); unit.derive(); unit.save()
    person = Person(name="张三", organisation=unit, mobile="13900000001"); person.derive(); person.save()
    record("person.create", person.subject, system(), changes={})
print(store.keep([b"an attachment"]).sha256)
seal()
"""
COUNT = """
from anning.accounts.models import Person
print([(p.name, p.mobile) for p in Person.objects.all()])
"""


@pytest.fixture
def home_of(tmp_path: Path) -> Callable[[str], tuple[Path, dict[str, str]]]:
    """``home_of("a")`` gives a home folder and the settings of its own database."""

    def make(name: str) -> tuple[Path, dict[str, str]]:
        if settings.TEST_DATABASE == "sqlite":
            return tmp_path / name, {}
        database = f"backup_{name}_{os.getpid()}"
        make_database(database)
        return tmp_path / name, {"ANNING_DATABASE_URL": postgres.url(database)}

    return make


@pytest.fixture
def filled(home_of: Any) -> tuple[Path, dict[str, str]]:
    """A home with a unit, a person, a file and a sealed entry."""
    home, own = home_of("source")
    assert run(home, "migrate", "--verbosity=0", **own).returncode == 0
    done = run(home, "shell", "--no-imports", "-c", FILL, **own)
    assert done.returncode == 0, done.stderr
    return home, own


def only_backup(home: Path) -> Path:
    """Return the one backup of a home."""
    (path,) = (p for p in (home / "backups").iterdir() if p.name.startswith("anning-"))
    return path


def test_a_backup_brings_everything_back_elsewhere(filled: Any, home_of: Any):
    home, own = filled
    made = run(home, "backup", **own)
    assert made.returncode == 0, made.stderr
    other, there = home_of("target")

    restored = run(other, "restore", str(only_backup(home)), **there)

    assert restored.returncode == 0, restored.stderr
    assert "日志链完整" in restored.stdout
    assert "('张三', '13900000001')" in run(other, "shell", "--no-imports", "-c", COUNT, **there).stdout
    assert [p.read_bytes() for p in (other / "files").rglob("*") if p.is_file()] == [b"an attachment"]
    assert (other / "keys" / "data.key").read_bytes() == (home / "keys" / "data.key").read_bytes()


def test_an_encrypted_backup_needs_its_passphrase(filled: Any, home_of: Any, tmp_path: Path):
    home, own = filled
    assert run(home, "backup", ANNING_BACKUP_PASSPHRASE="芦苇荡里的鸟", **own).returncode == 0
    path = only_backup(home)
    other, there = home_of("target")

    assert b"sqlite" not in path.read_bytes() and path.name.endswith(".enc")
    assert "备份已加密" in run(other, "restore", str(path), **there).stderr
    assert "口令不对" in run(other, "restore", str(path), ANNING_BACKUP_PASSPHRASE="x", **there).stderr
    (tmp_path / "passphrase").write_text("芦苇荡里的鸟\n")
    done = run(other, "restore", str(path), "--passphrase-file", str(tmp_path / "passphrase"), **there)
    assert done.returncode == 0, done.stderr


def test_an_installation_in_use_is_only_replaced_by_force_and_kept_aside(filled: Any):
    home, own = filled
    run(home, "backup", **own)
    path = only_backup(home)

    refused = run(home, "restore", str(path), **own)
    forced = run(home, "restore", str(path), "--force", **own)

    assert refused.returncode == 1 and "--force" in refused.stderr
    assert forced.returncode == 0, forced.stderr
    (aside,) = home.glob("replaced-*")
    assert {p.name for p in aside.iterdir()} >= {"database", "keys", "files"}


def test_what_was_erased_is_not_in_a_later_backup(filled: Any):
    home, own = filled
    if own:
        pytest.skip("pg_dump writes live rows only; this is about free pages of the SQLite file")
    erase = "from anning.accounts.models import Person; Person.all_objects.all().delete()"
    assert run(home, "shell", "--no-imports", "-c", erase).returncode == 0

    run(home, "backup")

    with tarfile.open(only_backup(home)) as tar:
        assert "张三".encode() not in tar.extractfile("database").read()  # type: ignore[union-attr]


def test_only_the_newest_backups_are_kept(filled: Any):
    home, own = filled
    place = home / "backups"
    run(home, "backup", **own)
    for day in ("20200101", "20200102", "20200103"):
        shutil.copy(
            only_backup(home) if day == "20200101" else place / "anning-20200101-000000.tar",
            place / f"anning-{day}-000000.tar",
        )

    assert run(home, "backup", "--keep", "2", **own).returncode == 0

    assert len([p for p in place.iterdir() if p.name.startswith("anning-")]) == 2
    assert not (place / "anning-20200103-000000.tar").exists()


def tampered(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Return a copy of the archive in which ``change`` has its way with every member."""
    target = path.with_name("tampered.tar")
    with tarfile.open(path) as source, tarfile.open(target, "w") as copy:
        for member in source:
            content = change(member.name, source.extractfile(member).read())  # type: ignore[union-attr]
            if content is not None:
                facts = tarfile.TarInfo(member.name)
                facts.size = len(content)
                copy.addfile(facts, io.BytesIO(content))
    return target


def newer(name: str, content: bytes) -> bytes:
    """Make the manifest one of a release to come."""
    if name != "manifest.json":
        return content
    facts = json.loads(content)
    facts["migrations"].append("accounts.9999_from_the_future")
    return json.dumps(facts).encode()


def test_a_damaged_or_foreign_archive_is_refused_before_anything_changes(filled: Any, home_of: Any, tmp_path: Path):
    home, own = filled
    run(home, "backup", **own)
    path = only_backup(home)
    other, there = home_of("target")
    (tmp_path / "noise.tar").write_bytes(b"no tar at all" * 100)

    def refusal(changed: Path) -> str:
        done = run(other, "restore", str(changed), **there)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        return done.stderr

    flipped = tampered(path, lambda name, content: content[:-1] + b"\x7f" if name == "database" else content)
    assert "database 与清单不符" in refusal(flipped)
    assert "缺少清单" in refusal(tampered(path, lambda n, content: None if n == "manifest.json" else content))
    assert "keys/data.key 与清单不符" in refusal(tampered(path, lambda n, c: None if n == "keys/data.key" else c))
    assert "更新的版本" in refusal(tampered(path, newer))
    assert "不是安宁的备份" in refusal(tmp_path / "noise.tar")
    assert "找不到备份" in refusal(tmp_path / "nowhere.tar")
    assert not (other / "anning.sqlite3").exists() and not list((other / "files").glob("*/*"))


def test_a_member_that_would_leave_the_folder_is_refused(tmp_path: Path):
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w") as tar:
        facts = tarfile.TarInfo("keys/../../evil")
        facts.size = 1
        tar.addfile(facts, io.BytesIO(b"x"))

    with pytest.raises(Refused, match="不认识的内容"):
        archive.extract(path, tmp_path / "out")

    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_encryption_is_undone_by_the_same_passphrase(size: int):
    plain, sealed, back = io.BytesIO(os.urandom(size)), io.BytesIO(), io.BytesIO()

    encrypt(plain, sealed, "口令")
    decrypt(sealed, back, "口令")

    assert back.getvalue() == plain.getvalue()


@pytest.mark.parametrize("cut", [1, 20, 40])
def test_a_cut_end_of_an_encrypted_archive_is_found(cut: int):
    sealed = io.BytesIO()
    encrypt(io.BytesIO(b"x" * ((1 << 20) + 5)), sealed, "口令")
    sealed.truncate(len(sealed.getvalue()) - cut)

    with pytest.raises(Refused):
        decrypt(sealed, io.BytesIO(), "口令")
