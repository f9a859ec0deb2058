"""Every address of the platform, found by asking Django and the API, not by a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from anning.api import api


@dataclass(frozen=True, slots=True)
class Route:
    """One page address: its full name, its pattern, and the names of its parameters."""

    name: str
    pattern: str
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return self.name or self.pattern


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the API."""

    method: str
    path: str
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def pages() -> list[Route]:
    """Return every route outside the API."""
    return [route for route in _walk(get_resolver(), "", (), ()) if not route.pattern.startswith("api/")]


def endpoints() -> list[Endpoint]:
    """Return every operation of the API, as its own description lists it."""
    found = []
    for path, operations in api.get_openapi_schema(path_prefix="/api/")["paths"].items():
        for method, operation in operations.items():
            named = tuple(p["name"] for p in operation.get("parameters", ()) if p["in"] == "path")
            found.append(Endpoint(method.upper(), path, named))
    return found


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...], above: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        parameters = (*above, *_parameters(entry))
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, pattern, inner, parameters)
        elif isinstance(entry, URLPattern):
            yield Route(":".join((*spaces, entry.name or "")), pattern, parameters)


def _parameters(entry: Any) -> tuple[str, ...]:
    return tuple(entry.pattern.regex.groupindex)
