"""Questions about who is who, and the one place where scope is applied."""

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from anning.accounts import permissions
from anning.accounts.models import Organisation, Person, Post, Role, User
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


def person_of(actor: Actor) -> Person | None:
    """Return the person behind an actor; None for the platform itself and for a sign-in without a person."""
    kind, _, key = actor.name.partition(":")
    if not key.isdigit():
        return None
    match kind:
        case "user":
            return Person.objects.filter(users=int(key)).first()
        case "token":
            return Person.objects.filter(users__tokens=int(key)).first()
    return None


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Return what screens call the actors that the journal knows as ``user:7``, ``token:3``, ``system``."""
    asked = set(actors)
    keys = {int(key) for kind, _, key in (name.partition(":") for name in asked) if kind == "user" and key.isdigit()}
    users = User.objects.filter(pk__in=keys).select_related("person")
    found = {f"user:{user.pk}": str(user.person or user.username) for user in users}
    return {name: found.get(name) or ("系统" if name == "system" else name) for name in asked}


def people_on(post: Post, day: date | None = None) -> QuerySet[Person]:
    """Return who holds ``post`` on ``day`` (today): in office, not erased; longest in office first."""
    day = day or clock.today()
    current = Q(appointments__post=post, appointments__since_on__lte=day) & (
        Q(appointments__until_on=None) | Q(appointments__until_on__gte=day)
    )
    found = Person.objects.filter(current, is_active=True, erased_at=None)
    return found.order_by("appointments__since_on", "pk").distinct()


def leaders_over(unit: Organisation) -> list[Person]:
    """Return the leaders of the nearest unit, from ``unit`` upwards, that has any: who lands on the leaders' home."""
    above: Organisation | None = unit
    while above:
        found = Person.objects.filter(
            organisation=above, is_active=True, erased_at=None, users__is_active=True, users__roles__home="/lead"
        )
        if leaders := list(found.order_by("pk").distinct()):
            return leaders
        above = above.parent
    return []
