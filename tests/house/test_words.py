"""Every Chinese word on screen is a source text that can be translated, and English stands only in the catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, name, sources

CHINESE = re.compile(r"[\u4e00-\u9fff]")
MARKED = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
SPOKEN_ELSEWHERE = {
    "env",
    "listed",
    "setting_list",
    "BadSetting",
    "CommandError",
    "HouseAPI",
}  # documents and the console
# What files are read by, and faces of type: nobody translates them.
UNSPOKEN = {"YES, NO", "USUAL", "DAYS", "NOTES", "SONG", "TITLE, FANGSONG, HEI", "KAI", "HEADINGS"}
# What names and attributes of data are known by, and made of.
UNSPOKEN |= {
    "GRADES",
    "USUAL_NAMES",
    "CODES",
    "CODE, NAME, KIND",
    "ENDINGS",
    "KINDS",
    "UNITS",
    "STREET, PARK, COMMUNITY",
}
# The console, demonstration data, and the parts of the kernel that only the console hears.
EXEMPT = ("kernel", "demo", "ops", "settings.py", "rules")


def is_exempt(path: Path) -> bool:
    inside = path.relative_to(ROOT / "anning")
    return inside.parts[0] in EXEMPT or "commands" in inside.parts or inside.name == "apps.py"


def unmarked(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of Chinese literals outside gettext calls and docstrings."""
    if isinstance(tree, ast.Call) and ast.unparse(tree.func).rpartition(".")[2] in MARKED | SPOKEN_ELSEWHERE:
        return
    for node in ast.iter_child_nodes(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_unspoken = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).strip("()") in UNSPOKEN
        if is_docstring or is_unspoken:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value):
            yield node.lineno, node.value
        yield from unmarked(node)


@pytest.mark.parametrize("path", [p for p in sources("anning") if not is_exempt(p)], ids=name)
def test_every_chinese_text_is_marked_for_translation(path):
    assert list(unmarked(ast.parse(path.read_text()))) == []
