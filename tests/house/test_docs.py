"""What the documents say exists: files, commands, settings."""

import re

import pytest
from django.core.management import get_commands

from anning.kernel.env import KNOWN
from tests.house.tree import ROOT, name, texts

PAGES = list(texts(suffixes={".md"}))
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"`(?:\.venv/bin/)?anning ([a-z][a-z_]+)")
SETTING = re.compile(r"\bANNING_[A-Z][A-Z0-9_]+\b")
REFERENCE = ROOT / "docs/reference/settings.md"
TEST_ONLY = re.compile(r"ANNING_TEST_")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_leads_to_a_file(path):
    links = [link for link in LINK.findall(path.read_text()) if not re.match(r"[a-z]+:", link)]

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_command_that_is_named_exists(path):
    ours = {command for command, room in get_commands().items() if room.startswith("anning.")} | set(get_commands())

    assert set(COMMAND.findall(path.read_text())) - ours == set()


def test_every_setting_is_documented():
    assert {known for known in KNOWN if known not in REFERENCE.read_text() and not TEST_ONLY.match(known)} == set()


def test_the_reference_names_no_setting_that_is_gone():
    named = set(SETTING.findall(REFERENCE.read_text()))
    code = "\n".join(path.read_text() for path in texts("anning", "deploy", suffixes={".py", ".sh"}))

    assert {each for each in named if each not in code} == set()
