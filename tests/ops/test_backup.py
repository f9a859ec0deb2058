"""Backup and restore, in real processes, on the database of this test run."""

import fcntl
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from anning.kernel.errors import Refused
from anning.kernel.uid import new_uid
from anning.ops.backup import archive
from anning.ops.backup.passphrase import decrypt, encrypt
from tests import postgres
from tests.ops.conftest import make_database, run

# What a platform does in one go: it makes a person and an attached file, seals the journal, keeps a reading.
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
from anning.monitoring.history import open_history
from anning.monitoring.observations import Observations
history = open_history(writable=True)
history.append(Observations.of([(1, 1000, 7.5, 0)], 2000))
history.close()
"""
COUNT = """
from anning.accounts.models import Person
print([(p.name, p.mobile) for p in Person.objects.all()])
from anning.monitoring.history import open_history
print("readings", open_history().series(1, 0, 5000).values.tolist())
"""


Home = tuple[Path, dict[str, str]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a unit, a person, a file, a sealed entry and one backup; tests copy it."""
    home = tmp_path_factory.mktemp("template") / "home"
    own: dict[str, str] = {}
    if settings.TEST_DATABASE == "postgres":
        make_database(f"template_{os.getpid()}")
        own = {"ANNING_DATABASE_URL": postgres.url(f"template_{os.getpid()}")}
    for arguments in (["up", "--no-demo", "--prepare-only"], ["shell", "--no-imports", "-c", FILL], ["backup"]):
        done = run(home, *arguments, **own)
        assert done.returncode == 0, done.stderr
    return home, own


@pytest.fixture
def filled(template: Home, tmp_path: Path) -> Home:
    """A copy of the template."""
    home = Path(shutil.copytree(template[0], tmp_path / "source"))
    if settings.TEST_DATABASE == "sqlite":
        return home, {}
    name = f"source_{os.getpid()}_{new_uid()}".lower()
    make_database(name, like=f"template_{os.getpid()}")
    return home, {"ANNING_DATABASE_URL": postgres.url(name)}


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    """A home in which nothing was ever done, with its own empty database."""
    if settings.TEST_DATABASE == "sqlite":
        return tmp_path / "target", {}
    name = f"target_{os.getpid()}_{new_uid()}".lower()
    make_database(name)
    return tmp_path / "target", {"ANNING_DATABASE_URL": postgres.url(name)}


def only_backup(home: Path) -> Path:
    """Return the one backup of a home."""
    (path,) = (p for p in (home / "backups").iterdir() if p.name.startswith("anning-"))
    return path


def test_a_backup_brings_everything_back_elsewhere(filled: Home, empty: Home):
    home, other, there = filled[0], *empty

    restored = run(other, "restore", str(only_backup(home)), **there)

    assert restored.returncode == 0, restored.stderr
    assert "日志链完整" in restored.stdout
    told = run(other, "shell", "--no-imports", "-c", COUNT, **there).stdout
    assert "('张三', '13900000001')" in told and "readings [7.5]" in told
    assert [p.read_bytes() for p in (other / "files").rglob("*") if p.is_file()] == [b"an attachment"]
    assert (other / "keys" / "data.key").read_bytes() == (home / "keys" / "data.key").read_bytes()


def test_an_encrypted_backup_needs_its_passphrase(filled: Home, empty: Home, tmp_path: Path):
    home, own = filled
    only_backup(home).unlink()
    assert run(home, "backup", ANNING_BACKUP_PASSPHRASE="芦苇荡里的鸟", **own).returncode == 0
    path = only_backup(home)
    other, there = empty

    assert b"sqlite" not in path.read_bytes() and path.name.endswith(".enc")
    assert "备份已加密" in run(other, "restore", str(path), **there).stderr
    assert "口令不对" in run(other, "restore", str(path), ANNING_BACKUP_PASSPHRASE="x", **there).stderr
    (tmp_path / "passphrase").write_text("芦苇荡里的鸟\n")
    done = run(other, "restore", str(path), "--passphrase-file", str(tmp_path / "passphrase"), **there)
    assert done.returncode == 0, done.stderr


def test_an_installation_in_use_is_only_replaced_by_force_and_kept_aside(filled: Home):
    home, own = filled
    path = only_backup(home)

    refused = run(home, "restore", str(path), **own)
    forced = run(home, "restore", str(path), "--force", **own)

    assert refused.returncode == 1 and "--force" in refused.stderr
    assert forced.returncode == 0, forced.stderr
    (aside,) = home.glob("replaced-*")
    assert {p.name for p in aside.iterdir()} >= {"database", "keys", "files"}


def test_what_was_erased_is_not_in_a_later_backup(filled: Home, tmp_path: Path):
    home, own = filled
    assert "张三" in database_text(only_backup(home), tmp_path)
    erase = "from anning.accounts.models import Person; Person.all_objects.all().delete()"
    assert run(home, "shell", "--no-imports", "-c", erase, **own).returncode == 0
    only_backup(home).unlink()

    assert run(home, "backup", **own).returncode == 0

    assert "张三" not in database_text(only_backup(home), tmp_path)


def database_text(path: Path, working: Path) -> str:
    """Return everything that the database inside a backup says, readable or not."""
    with tarfile.open(path) as tar:
        content = tar.extractfile("database").read()  # type: ignore[union-attr]
    if settings.TEST_DATABASE == "sqlite":
        return content.decode(errors="replace")
    (working / "dump").write_bytes(content)
    command = [postgres.binary("pg_restore"), "--file=-", str(working / "dump")]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_only_the_newest_backups_are_kept(filled: Home):
    home, own = filled
    old = [home / "backups" / f"anning-2020010{day}-000000.tar" for day in (1, 2, 3)]
    for path in old:
        shutil.copy(only_backup(home) if path is old[0] else old[0], path)

    assert run(home, "backup", "--keep", "2", **own).returncode == 0

    assert len(list((home / "backups").glob("anning-*"))) == 2
    assert not any(path.exists() for path in old)


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


def test_a_damaged_archive_is_refused(filled: Home, tmp_path: Path):
    path = only_backup(filled[0])
    (tmp_path / "noise.tar").write_bytes(b"no tar at all" * 100)

    def refusal(changed: Path) -> str:
        with pytest.raises(Refused) as refused:
            archive.examine(changed)
        return refused.value.message

    flipped = tampered(path, lambda name, content: content[:-1] + b"\x7f" if name == "database" else content)
    assert "database 与清单不符" in refusal(flipped)
    assert "缺少清单" in refusal(tampered(path, lambda n, content: None if n == "manifest.json" else content))
    assert "keys/data.key 与清单不符" in refusal(tampered(path, lambda n, c: None if n == "keys/data.key" else c))
    assert "无法读取" in refusal(tmp_path / "noise.tar")


def test_an_archive_of_a_newer_release_changes_nothing(filled: Home, empty: Home):
    home, there = empty

    done = run(home, "restore", str(tampered(only_backup(filled[0]), newer)), **there)

    assert done.returncode == 1 and "更新的版本" in done.stderr and "Traceback" not in done.stderr
    assert not (home / "keys" / "data.key").exists() and not list((home / "files").glob("*/*"))


def test_no_restore_happens_under_a_running_platform(filled: Home):
    home, own = filled
    with (home / "use.lock").open("w") as used:
        fcntl.flock(used, fcntl.LOCK_SH)  # as every running process holds it

        done = run(home, "restore", str(only_backup(home)), "--force", **own)

    assert done.returncode == 1 and "请先停止" in done.stderr


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
