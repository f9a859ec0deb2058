"""Questions about who is who, and the one place where scope is applied."""

from fnmatch import fnmatchcase
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from anning.accounts import permissions
from anning.accounts.models import Role, User
from anning.kernel import clock
from anning.kernel.actor import Actor, Scope

M = TypeVar("M", bound=Model)


def scoped(queryset: QuerySet[M], actor: Actor) -> QuerySet[M]:
    """Cut ``queryset`` to what ``actor`` may see: union of area prefixes and organisation subtrees.

    The model says where it belongs by ``scope_area`` and ``scope_organisation``; a model with
    neither is shared reference and is not cut.
    """
    by_area, by_organisation = queryset.model.scope_area, queryset.model.scope_organisation  # type: ignore[attr-defined]
    if actor.scope.everything or not (by_area or by_organisation):
        return queryset
    inside = Q(pk__in=[])
    if by_area:
        for prefix in actor.scope.areas:
            inside |= Q(**{f"{by_area}__startswith": prefix})
    if by_organisation:
        for prefix in actor.scope.organisations:
            inside |= Q(**{f"{by_organisation}__startswith": prefix})
    return queryset.filter(inside)


def place_of(row: Model) -> tuple[str, str]:
    """Return (area code, organisation path) of a record, by its own scope lookups."""
    return _follow(row, row.scope_area), _follow(row, row.scope_organisation)  # type: ignore[attr-defined]


def _follow(row: object, lookup: str) -> str:
    for name in lookup.split("__") if lookup else ():
        row = getattr(row, name, None)
    return str(row or "") if lookup else ""


def actor_for(user: User) -> Actor:
    """Return the Actor of a signed-in user: permissions of its roles, scope of its unit and memberships."""
    roles = list(user.roles.all())
    granted = frozenset(name for role in roles for name in permissions.expand(role.permissions))
    return Actor(f"user:{user.pk}", granted, scope_of_user(user, roles), str(user.person or user.username))


def scope_of_user(user: User, roles: list[Role]) -> Scope:
    """Return the union of what the reach of each role gives to this user's unit, and explicit memberships."""
    areas: set[str] = set()
    organisations: set[str] = set()
    reaches = {role.reach for role in roles}
    if Role.Reach.DISTRICT in reaches:
        areas.add(settings.DISTRICT)
    if user.person:
        unit = user.person.organisation
        organisations.add(unit.path)
        if Role.Reach.AREA in reaches and unit.area and unit.area.level != unit.area.Level.DISTRICT:
            areas.add(unit.area.code)
        today = clock.today()
        joined = user.person.memberships.filter(Q(until_on=None) | Q(until_on__gte=today))
        organisations.update(joined.values_list("organisation__path", flat=True))
    return Scope(areas=tuple(sorted(areas)), organisations=tuple(sorted(organisations)), everything=False)


def has_demo_accounts() -> bool:
    """Whether any demo account can still sign in (then nothing is served outside loopback)."""
    return User.objects.filter(is_demo=True, is_active=True).exists()


def users_with(permission: str) -> QuerySet[User]:
    """Active users whose roles grant ``permission``."""
    roles = [r.pk for r in Role.objects.all() if any(fnmatchcase(permission, p) for p in r.permissions)]
    return User.objects.filter(is_active=True, roles__in=roles).distinct()
