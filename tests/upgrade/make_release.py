"""Freezes a database of the release at hand for tests/upgrade: run it once at every release, commit what it writes.

``python tests/upgrade/make_release.py`` writes ``<release>.tar`` beside itself: a backup of the demo district with
a sealed journal, made with throw-away keys.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from anning import __version__

TARGET = Path(__file__).parent
SEAL = "from anning.journal.sealer import seal\nwhile seal(): pass"


def main() -> None:
    """Make a home, fill it, back it up."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ANNING_")}
        environment |= {"ANNING_HOME": str(home), "ANNING_DEMO_RESIDENTS": "400"}
        for arguments in (["up", "--prepare-only"], ["shell", "--no-imports", "-c", SEAL], ["backup"]):
            subprocess.run([sys.executable, "-m", "anning", *arguments], env=environment, check=True)
        (made,) = (home / "backups").glob("anning-*.tar")
        target = TARGET / f"{__version__}.tar"
        target.write_bytes(made.read_bytes())
    sys.stdout.write(f"{target} ({target.stat().st_size // 1024} KB)\n")


if __name__ == "__main__":
    main()
