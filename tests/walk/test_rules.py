"""Every address has a rule, every rule an address."""

from fnmatch import fnmatchcase

import pytest

from tests.walk import routes, rules

PAGES = routes.pages()


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_every_page_has_a_rule(route):
    room, _colon, action = route.name.partition(":")
    if room in rules.VERBS and "register" in route.parameters:
        assert action in rules.VERBS[room]
    else:
        assert any(fnmatchcase(route.name, pattern) for pattern in rules.RULES), "declare it in tests/walk/rules.py"


def test_every_rule_has_a_page():
    names = [route.name for route in PAGES]

    assert [pattern for pattern in rules.RULES if not any(fnmatchcase(name, pattern) for name in names)] == []


def test_every_page_is_named():
    assert [route.pattern for route in PAGES if route.name.endswith(":") or not route.name] == []
