"""What an earlier release wrote, the present one brings up to date."""

import json
import tarfile
from pathlib import Path

import pytest

from anning import __version__
from tests.ops.conftest import run

RELEASES = sorted(Path(__file__).parent.glob("*.tar"))
LOOK = """
import json
from anning.accounts.models import Organisation, Person
from anning.journal.models import Entry
print(json.dumps({"units": Organisation.objects.count(), "people": Person.objects.exclude(mobile="").count(),
                  "names": all(p.mobile.isdigit() for p in Person.objects.exclude(mobile="")[:20]),
                  "entries": Entry.objects.count()}))
"""


@pytest.fixture
def made_now(tmp_path: Path) -> Path:
    """A backup that the present release made of the demo district."""
    home = tmp_path / "made"
    for arguments in (["up", "--prepare-only"], ["backup"]):
        done = run(home, *arguments)
        assert done.returncode == 0, done.stderr
    (path,) = (home / "backups").glob("anning-*.tar")
    return path


def bring_up(archive: Path, home: Path) -> dict[str, int]:
    """Restore and start as an administrator would after installing the present release; return what is there."""
    for arguments in (["restore", str(archive)], ["up", "--prepare-only"], ["journal_verify"]):
        done = run(home, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    facts: dict[str, int] = json.loads(run(home, "shell", "--no-imports", "-c", LOOK).stdout)
    return facts


@pytest.mark.parametrize("release", [*(path.stem for path in RELEASES), "present"])
def test_what_a_release_wrote_can_be_brought_up(release: str, request: pytest.FixtureRequest, tmp_path: Path):
    is_present = release == "present"
    archive = request.getfixturevalue("made_now") if is_present else Path(__file__).parent / f"{release}.tar"

    facts = bring_up(archive, tmp_path / "home")

    assert facts["units"] and facts["people"] and facts["names"] and facts["entries"]
    with tarfile.open(archive) as tar:
        made_by = json.load(tar.extractfile("manifest.json"))["release"]  # type: ignore[arg-type]
    assert made_by == (__version__ if is_present else release)
