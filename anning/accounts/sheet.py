"""The permissions of a role as a sheet of boxes: by room, and in a room by what they are about."""

from collections import defaultdict
from dataclasses import dataclass, replace

from django.apps import apps
from django.utils.translation import gettext as _

from anning.accounts import permissions, selectors
from anning.accounts.models import Role
from anning.journal.labels import model_of
from anning.journal.models import Record


@dataclass(frozen=True, slots=True)
class Box:
    """One permission; ``by`` tells the pattern that grants it, "" where its own name does or nothing."""

    name: str
    label: str
    is_held: bool
    by: str


@dataclass(frozen=True, slots=True)
class Room:
    """One room's permissions: boxes by the thing that they are about; ``is_whole`` when all, also those to come."""

    name: str
    title: str
    rows: list[tuple[str, list[Box]]]
    is_whole: bool
    held: int
    count: int


def rooms_of(role: Role) -> list[Room]:
    """Return every permission that the role can hold, room by room."""
    held, known = selectors.permissions_of(role), permissions.known()
    by_room: dict[str, list[Box]] = defaultdict(list)
    for name in sorted(selectors.grantable(role)):
        box = Box(name, str(known[name]), name in held, _pattern(role, name) if name in held else "")
        by_room[name.partition(".")[0]].append(box)
    return [
        Room(
            room,
            str(apps.get_app_config(room).verbose_name),
            _rows(boxes),
            f"{room}.*" in role.permissions,
            sum(box.is_held for box in boxes),
            len(boxes),
        )
        for room, boxes in by_room.items()
    ]


def difference(before: frozenset[str], after: frozenset[str]) -> str:
    """Return in words what was given and taken; "" when nothing was."""
    known = permissions.known()
    parts = []
    if given := after - before:
        parts.append(_("增加：%s") % "、".join(str(known[name]) for name in sorted(given)))
    if taken := before - after:
        parts.append(_("取消：%s") % "、".join(str(known[name]) for name in sorted(taken)))
    return "；".join(parts)


def _rows(boxes: list[Box]) -> list[tuple[str, list[Box]]]:
    """Return the boxes by the thing they are about; what is about no register stands last."""
    rows: dict[str, list[Box]] = defaultdict(list)
    for box in boxes:
        model = model_of(box.name.partition(".")[2].partition("_")[2])
        about = str(model._meta.verbose_name) if model and issubclass(model, Record) else ""
        rows[about].append(replace(box, label=box.label.removeprefix(f"{about}：")) if about else box)
    return [
        (about or _("其他"), sorted(rows[about], key=_position))
        for about in sorted(rows, key=lambda about: (not about, about))
    ]


def _position(box: Box) -> tuple[int, str]:
    """Return where a box stands: the usual verbs first, in their usual order."""
    verb = box.name.partition(".")[2].partition("_")[0]
    return (permissions.VERBS.index(verb) if verb in permissions.VERBS else len(permissions.VERBS), box.name)


def _pattern(role: Role, name: str) -> str:
    """Return in words the pattern by which the role grants ``name``."""
    if name in role.permissions:
        return ""
    pattern = next((each for each in role.permissions if name in permissions.expand([each])), "")
    says = pattern.partition(".")[2]
    if says.startswith("*_"):
        return _("随“本项全部”")
    if says.endswith("_*"):
        return _("随“各项都可”")
    return _("随“全部”") if pattern else ""
