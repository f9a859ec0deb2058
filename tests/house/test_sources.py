"""What every source file of the house keeps to."""

import ast
import re

import pytest

from tests.house.tree import ROOT, name, sources, texts, tracked

LONGEST = 500
HOMELESS = {"utils", "helpers", "common", "manager", "base", "misc", "tools"}
# In two pieces, so that this file does not break its own rule.
FORBIDDEN = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".",
    "npmmirror" + ".",
    "registry." + "npm",
    " --index" + "-url",
    "tuna." + "tsinghua",
    "mirrors." + "aliyun",
    "/ro" + "ot/",
    "/wo" + "rk/",
    "/ho" + "me/",
]
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")


def test_no_file_is_longer_than_a_folder_wants_to_be():
    code = texts("anning", "tests", "frontend", "proof", "bench", suffixes={".py", ".ts", ".mjs", ".css", ".html"})

    written = [p for p in code if p.parent.name != "migrations"]  # Django writes those
    assert {name(p): n for p in written if (n := len(p.read_text().splitlines())) > LONGEST} == {}


def test_every_module_has_a_name():
    assert [name(p) for p in sources("anning") if p.stem in HOMELESS] == []


@pytest.mark.parametrize("word", FORBIDDEN)
def test_the_tree_knows_no_registry_and_no_machine(word):
    found = [name(path) for path in texts() if word in path.read_text(errors="replace")]

    assert found == []


def test_nothing_is_left_for_later():
    found = [
        f"{name(path)}:{number}"
        for path in texts("anning", "tests", "frontend", "proof", "bench")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if MARKS.search(line) and path.suffix in {".py", ".ts", ".mjs", ".css", ".html"}
    ]

    assert found == []


def test_only_the_clock_reads_the_time():
    """``date.today()``, ``datetime.now()``, ``timezone.now()`` would not run with the accelerated clock."""
    asking = re.compile(r"\b(datetime|date|timezone)\.(now|today|utcnow|localdate|localtime)\(")
    found = [
        f"{name(path)}:{number}"
        for path in sources("anning")
        if path != ROOT / "anning/kernel/clock.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if asking.search(line)
    ]

    assert found == []


def test_every_module_says_what_it_is():
    declared = {"urls", "apps", "formats", "__main__"}  # Django's own shapes speak for themselves
    silent = [
        name(path)
        for path in sources("anning")
        if path.stat().st_size and path.stem not in declared and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def has_help(node):
    """Whether a class (a command, a register) says in its own ``help`` what it is for."""
    given = [part.targets[0] for part in node.body if isinstance(part, ast.Assign)]
    return any(isinstance(target, ast.Name) and target.id == "help" for target in given)


def test_every_public_function_has_a_docstring_of_one_sentence():
    silent = []
    for path in sources("anning"):
        for node in ast.parse(path.read_text()).body:
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            says = named and (ast.get_docstring(node) or has_help(node))
            if named and not node.name.startswith("_") and path.stem != "apps" and not says:
                silent.append(f"{name(path)}:{node.lineno} {node.name}")

    assert silent == []


def test_no_test_sleeps():
    found = [
        f"{name(path)}:{node.lineno}"
        for path in sources("tests")
        if path.name.startswith("test_")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    ]

    assert found == []


def test_no_test_mocks_our_own_code():
    found = [
        name(path)
        for path in sources("tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "unittest.mock" in ast.unparse(node).replace(" import ", ".")
    ]

    assert found == []


def test_no_secret_or_database_is_tracked():
    assert [name(p) for p in tracked() if p.suffix in {".key", ".pem", ".sqlite3", ".pyc", ".mo"}] == []
