"""Files by content hash: which stay, which are swept."""

import os
import time
from pathlib import Path

import pytest
from django.apps import apps

from anning.accounts.selectors import actor_for
from anning.journal.registry import periodics
from anning.tasks.services import add_proof, assign_task
from anning.ui.models import ImportBatch, Job
from anning.vault import store

DAYS_AGO = time.time() - 3 * 86_400
PHOTO = b"\xff\xd8\xff\xe0 a photograph of the culvert"


@pytest.fixture(autouse=True)
def files(settings, tmp_path: Path) -> Path:
    """An empty folder of files."""
    settings.FILES = tmp_path / "files"
    return Path(settings.FILES)


def kept(content: bytes, *, old: bool = True) -> str:
    """Store a file; by default as one that lies there for days."""
    sha256 = store.keep([content]).sha256
    if old:
        os.utime(store.path_of(sha256), (DAYS_AGO, DAYS_AGO))
    return sha256


def test_files_that_rows_of_any_room_name_stay_and_orphans_go(user_of):
    user = user_of("town")
    task = assign_task(actor_for(user_of("duty")), title="核实积水", to=user.person)
    proof = add_proof(task.pk, actor_for(user), name="涵洞.jpg", chunks=[PHOTO]).sha256
    os.utime(store.path_of(proof), (DAYS_AGO, DAYS_AGO))
    upload, export, orphan = kept(b"upload"), kept(b"export"), kept(b"orphan")
    facts = {"register": "documents", "user": user, "created_at": task.assigned_at}
    ImportBatch.objects.create(sha256=upload, filename="a.xlsx", **facts)
    Job.objects.create(sha256=export, kind=Job.Kind.EXPORT, **facts)
    assert store.sweep() == 1
    assert [store.path_of(one).exists() for one in (proof, upload, export, orphan)] == [True, True, True, False]


@pytest.mark.django_db
def test_a_file_that_was_written_today_waits_for_its_row():
    fresh = kept(b"its row is being written", old=False)
    assert store.sweep() == 0
    assert store.path_of(fresh).exists()


@pytest.mark.django_db
def test_what_a_broken_upload_left_behind_is_swept(files):
    files.mkdir()
    part = files / ".part-abc"
    part.write_bytes(b"half a file")
    os.utime(part, (DAYS_AGO, DAYS_AGO))
    assert store.sweep() == 1
    assert not part.exists()


@pytest.mark.django_db
def test_the_worker_sweeps_once_a_day():
    orphan = kept(b"orphan")
    duty = periodics["ui.sweep_files"]
    assert duty.every_s == 86_400
    assert duty.do() == 1
    assert not store.path_of(orphan).exists()


def test_every_table_that_names_files_is_known_to_the_sweep():
    naming = {
        model.__module__.removeprefix("anning.").partition(".")[0]
        for model in apps.get_models()
        if model.__module__.startswith("anning.") and any(f.name == "sha256" for f in model._meta.fields)
    }
    telling = {namer.__module__.removeprefix("anning.").partition(".")[0] for namer in store._namers}
    assert naming == telling
