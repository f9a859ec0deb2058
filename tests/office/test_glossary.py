"""One term, one identifier; what the glossary names exists."""

import re
from importlib import import_module

from tests.house.tree import ROOT

ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<english>[^|]+) \| `(?P<identifier>[\w.]+)` \|", re.M)
ROWS = [match.groupdict() for match in ROW.finditer((ROOT / "docs/glossary.md").read_text("utf-8"))]


def resolve(identifier):
    """Follow ``identifier`` below anning: a module, then its attributes; None when it leads nowhere."""
    found = import_module("anning")
    for depth, name in enumerate(identifier.split("."), 1):
        path = ".".join(["anning", *identifier.split(".")[:depth]])
        try:
            found = getattr(found, name) if hasattr(found, name) else import_module(path)
        except ImportError:
            fields = getattr(found, "__dataclass_fields__", {})
            model = getattr(found, "_meta", None)
            declared = {f.name for f in model.get_fields()} if model else set(fields)
            return identifier if name in declared else None
    return found


def test_every_identifier_of_the_glossary_exists():
    assert len(ROWS) > 80
    assert [row["identifier"] for row in ROWS if resolve(row["identifier"]) is None] == []


def test_a_name_that_leads_nowhere_is_noticed():
    assert resolve("accounts.models.Aria") is None and resolve("accounts.models.Area.colour") is None


def test_one_term_has_one_identifier_and_one_english_name():
    for column in ("term", "english", "identifier"):
        values = [row[column] for row in ROWS]
        assert {value for value in values if values.count(value) > 1} == set()
