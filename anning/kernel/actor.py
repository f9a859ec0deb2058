"""Who acts: a name, the permissions it holds, and the part of the district it may see."""

from dataclasses import dataclass, field
from typing import Self

from anning.kernel.errors import NotAllowed
from anning.kernel.words import gettext as _

SYSTEM = "system"  # the platform's name as an actor


@dataclass(frozen=True, slots=True)
class Scope:
    """Union of area-code prefixes and organisation-path prefixes; ``everything`` lifts the cut.

    An area prefix is a code cut by its level (district 6, town 9, village 12 digits), so a prefix
    never ends inside a level. An organisation path ends with "/", so ``/1/`` is no prefix of ``/12/``.
    """

    areas: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    everything: bool = False

    @classmethod
    def nothing(cls) -> Self:
        """Return the scope that sees no scoped record."""
        return cls()

    @classmethod
    def whole(cls) -> Self:
        """Return the scope of the platform itself."""
        return cls(everything=True)

    def covers(self, *, area_code: str = "", organisation_path: str = "") -> bool:
        """Whether a record with this area code or organisation path lies inside."""
        if self.everything:
            return True
        return any(area_code.startswith(a) for a in self.areas if area_code) or any(
            organisation_path.startswith(o) for o in self.organisations if organisation_path
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts.

    ``name`` is what the journal keeps (``user:7``, ``system``, ``token:3``), never a person's name;
    ``title`` is what screens show; it is never journaled.
    """

    name: str
    permissions: frozenset[str] = frozenset()
    scope: Scope = field(default_factory=Scope.nothing)
    title: str = ""

    def may(self, permission: str) -> bool:
        """Whether this actor holds ``permission`` (``accounts.change_person``)."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise NotAllowed without ``permission``."""
        if not self.may(permission):
            raise NotAllowed(_("您没有进行此操作的权限"), _("如工作需要，请联系系统管理员调整角色权限"))


def system(*permissions: str) -> Actor:
    """Return the platform itself, with just the permissions that its reaction needs, seeing the whole district."""
    return Actor(SYSTEM, frozenset(permissions), Scope.whole(), "系统")
