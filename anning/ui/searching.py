"""The search box: asks every registered source that the actor may ask."""

from dataclasses import dataclass

from anning.kernel.actor import Actor
from anning.ui.registries import Found, Text, allowed, search_sources

LONGEST = 60  # characters; longer texts are no names


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one source; ``is_cut`` when it may have more."""

    title: Text
    found: list[Found]
    is_cut: bool


def find(actor: Actor, text: str, limit: int) -> list[Group]:
    """Return up to ``limit`` answers of each source that has any."""
    text = text.replace("\0", "").strip()  # no database keeps it, and PostgreSQL refuses it
    if not text or len(text) > LONGEST:
        return []
    asked = ((source, source.find(actor, text, limit + 1)) for source in allowed(search_sources, actor))
    return [Group(source.title, found[:limit], len(found) > limit) for source, found in asked if found]


def best(actor: Actor, text: str, limit: int) -> list[Found]:
    """Return ``limit`` answers over all sources, taking turns so that none fills the list."""
    groups = [group.found for group in find(actor, text, limit)]
    turns = [group[turn] for turn in range(limit) for group in groups if turn < len(group)]
    return turns[:limit]
