"""What was built runs on Chrome 109, keeps to its budgets and asks no foreign host."""

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT

BUILT = ROOT / "anning/ui/static/anning"
FRONT = ROOT / "frontend"
KB = 1024

# What browsers learned after Chrome 109 (January 2023), with the version that brought it.
TOO_NEW_CSS = {
    "color-mix() 111": r"color-mix\(",
    "oklch, oklab, lab, lch 111": r"\b(ok)?(lab|lch)\((?!%)",
    "light-dark() 123": r"light-dark\(",
    "relative colours 119": r"\(\s*from\s",
    "@starting-style 117": r"@starting-style",
    "@scope 118": r"@scope",
    "subgrid 117": r"subgrid",
    "text-wrap 114": r"text-wrap\s*:",
    "trigonometry 111": r"\b(sin|cos|tan|atan2?)\(",
    "round(), mod() 125": r"\b(round|mod|rem)\(",
    ":popover-open 114": r":popover-open",
    "view transitions 111": r"view-transition|::view-",
    "anchor positioning 125": r"anchor\(|position-anchor",
    "animation-timeline 115": r"animation-timeline",
    "linear() 113": r":linear\(",
    "lh unit 109 on": r"\d(r?lh)\b",
}
TOO_NEW_JS = {
    "Object.groupBy 117": r"Object\.groupBy",
    "Array copies 110": r"\.(toSorted|toReversed|toSpliced)\(",
    "Promise.withResolvers 119": r"Promise\.withResolvers",
    "Array.fromAsync 121": r"Array\.fromAsync",
    "Set methods 122": r"\.(isSubsetOf|isSupersetOf|symmetricDifference)\(",
    "URL.canParse 120": r"URL\.canParse",
    "regular expression flag v 112": r"/[dgimsuy]*v[dgimsuy]*[,;)]\s*//",
    "iterator helpers 122": r"Iterator\.from",
}


def built(name: str) -> str:
    assert (BUILT / name).exists(), "the front end is not built: .venv/bin/python frontend/build.py"
    return (BUILT / name).read_text()


def without_urls(css: str) -> str:
    """Pictures inside the styles are no styles."""
    return re.sub(r"url\((\"[^\"]*\"|'[^']*'|[^)]*)\)", "url()", css)


@pytest.mark.parametrize("feature", TOO_NEW_CSS)
def test_the_styles_use_nothing_newer_than_chrome_109(feature):
    assert re.findall(TOO_NEW_CSS[feature], without_urls(built("anning.css"))) == []


def test_the_styles_are_not_nested():
    css = re.sub(r'"[^"]*"', '""', without_urls(built("anning.css")))
    depth, prelude = [], ""
    for character in css:
        if character == "{":
            at_rule = prelude.strip().startswith("@")
            assert at_rule or not (depth and depth[-1] == "rule"), f"nested: {prelude.strip()[:80]}"
            depth.append("at" if at_rule else "rule")
            prelude = ""
        elif character in "};":
            if character == "}":
                depth.pop()
            prelude = ""
        else:
            prelude += character
    assert depth == []


def test_the_styles_do_not_use_has():
    """``:has()`` came with Chrome 105, but kernels of other makers are older than they say."""
    assert ":has(" not in without_urls(built("anning.css"))


@pytest.mark.parametrize("name", ["anning.js", "worker.js"])
@pytest.mark.parametrize("feature", TOO_NEW_JS)
def test_the_scripts_use_nothing_newer_than_chrome_109(name, feature):
    assert re.findall(TOO_NEW_JS[feature], built(name)) == []


@pytest.mark.parametrize(("name", "most_kb"), [("anning.css", 40), ("anning.js", 120)])
def test_the_built_files_keep_to_their_budget(name, most_kb):
    assert len(gzip.compress(built(name).encode(), 9)) <= most_kb * KB


@pytest.mark.parametrize("name", ["anning.css", "anning.js", "worker.js", "icons.svg"])
def test_nothing_built_asks_a_foreign_host(name):
    namespaces = r"https?://(www\.w3\.org|\d)"
    addresses = re.findall(r"https?://[\w.-]+", re.sub(namespaces, "", built(name)))

    assert addresses == []


def test_pages_ask_for_exactly_the_built_version():
    versions = json.loads(built("build.json"))

    assert {"anning.css", "anning.js", "icons.svg", "worker.js"} <= set(versions)


def test_browsers_get_the_packed_files(client):
    answer = client.get("/static/anning/anning.css", headers={"accept-encoding": "gzip"})

    assert answer.status_code == 200 and answer["Content-Encoding"] == "gzip"


def test_the_four_level_colours_are_those_of_the_standard():
    css = built("anning.css")

    for colour in ("#e60012", "#f08300", "#ffd800", "#0068b7"):
        assert colour in css


def test_the_lock_file_names_no_registry():
    lock = (FRONT / "package-lock.json").read_text()

    assert '"resolved"' not in lock and "omit-lockfile-registry-resolved=true" in (FRONT / ".npmrc").read_text()


def test_every_package_of_the_front_end_is_pinned_by_hash():
    packages = json.loads((FRONT / "package-lock.json").read_text())["packages"]

    assert [name for name, facts in packages.items() if name and not facts.get("integrity")] == []


def test_every_package_of_the_front_end_is_free_to_use():
    """MPL-2.0 stands only behind what builds and tests; nothing of it is served."""
    packages = json.loads((FRONT / "package-lock.json").read_text())["packages"]
    fine = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "MPL-2.0"}
    bad = {name: facts.get("license") for name, facts in packages.items() if name and facts.get("license") not in fine}

    assert bad == {}


def test_every_icon_that_templates_name_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', built("icons.svg")))
    named: set[str] = set()
    for path in Path(ROOT / "anning").rglob("templates/**/*.html"):
        named |= set(re.findall(r'{%\s*icon\s+["\']([\w-]+)["\']', path.read_text()))

    assert named and named <= sprite


def test_every_icon_of_the_navigation_is_in_the_sprite(db):
    from anning.ui.navigation import HOMES
    from anning.ui.registries import nav_groups, nav_items, tiles

    sprite = set(re.findall(r'<symbol id="([\w-]+)"', built("icons.svg")))

    assert {item.icon for item in (*nav_items, *nav_groups, *tiles)} | {icon for _, icon in HOMES.values()} <= sprite
