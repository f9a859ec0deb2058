"""What the platform stands on may be given away with it: permissive or LGPL."""

import ast
import re
import sys
from email.message import Message
from importlib.metadata import Distribution, distributions, packages_distributions
from itertools import pairwise

from tests.house.tree import ROOT, sources

ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|ISC|Unlicense|Zlib|CC0|0BSD|LGPL|Lesser General|MPL|Mozilla"
    r"|HPND|public domain)",
    re.I,
)
STRONG = re.compile(r"(?<!Lesser )(?<!Library or Lesser )General Public License|(?<!L)\bA?GPL", re.I)


def name_of(text: str) -> str:
    """Return a distribution's name in its one spelling."""
    return re.sub(r"[-_.]+", "-", text).lower()


def pinned() -> set[str]:
    """Return what the requirement files pin."""
    files = (ROOT / "requirements").glob("*.txt")
    return {name_of(line.split("==")[0]) for path in files for line in path.read_text().splitlines() if "==" in line}


def licence(distribution: Distribution) -> str:
    """Return all that a distribution says about its licence."""
    facts: Message = distribution.metadata  # type: ignore[assignment]
    classifiers = [c for c in facts.get_all("Classifier", []) if c.startswith("License ::")]
    first_line = (facts.get("License") or "").strip().partition("\n")[0]
    return " / ".join(filter(None, [facts.get("License-Expression"), first_line, *classifiers]))


def test_every_pinned_distribution_is_permissive_or_lgpl():
    wrong = {
        name_of(each.metadata["Name"]): licence(each)
        for each in distributions()
        if name_of(each.metadata["Name"]) in pinned()
        and (not ALLOWED.search(licence(each)) or STRONG.search(licence(each)))
    }

    assert wrong == {}


def test_every_requirement_says_why():
    for path in (ROOT / "requirements").glob("*.in"):
        lines = path.read_text().splitlines()
        silent = [
            line
            for before, line in pairwise(lines)
            if line and not line.startswith(("#", "-c")) and not before.startswith("#")
        ]
        assert silent == [], path.name


def test_requirements_are_pinned_by_hash_and_name_no_index():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text and "--index" not in text and "--find-links" not in text
        pins = [block for block in re.split(r"\n(?=\S)", text) if "==" in block]
        assert pins and all("--hash=sha256:" in block for block in pins), path.name


def test_what_is_imported_is_required_and_what_is_required_is_used():
    """A distribution that only comes along with another one may vanish with it."""
    provided = packages_distributions()
    imported = {
        name.split(".")[0]
        for path in sources("anning")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in names_in(node)
    } - set(sys.stdlib_module_names | {"anning"})
    needed = {name_of(distribution) for name in imported for distribution in provided[name]}
    lines = (ROOT / "requirements/run.in").read_text().splitlines()
    required = {name_of(re.split(r"[\[~=<>]", line)[0]) for line in lines if line and not line.startswith("#")}

    assert needed - required == set()
    assert required - needed == {"tzdata", "whitenoise", "argon2-cffi", "django-htmx"}  # Django loads these


def names_in(node: ast.AST) -> list[str]:
    """Return the modules that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
