"""The guide tells the truth: a register written by it, word for word, has all pages and passes the inherited tests."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs/guide-new-register.md"
BLOCK = re.compile(r"^`(shelterbook/\w+\.py)`\n\n```python\n(.*?)^```$", re.M | re.S)
SETTINGS = """from tests.settings import *
from tests.settings import INSTALLED_APPS as HOUSE
INSTALLED_APPS = [*HOUSE, "shelterbook"]
"""


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a Python module in the folder of the new room."""
    environment = os.environ | {"PYTHONPATH": f"{folder}:{ROOT}", "DJANGO_SETTINGS_MODULE": "guide_settings"}
    environment.pop("ANNING_HOME", None)
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_register_by_the_guide_passes_the_inherited_tests(tmp_path):
    files = dict(BLOCK.findall(GUIDE.read_text()))
    room = tmp_path / "shelterbook"
    room.mkdir()
    (room / "__init__.py").write_text("")
    for name, code in files.items():
        (tmp_path / name).write_text(code)
    (tmp_path / "guide_settings.py").write_text(SETTINGS)
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")

    made = run(tmp_path, "django", "makemigrations", "shelterbook")
    done = run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "--rootdir", str(tmp_path), str(room))

    assert set(files) == {"shelterbook/models.py", "shelterbook/pages.py", "shelterbook/test_shelters.py"}
    assert made.returncode == 0, made.stderr
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 20, done.stdout


def test_model_and_declaration_of_the_guide_are_under_forty_lines():
    files = dict(BLOCK.findall(GUIDE.read_text()))
    lines = (files["shelterbook/models.py"] + files["shelterbook/pages.py"]).splitlines()

    assert len([line for line in lines if line.strip()]) < 40
