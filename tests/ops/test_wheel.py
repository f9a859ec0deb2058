"""The wheel: installed on a machine without Node and gettext, it runs the platform."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.ops.conftest import ROOT, Platform

BUILDING = "from setuptools.build_meta import build_wheel; import sys; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built aside."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    built = [*ROOT.glob("anning/ui/static/**/*"), *ROOT.glob("anning/locale/**/*.mo")]
    for path in {ROOT / name for name in listed if name} | set(built):
        if path.is_file() and path.relative_to(ROOT).parts[0] not in {"tests", "docs", "frontend"}:
            target = source / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (source / "README.md").touch()
    subprocess.run([sys.executable, "-c", BUILDING, str(folder)], cwd=source, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_what_was_built_and_nothing_else(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names} == {"anning", f"anning-{wheel.name.split('-')[1]}.dist-info"}
    assert any(name.startswith("anning/ui/static/") and name.endswith(".css") for name in names)
    assert any(name.startswith("anning/ui/static/") and name.endswith(".js") for name in names)
    assert "anning/rules/ground.yaml" in names and "anning/ui/templates/ui/base.html" in names
    assert not [name for name in names if name.endswith((".pyc", ".key", ".sqlite3"))]


def test_the_installed_wheel_runs_without_node_and_gettext(wheel: Path, tmp_path: Path):
    place = tmp_path / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    (library,) = place.glob("lib/python3*/site-packages")
    # The dependencies of this very run, so that the test needs no network; our own tree stays out.
    ours = next(Path(entry) for entry in sys.path if entry.endswith("site-packages"))
    for each in ours.iterdir():
        if not each.name.lower().startswith(("anning", "__editable__", "_pytest", "pytest", "nodejs", "babel")):
            (library / each.name).symlink_to(each)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(place / "bin" / "python")]
    subprocess.run([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)], check=True)
    bare = {"PATH": f"{place / 'bin'}", "PYTHONPATH": "", "LANG": "C.UTF-8"}

    platform = Platform(tmp_path / "home", "--no-demo", command=[str(place / "bin" / "anning")], cwd=tmp_path, **bare)
    try:
        assert json.load(platform.get("health")) == {"status": "ok"}
        assert platform.get("sign-in").status == 200
        serving = Path(f"/proc/{platform.children()['serve']}/environ").read_bytes()
        assert b"PATH=" + os.fsencode(bare["PATH"]) in serving
    finally:
        platform.stop()
