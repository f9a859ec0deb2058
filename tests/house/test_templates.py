"""Templates work under the content security policy, and every word of them can be translated."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import engines

from tests.house.tree import ROOT, name, templates

TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)
COMMENTS = re.compile(r"{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", re.S)
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}", re.S)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
DATA = {"application/json", "application/geo+json"}
PAGES = templates()


class Inline(HTMLParser):
    """Collects what the policy refuses: inline scripts, styles and handlers, foreign addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        facts = dict(attributes)
        if tag == "style" or (tag == "script" and "src" not in facts and facts.get("type") not in DATA):
            self.found.append(f"<{tag}>")
        for key, value in attributes:
            if key == "style" or key.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"{key}=")
            if key in {"src", "href", "action", "hx-get", "hx-post"} and re.match(r"(https?:)?//", value or ""):
                self.found.append(f"{key}={value}")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_has_nothing_inline_and_nothing_foreign(path: Path):
    reader = Inline()
    reader.feed(TAGS.sub("x", COMMENTS.sub("", path.read_text())))

    assert reader.found == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_chinese_word_of_a_template_is_marked_for_translation(path: Path):
    bare = TRANSLATED.sub("", COMMENTS.sub("", path.read_text()))

    assert CHINESE.findall(bare) == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_compiles(path: Path):
    inside = path.relative_to(ROOT)
    engines["django"].get_template("/".join(inside.parts[inside.parts.index("templates") + 1 :]))


def test_there_are_templates():
    assert PAGES
