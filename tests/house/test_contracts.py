"""Calls go down the house; the import contracts of pyproject.toml hold."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT, name, sources


def test_the_import_contracts_hold():
    lint = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_a_room_enters_another_only_by_its_doors():
    """Another module's door is its services and selectors; models may be named, views and the like never."""
    private = {"views", "forms", "api", "reactions", "duties", "panels", "pages", "urls"}
    roof = {"urls", "api", "settings", "cli", "wsgi"}
    wrong = []
    for path in sources("anning"):
        parts = path.relative_to(ROOT / "anning").with_suffix("").parts
        if parts[0] in roof:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("anning."):
                module = (node.module or "").split(".")
                reached = module[2:] or [alias.name for alias in node.names]
                if module[1] != parts[0] and private & set(reached):
                    wrong.append(f"{name(path)}:{node.lineno} {node.module}")

    assert wrong == []
