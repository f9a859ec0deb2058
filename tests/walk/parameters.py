"""Sample values for the parameters in addresses. A parameter that is new needs one here."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from anning.ui.records.register import Register, every
from tests.walk.routes import Route
from tests.walk.scene import Town

# What the walk has no row for: the answer must still be a proper one. A key (…_id) is 1.
NOWHERE: dict[str, Any] = {
    "uid": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "batch": 1,
    "layer": "sites.school",
    "move": "acknowledge",
}


def samples(route: Route, town: Town) -> Iterator[Mapping[str, Any]]:
    """Yield the parameter values with which the walk asks for ``route``."""
    if "register" in route.parameters:
        for register in every():
            yield {name: _of_register(name, register, town) for name in route.parameters}
    else:
        yield {name: _of_page(name, town) for name in route.parameters}


def _of_register(name: str, register: Register, town: Town) -> Any:
    if name == "register":
        return register.name
    if name == "key":
        return town.rows[register.name].pk
    if name == "attachment":
        return town.files[register.name].uid
    if name == "field":
        related = [f for f in register.fields if isinstance(register.field(f), models.ForeignKey)]
        return next(iter([*register.masked, *related, register.fields[0]]))
    return NOWHERE[name]


def _of_page(name: str, town: Town) -> Any:
    known = {"user_id": "users", "role_id": "roles", "person_id": "people"}
    if name in known:
        return town.rows[known[name]].pk
    return 1 if name.endswith("_id") else NOWHERE[name]
