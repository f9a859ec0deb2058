"""The English catalogue: gathers the Chinese source texts, updates the catalogue, compiles it. Needs no gettext tools.

    .venv/bin/python frontend/words.py update    gather the texts and bring the catalogues to them
    .venv/bin/python frontend/words.py compile   make what the platform loads (.mo)
    .venv/bin/python frontend/words.py missing   list what has no English yet; fails when there is any

Domain ``django`` holds the texts of Python and templates, ``djangojs`` those of the islands.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "anning" / "locale"
LANGUAGES = ("en",)
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Message = tuple[int, Any, list[str], str | None]


def extract_template(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Any]:
    """Find the texts of a Django template, by Django's own reading of it."""
    code = templatize(file.read().decode())
    flat = "\n".join(line.lstrip() for line in code.split("\n"))  # what was indented HTML must not be indented Python
    yield from extract_python(io.BytesIO(flat.encode()), keywords, tags, options)


SOURCES: dict[str, tuple[tuple[str, Any], ...]] = {
    "django": (
        ("anning/**/*.py", "python"),
        ("anning/**/templates/**/*.html", extract_template),
        ("anning/**/templates/**/*.txt", extract_template),
    ),
    "djangojs": (("frontend/src/**/*.ts", "javascript"),),
}


def gathered(domain: str) -> Catalog:
    """Return a catalogue of every source text of one domain, with where it stands."""
    catalog = Catalog(project="anning", version="1", charset="utf-8", fuzzy=False)
    seen: set[Path] = set()
    for pattern, method in SOURCES[domain]:
        for path in sorted(set(ROOT.glob(pattern)) - seen):
            seen.add(path)
            for line, message, comments, context in _texts(path, method):
                where = (str(path.relative_to(ROOT)), line)
                catalog.add(message, locations=[where], auto_comments=comments, context=context)
    return catalog


def _texts(path: Path, method: Any) -> Iterable[Message]:
    with path.open("rb") as file:
        found = list(extract(method, file, keywords=KEYWORDS, options={"encoding": "utf-8"}))
    return [one for one in found if one[1] and (one[1] if isinstance(one[1], str) else one[1][0])]


def catalogue_path(language: str, domain: str) -> Path:
    """Return where the catalogue of a language and domain lies."""
    return LOCALES / language / "LC_MESSAGES" / f"{domain}.po"


def load(language: str, domain: str) -> Catalog:
    """Return the catalogue as it lies there; an empty one before it exists."""
    path = catalogue_path(language, domain)
    if not path.exists():
        return Catalog(locale=language, domain=domain, project="anning", version="1", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def update() -> None:
    """Bring each catalogue to the texts there are; what is gone is dropped, nothing is guessed."""
    for language in LANGUAGES:
        for domain in SOURCES:
            catalog = load(language, domain)
            catalog.update(gathered(domain), no_fuzzy_matching=True, update_header_comment=False)
            catalog.obsolete.clear()
            path = catalogue_path(language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, catalog, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


def compile_catalogues() -> None:
    """Make the .mo beside each .po."""
    for path in LOCALES.glob("*/LC_MESSAGES/*.po"):
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=path.parent.parent.name))


def missing(language: str = "en") -> list[str]:
    """Return the source texts that have no translation in ``language``."""
    lacking = []
    for domain in SOURCES:
        catalog = load(language, domain)
        for message in gathered(domain):
            known = catalog.get(message.id, message.context) if message.id else None
            if message.id and (known is None or not all(_strings(known.string)) or known.fuzzy):
                lacking.append(message.id if isinstance(message.id, str) else message.id[0])
    return lacking


def _strings(string: Any) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


def main(arguments: list[str]) -> int:
    """Do what the command line asks."""
    match arguments:
        case ["update"]:
            update()
        case ["compile"]:
            compile_catalogues()
        case ["missing"]:
            lacking = missing()
            print("\n".join(lacking))  # noqa: T201
            return 1 if lacking else 0
        case _:
            print(__doc__)  # noqa: T201
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
