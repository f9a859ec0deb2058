"""Who listens to the journal, and what must be looked at again and again. ``anning work`` runs what is here."""

from collections.abc import Callable
from dataclasses import dataclass

from anning.journal.models import Entry

Reaction = Callable[[Entry], None]
Duty = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Listener:
    """One reaction: ``name`` keeps its cursor, ``kinds`` are the entry kinds it hears."""

    name: str
    kinds: frozenset[str]
    react: Reaction


@dataclass(frozen=True, slots=True)
class Periodic:
    """One duty: looked at every ``every_s`` real seconds, and at once again while it finds work."""

    name: str
    every_s: float
    do: Duty


listeners: dict[str, Listener] = {}
periodics: dict[str, Periodic] = {}


def reacts_to(*kinds: str) -> Callable[[Reaction], Reaction]:
    """Make the function hear sealed entries of these kinds, in order, each exactly once in effect.

    Its database effects commit together with its cursor; effects outside the database go through attempt rows.
    Raises ValueError when the name is taken.
    """

    def keep(react: Reaction) -> Reaction:
        name = f"{react.__module__.split('.')[-2:][0]}.{react.__name__}"
        if name in listeners:
            raise ValueError(f"{name} is registered twice")
        listeners[name] = Listener(name, frozenset(kinds), react)
        return react

    return keep


def periodic(name: str, *, every_s: float) -> Callable[[Duty], Duty]:
    """Make the function a duty of ``anning work``; it returns how much it did. Raises ValueError for a name taken."""

    def keep(do: Duty) -> Duty:
        if name in periodics:
            raise ValueError(f"{name} is registered twice")
        periodics[name] = Periodic(name, every_s, do)
        return do

    return keep
