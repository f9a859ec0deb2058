"""Who keeps something about a person. Rooms above register here; copies and erasure ask them all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from anning.accounts.models import Person


@dataclass(frozen=True, slots=True)
class Holder:
    """One room's part: ``copy`` gives plain JSON values, ``erase`` overwrites or deletes and returns how many rows.

    ``erase`` runs in the erasing transaction; files are removed with ``transaction.on_commit``.
    ``tables`` are those whose freed pages must be cleaned afterwards.
    """

    name: str
    title: str | Promise
    copy: Callable[[Person], Any]
    erase: Callable[[Person], int]
    tables: tuple[type[Model], ...] = field(default=())


holders: dict[str, Holder] = {}


def hold(holder: Holder) -> Holder:
    """Register what a room keeps about people. Raises ValueError for a name that is taken."""
    if holder.name in holders:
        raise ValueError(f"{holder.name} is registered twice")
    holders[holder.name] = holder
    return holder
