"""The left rail and the homes: what each role finds where."""

from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.models import User
from anning.kernel.actor import Actor
from anning.ui.registries import NavItem, Text, allowed, nav_groups, nav_items

MOST = 8  # entries of the rail: more cannot be found at a glance

# The homes of ui.md §2: name, title on the rail, icon.
HOMES: dict[str, tuple[Text, str]] = {
    "duty": (gettext_lazy("值班台"), "layout-dashboard"),
    "lead": (gettext_lazy("首页"), "home"),
    "todo": (gettext_lazy("待办"), "clipboard-list"),
    "monitor": (gettext_lazy("监测台"), "activity"),
    "m": (gettext_lazy("首页"), "home"),
    "ent": (gettext_lazy("首页"), "home"),
    "audit": (gettext_lazy("审计"), "eye"),
    "admin": (gettext_lazy("管理"), "settings"),
}


@dataclass(slots=True)
class RailEntry:
    """One entry of the rail: a link, or a head with children."""

    title: Text
    icon: str
    url: str = ""
    is_here: bool = False
    children: list["RailEntry"] = field(default_factory=list)


def homes_of(user: User) -> list[str]:
    """Return the names of the user's homes, that of the first role first."""
    names = [role.home.strip("/") for role in user.roles.all()]
    return list(dict.fromkeys(name for name in names if name in HOMES))


def home_url(homes: list[str]) -> str:
    """Return the address of the first home; people without any role land on their account."""
    if not homes:
        return reverse("ui:no_role")
    if homes[0] == "todo":
        try:
            return reverse("tasks:todo")  # the to-do page is that home, where the room of tasks is installed
        except NoReverseMatch:
            pass
    return reverse(f"ui:home_{homes[0]}")


def rail(actor: Actor, homes: list[str], path: str) -> list[RailEntry]:
    """Return the rail of this actor, with the entry of ``path`` marked; never more than eight."""
    entries = [RailEntry(HOMES[name][0], HOMES[name][1], home_url([name])) for name in homes]
    items = [item for item in allowed(nav_items, actor) if not item.homes or set(item.homes) & set(homes)]
    placed: list[tuple[int, RailEntry]] = [
        (item.position, made) for item in items if not item.parent and (made := _entry(item))
    ]
    for group in nav_groups:
        children = [made for item in items if item.parent == group.name and (made := _entry(item))]
        if children:
            placed.append((group.position, RailEntry(group.title, group.icon, children=children)))
    taken = {entry.url for entry in entries}
    entries += [entry for _position, entry in sorted(placed, key=lambda pair: pair[0]) if entry.url not in taken]
    if len(entries) > MOST:
        rest = [leaf for entry in entries[MOST - 1 :] for leaf in (entry.children or [entry])]
        entries[MOST - 1 :] = [RailEntry(_("更多"), "dots", children=rest)]
    _mark(entries, path)
    return entries


def _entry(item: NavItem) -> RailEntry | None:
    try:
        return RailEntry(item.title, item.icon, reverse(item.url_name, args=item.url_args))
    except NoReverseMatch:
        return None  # a room that is not installed here


def _mark(entries: list[RailEntry], path: str) -> None:
    """Mark the entry with the longest address that begins ``path``, and the head above it."""
    leaves = [leaf for entry in entries for leaf in (entry.children or [entry])]
    fitting = [
        leaf for leaf in leaves if leaf.url and (path == leaf.url or path.startswith(leaf.url.rstrip("/") + "/"))
    ]
    if not fitting:
        return
    here = max(fitting, key=lambda leaf: len(leaf.url))
    here.is_here = True
    for entry in entries:
        entry.is_here = entry.is_here or any(leaf is here for leaf in entry.children)
