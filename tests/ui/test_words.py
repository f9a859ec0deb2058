"""The tools of the English catalogue find what people read, and the compiled catalogue speaks."""

import gettext
import importlib.util
import re
import sys

import pytest

from tests.house.tree import ROOT

PLACE = re.compile(r"%\(\w+\)[-+0-9.]*[a-z]|%[-+0-9.]*[sdf]|{\w+}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def words():
    spec = importlib.util.spec_from_file_location("words", ROOT / "frontend/words.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["words"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["words"]


@pytest.fixture
def house(words, tmp_path, monkeypatch):
    """A small tree with one text of each kind."""
    for path, text in {
        "anning/kernel/actor.py": 'raise NotAllowed(_("没有权限"))\nX = "不给人看"\n',
        "anning/office/models.py": 'name = _("名称")\nmany = ngettext("一条", "多条", n)\n',
        "anning/office/templates/office/a.html": (
            '<p>\n  {% trans "标题" %}\n    {% blocktrans with n=3 %}共 {{ n }} 条{% endblocktrans %}</p>'
        ),
        "frontend/src/islands/a.ts": 'const label: string = gettext("关闭");\n',
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True)
        file.write_text(text)
    monkeypatch.setattr(words, "ROOT", tmp_path)
    monkeypatch.setattr(words, "LOCALES", tmp_path / "anning/locale")
    return tmp_path


def test_texts_of_python_templates_kernel_and_islands_are_found(words, house):
    found = {m.id for m in words.gathered("django") if m.id} | {m.id for m in words.gathered("djangojs") if m.id}

    assert found == {"没有权限", "名称", ("一条", "多条"), "标题", "共 %(n)s 条", "关闭"}


def test_an_update_keeps_what_was_translated_and_drops_what_is_gone(words, house):
    words.update()
    path = words.catalogue_path("en", "django")
    path.write_text(path.read_text().replace('msgid "名称"\nmsgstr ""', 'msgid "名称"\nmsgstr "Name"'))
    (house / "anning/office/templates/office/a.html").write_text("")

    words.update()

    assert 'msgstr "Name"' in path.read_text() and "标题" not in path.read_text()


def test_what_has_no_english_is_named(words, house):
    words.update()

    assert "没有权限" in words.missing() and "关闭" in words.missing()


def test_the_compiled_catalogue_speaks(words, house):
    words.update()
    path = words.catalogue_path("en", "django")
    path.write_text(path.read_text().replace('msgid "名称"\nmsgstr ""', 'msgid "名称"\nmsgstr "Name"'))

    words.compile_catalogues()

    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("名称") == "Name"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_catalogue_holds_every_source_text_and_nothing_else(words, domain):
    assert {m.id for m in words.load("en", domain)} == {m.id for m in words.gathered(domain)}


def test_every_source_text_has_its_english(words):
    assert words.missing() == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_english_keeps_the_places_for_facts(words, domain):
    pairs = [(m.id, m.string) for m in words.load("en", domain) if m.id and isinstance(m.id, str)]

    changed = [(source, said) for source, said in pairs if sorted(PLACE.findall(source)) != sorted(PLACE.findall(said))]

    assert changed == []


def test_english_is_english(words):
    """Only examples, taken from the source as they stand, are Chinese."""
    said = {m.id: m.string for m in words.load("en", "django") if isinstance(m.id, str) and m.id}

    assert [s for source, s in said.items() for word in CHINESE.findall(s) if word not in source] == []
