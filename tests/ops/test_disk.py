"""A disk that runs full: said early, and nothing acknowledged that is not stored."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anning.ops import disk
from tests.ops.conftest import ROOT, environment


@pytest.fixture
def low_disk(settings, monkeypatch):
    """A reserve that no disk has."""
    settings.DISK_RESERVE_MB = 1 << 40
    monkeypatch.setattr(disk, "_seen", (0.0, 0))


@pytest.mark.usefixtures("low_disk")
@pytest.mark.django_db
def test_uploads_imports_and_exports_are_refused_before_they_fail(client_of):
    client: Client = client_of("duty")

    upload = client.post("/anywhere", {"file": SimpleUploadedFile("a.txt", b"a")})
    export = client.post("/r/areas/export", "", content_type="application/x-www-form-urlencoded")

    for answer in (upload, export):
        assert answer.status_code == 507
        assert "磁盘空间不足" in answer.content.decode()


@pytest.mark.usefixtures("low_disk")
@pytest.mark.django_db
def test_everybody_is_told_and_reading_goes_on(client_of):
    page = client_of("duty").get("/", follow=True)

    assert page.status_code == 200
    assert "磁盘空间不足" in page.content.decode()


@pytest.mark.django_db
def test_nobody_is_told_while_there_is_room(client_of, settings, monkeypatch):
    settings.DISK_RESERVE_MB = 0
    monkeypatch.setattr(disk, "_seen", (0.0, 0))

    assert "磁盘空间不足" not in client_of("duty").get("/", follow=True).content.decode()


def test_a_full_disk_acknowledges_nothing_that_is_not_stored(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    work = "from tests.ops import full_disk; print(full_disk.report())"
    mounted = f"mount -t tmpfs -o size=32m tmpfs '{home}' && exec \"$0\" -m anning shell --no-imports -c '{work}'"

    done = subprocess.run(
        ["unshare", *([] if os.getuid() == 0 else ["--map-root-user"]), "--mount", "sh", "-c", mounted, sys.executable],
        env=environment(home, ANNING_DISK_RESERVE_MB="100"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["low_before"] is True  # said before it was full
    assert report["refused"] > 0
    assert report["stored"] == sorted(report["acknowledged"])
    assert report["entries"] == len(report["stored"]) and report["broken"] == ""
    assert "000000000999" in report["stored"]  # once there is room again, all goes on
    assert (report["file_stored"], report["file_parts"]) == (False, 0)
    assert (report["status"], report["says"]) == (507, True)
