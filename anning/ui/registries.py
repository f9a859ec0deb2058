"""Five registries of one shape, by which higher rooms show their news on lower pages without being imported.

panels           what a module shows on the page of another module's record
map layers       what it draws on the one map
search sources   what it answers to the search box
to-do sources    what waits there for the person who asks
home blocks      what it shows on a role's home page

and what stands around every page: navigation, bell, banners, the telephone's tiles, help.
Each entry is a function of the Actor; nothing is shown that the actor may not see: the function
asks its own selectors with the actor.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

from anning.kernel.actor import Actor

Text = str | Promise
T = TypeVar("T")


class Registry(Generic[T]):
    """Entries by name, in order of ``position``."""

    def __init__(self) -> None:
        self._entries: dict[str, T] = {}

    def add(self, name: str, entry: T) -> T:
        """Keep ``entry`` under ``name``. Raises ValueError for a name that is taken."""
        if name in self._entries:
            raise ValueError(f"{name!r} is registered twice")
        self._entries[name] = entry
        return entry

    def get(self, name: str) -> T | None:
        """Return the entry called ``name``, if any."""
        return self._entries.get(name)

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._entries.values(), key=lambda entry: getattr(entry, "position", 100)))


@dataclass(frozen=True, slots=True)
class Panel:
    """A block on another record's page; ``content(actor, record)`` gives the template's context, or None to hide."""

    name: str
    on: str  # model label in lower case, e.g. "accounts.organisation"; "*": on every record
    title: Text
    template: str
    content: Callable[[Actor, Any], dict[str, Any] | None]
    permission: str = ""
    position: int = 100


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer of the one map; ``features(actor)`` gives GeoJSON features (WGS-84)."""

    name: str
    title: Text
    features: Callable[[Actor], list[dict[str, Any]]]
    permission: str = ""
    shown: bool = False
    position: int = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One answer of the search box."""

    title: str
    url: str
    kind: Text
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SearchSource:
    """Answers the search box; ``find(actor, text, limit)`` must use indexes: 150 ms at 100 000 rows."""

    name: str
    title: Text
    find: Callable[[Actor, str, int], list[Found]]
    permission: str = ""
    position: int = 100


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for somebody."""

    title: str
    url: str
    kind: Text
    due_at: Any = None
    since: Any = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class TodoSource:
    """Says what waits for the actor: ``waiting(actor)`` lists it, ``count(actor)`` counts it cheaply."""

    name: str
    title: Text
    waiting: Callable[[Actor], list[Todo]]
    count: Callable[[Actor], int]
    permission: str = ""
    position: int = 100


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """A block of role homes; ``homes`` names them ("duty", "lead", "todo", "audit", "admin" …; empty: all)."""

    name: str
    title: Text
    template: str
    content: Callable[[Actor], dict[str, Any] | None]
    homes: tuple[str, ...] = ()
    permission: str = ""
    position: int = 100
    wide: bool = False


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the left rail (2-4 characters); ``homes`` names the roles' homes that show it (empty: all)."""

    name: str
    title: Text
    url_name: str
    icon: str
    permission: str = ""
    homes: tuple[str, ...] = ()
    position: int = 100
    url_args: tuple[str, ...] = field(default=())
    parent: str = ""  # name of the NavGroup under which it opens in place


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A head of the left rail under which entries open in place; shown when it has any."""

    name: str
    title: Text
    icon: str
    position: int = 100


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to a person (消息), newest first in the bell."""

    title: str
    url: str
    kind: Text
    at: Any = None
    is_new: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class BellSource:
    """Says what was sent to the actor: ``latest(actor, limit)`` lists, ``count(actor)`` counts the unread cheaply."""

    name: str
    title: Text
    latest: Callable[[Actor, int], list[Notice]]
    count: Callable[[Actor], int]
    permission: str = ""
    position: int = 100


@dataclass(frozen=True, slots=True)
class Banner:
    """A bar above every page, such as an exercise; ``text(actor)`` gives its words, or "" to hide.

    ``kind`` is "exercise", "wartime", "alarm" or "notice".
    """

    name: str
    text: Callable[[Actor], Text]
    kind: str = "notice"
    permission: str = ""
    position: int = 100


@dataclass(frozen=True, slots=True)
class Tile:
    """A big button of the telephone's home; ``count(actor)`` is shown when it is not None."""

    name: str
    title: Text
    url_name: str
    icon: str
    count: Callable[[Actor], int | None] = lambda _actor: None
    permission: str = ""
    position: int = 100
    url_args: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class HelpPage:
    """Help of the pages whose URL name is ``name`` (``records:list``) or stands in ``name``'s namespace."""

    name: str
    title: Text
    paragraphs: tuple[Text, ...]
    keys: tuple[tuple[str, Text], ...] = ()
    position: int = 100


panels: Registry[Panel] = Registry()
map_layers: Registry[MapLayer] = Registry()
search_sources: Registry[SearchSource] = Registry()
todo_sources: Registry[TodoSource] = Registry()
home_blocks: Registry[HomeBlock] = Registry()
nav_items: Registry[NavItem] = Registry()
nav_groups: Registry[NavGroup] = Registry()
bell_sources: Registry[BellSource] = Registry()
banners: Registry[Banner] = Registry()
tiles: Registry[Tile] = Registry()
help_pages: Registry[HelpPage] = Registry()


def allowed(entries: Registry[T], actor: Actor) -> list[T]:
    """Return the entries that the actor has the permission for."""
    return [e for e in entries if not getattr(e, "permission", "") or actor.may(e.permission)]  # type: ignore[attr-defined]
