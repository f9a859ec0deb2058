"""The tracked files of the project, as the house's own tests read them."""

import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXTS = {".py", ".ts", ".mjs", ".css", ".html", ".md", ".yaml", ".yml", ".toml", ".json", ".txt", ".in", ".csv", ".sh"}


@lru_cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project: what git tracks and what is new, without what is ignored."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return tuple(sorted(ROOT / name for name in set(names) if name and (ROOT / name).is_file()))


def texts(*folders: str, suffixes: set[str] | None = None) -> Iterator[Path]:
    """Yield the text files below the folders (all folders when none is named)."""
    wanted = suffixes or TEXTS
    for path in tracked():
        inside = not folders or any(path.is_relative_to(ROOT / folder) for folder in folders)
        if inside and (path.suffix in wanted or path.name in {"Makefile", ".gitignore", "run"}):
            yield path


def sources(*folders: str) -> list[Path]:
    """Return our Python files below the folders, without migrations (Django writes those)."""
    return [path for path in texts(*folders, suffixes={".py"}) if "migrations" not in path.parts]


def templates() -> list[Path]:
    """Return all templates."""
    return [path for path in texts("anning", suffixes={".html"}) if "templates" in path.parts]


def name(path: Path) -> str:
    """Return the path as the project says it."""
    return str(path.relative_to(ROOT))
