"""From the journal's name of a row (``document:7``) to its page and to what people call it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from anning.accounts.selectors import scoped
from anning.journal.labels import model_of, noun_label
from anning.kernel.actor import Actor
from anning.ui.records import register


@dataclass(frozen=True, slots=True)
class Shown:
    """A subject as the reader may see it; ``url`` is "" where there is no page to open."""

    title: str
    url: str


def show(subjects: Iterable[str], actor: Actor) -> dict[str, Shown]:
    """Return title and address of each subject: its name where the actor may view the row, else noun and number."""
    keys: dict[str, set[int]] = defaultdict(set)
    asked = set(subjects)
    for noun, key in (subject.split(":", 1) for subject in asked if ":" in subject):
        if key.isdigit():
            keys[noun].add(int(key))
    shown = {subject: Shown(_plain(subject), "") for subject in asked}
    for noun, wanted in keys.items():
        model = model_of(noun)
        found = register.of_model(model) if model else None
        if found and actor.may(found.permission("view")):
            for row in scoped(found.model.all_objects.filter(pk__in=wanted), actor):
                shown[f"{noun}:{row.pk}"] = Shown(str(row), _page(found.name, row.pk))
    return shown


def address(subject: str, actor: Actor) -> str:
    """Return the address of a subject's page, as far as the actor may open it."""
    return show([subject], actor)[subject].url


def _page(register_name: str, key: int) -> str:
    try:
        return reverse("records:detail", args=(register_name, key))
    except NoReverseMatch:
        return ""


def _plain(subject: str) -> str:
    noun, _colon, key = subject.partition(":")
    return f"{noun_label(noun)} {key}".strip()
