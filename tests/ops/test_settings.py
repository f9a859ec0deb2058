"""The settings and their reference page; the duty of the daily backup."""

import os
from pathlib import Path

import pytest

from anning.ops.duties import is_backup_due
from anning.ops.management.commands.ops_settings_reference import reference
from tests.house.tree import ROOT

MORNING = 1_795_480_200.0  # 2026-11-24 08:30 in Asia/Shanghai


def test_the_reference_is_what_the_settings_say():
    assert (ROOT / "docs/reference/settings.md").read_text() == reference()


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    """An empty folder of backups, due at 02:30."""
    settings.BACKUP_FOLDER, settings.BACKUP_AT = tmp_path, "02:30"
    return tmp_path


def test_a_backup_is_due_while_there_is_none(folder: Path):
    assert is_backup_due(real=MORNING)


@pytest.mark.parametrize(("age_h", "due"), [(1, False), (5.9, False), (6.1, True), (30, True)])
def test_a_backup_is_due_once_after_its_time(folder: Path, age_h: float, due: bool):
    made = folder / "anning-20261124-000000.tar"
    made.touch()
    os.utime(made, (MORNING - age_h * 3600,) * 2)

    assert is_backup_due(real=MORNING) is due
