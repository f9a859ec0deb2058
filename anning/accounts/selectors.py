"""Questions about who is who, and the one place where scope is applied."""

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from anning.accounts import permissions
from anning.accounts.models import (
    Appointment,
    Area,
    Device,
    Membership,
    Organisation,
    Person,
    Post,
    Role,
    SignInSession,
    User,
)
from anning.kernel import clock, district
from anning.kernel.actor import Actor, Scope
from anning.kernel.errors import NotFound
from anning.kernel.yamlfile import read_yaml

M = TypeVar("M", bound=Model)
CODE_DIGITS = 12  # of a village, the deepest level
SHIPPED_ROLES = Path(__file__).resolve().parent / "data" / "roles.yaml"


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
            inside |= below(by_area, prefix)
    if by_organisation:
        for prefix in actor.scope.organisations:
            inside |= Q(**{f"{by_organisation}__startswith": prefix})
    return queryset.filter(inside)


def below(lookup: str, code: str) -> Q:
    """Return the condition that the area code at ``lookup`` is ``code`` or lies below it.

    A code kept in the row itself (``area_code``) is asked for as a span of digits, which an index answers.
    """
    if lookup == "area_code":
        return Q(area_code__gte=code, area_code__lte=code.ljust(CODE_DIGITS, "9"))
    return Q(**{f"{lookup}__startswith": code})


def find_scoped(queryset: QuerySet[M], actor: Actor, pk: int) -> M:
    """Return one row inside the actor's scope. Raises NotFound: outside is as if it were not there."""
    return find_row(scoped(queryset, actor), pk)


def find_row(queryset: QuerySet[M], pk: int) -> M:
    """Return one row. Raises NotFound in the same words as for a row outside the scope."""
    row = queryset.filter(pk=pk).first()
    if row is None:
        raise NotFound(_("没有这条记录，或不在您的管辖范围内"), _("请核对编号；如需跨范围查看，请联系系统管理员"))
    return row


def place_of(row: Model) -> tuple[str, str]:
    """Return (area code, organisation path) of a record, by its own scope lookups."""
    return _follow(row, row.scope_area), _follow(row, row.scope_organisation)  # type: ignore[attr-defined]


def _follow(row: object, lookup: str) -> str:
    for name in lookup.split("__") if lookup else ():
        row = getattr(row, name, None)
    return str(row or "") if lookup else ""


def district_area() -> Area | None:
    """Return the district that this installation serves: the one that was named, else the only one there is."""
    found = Area.objects.filter(level=Area.Level.DISTRICT).order_by("code")
    return found.filter(code=district.code()).first() or found.first()


def district_name() -> str:
    """Return what the district is called, "" before it is set up."""
    return str(district_area() or "")


def visible_areas(actor: Actor) -> QuerySet[Area]:
    """The places inside the actor's scope (the register of areas itself is shared reference)."""
    if actor.scope.everything:
        return Area.objects.all()
    inside = Q(pk__in=visible_organisations(actor).exclude(area=None).values("area"))
    for prefix in actor.scope.areas:
        inside |= Q(code__startswith=prefix)
    return Area.objects.filter(inside)


def visible_organisations(actor: Actor) -> QuerySet[Organisation]:
    """The units that the actor may see."""
    return scoped(Organisation.objects.all(), actor)


def visible_people(actor: Actor) -> QuerySet[Person]:
    """The people that the actor may see; who was erased is gone."""
    return scoped(Person.objects.filter(erased_at=None), actor)


def visible_posts(actor: Actor) -> QuerySet[Post]:
    """The posts that the actor may see."""
    return scoped(Post.objects.all(), actor)


def visible_users(actor: Actor) -> QuerySet[User]:
    """The accounts that the actor may see; accounts without a person only for whoever sees everything."""
    return scoped(User.objects.select_related("person__organisation"), actor)


def for_actor(users: QuerySet[User]) -> QuerySet[User]:
    """Load with each user what ``actor_for`` needs: person, unit, area, roles, memberships (three queries)."""
    joined = Prefetch("person__memberships", Membership.objects.select_related("organisation"))
    return users.select_related("person__organisation__area").prefetch_related("roles", joined)


def actor_for(user: User) -> Actor:
    """Return the Actor of a signed-in user: permissions of its roles, scope of its unit and memberships."""
    roles = list(user.roles.all())
    granted = frozenset(name for role in roles for name in permissions_of(role))
    return Actor(f"user:{user.pk}", granted, scope_of_user(user, roles), str(user.person or user.username))


def permissions_of(role: Role) -> frozenset[str]:
    """Return what the role grants, within its limit."""
    return permissions.expand(role.permissions) & grantable(role)


def grantable(role: Role) -> frozenset[str]:
    """Return what the role can grant at most (三员分立): one of the three its part, all others what is not reserved."""
    if role.separation:
        return permissions.expand(shipped_roles()["limits"][role.separation])
    return permissions.expand(["*"]) - permissions.expand(shipped_roles()["reserved"])


def scope_of_user(user: User, roles: list[Role]) -> Scope:
    """Return the union of what the reach of each role gives to this user's unit, and explicit memberships.

    One installation is one district, so the reach of the whole district sees everything, also units
    outside that the district works with.
    """
    areas: set[str] = set()
    organisations: set[str] = set()
    reaches = {role.reach for role in roles}
    if Role.Reach.DISTRICT in reaches and (code := district.code()):
        areas.add(code)
    if user.person:
        unit = user.person.organisation
        organisations.add(unit.path)
        if Role.Reach.AREA in reaches and unit.area and unit.area.level != unit.area.Level.DISTRICT:
            areas.add(unit.area.code)
        today = clock.today()
        joined = (each for each in user.person.memberships.all() if each.until_on is None or each.until_on >= today)
        organisations.update(each.organisation.path for each in joined)
    organisations.discard("")  # a unit without a path would open every unit
    everything = Role.Reach.DISTRICT in reaches
    return Scope(areas=tuple(sorted(areas)), organisations=tuple(sorted(organisations)), everything=everything)


@lru_cache(maxsize=1)
def shipped_roles() -> dict[str, Any]:
    """Return the roles that the platform brings, and the limits of them all; read once."""
    content: dict[str, Any] = read_yaml(SHIPPED_ROLES)
    return content


def has_demo_accounts() -> bool:
    """Whether any demo account can still sign in (then nothing is served outside loopback)."""
    return User.objects.filter(is_demo=True, is_active=True).exists()


def users_with(permission: str) -> QuerySet[User]:
    """Active users whose roles grant ``permission``."""
    roles = [r.pk for r in Role.objects.all() if any(fnmatchcase(permission, p) for p in r.permissions)]
    return User.objects.filter(is_active=True, roles__in=roles).distinct()


def open_sessions(user: User) -> QuerySet[SignInSession]:
    """The browsers in which this user is signed in, the last used first."""
    return user.sessions.filter(ended_at=None).select_related("device")


def bound_devices(user: User) -> QuerySet[Device]:
    """The phones on which this user stays signed in."""
    found: QuerySet[Device] = user.devices.filter(revoked_at=None, expires_at__gt=clock.now()).order_by("-last_seen_at")
    return found


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
    return {name: found.get(name) or (_("系统") if name == "system" else name) for name in asked}


def people_on(post: Post, day: date | None = None) -> QuerySet[Person]:
    """Return who holds ``post`` on ``day`` (today): in office, not erased; longest in office first."""
    day = day or clock.today()
    current = Q(appointments__post=post, appointments__since_on__lte=day) & (
        Q(appointments__until_on=None) | Q(appointments__until_on__gte=day)
    )
    found = Person.objects.filter(current, is_active=True, erased_at=None)
    return found.order_by("appointments__since_on", "pk").distinct()


def vacant_posts(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Those of ``posts`` that are on watch around the clock and that nobody holds today."""
    today = clock.today()
    held = Appointment.objects.filter(
        Q(until_on=None) | Q(until_on__gte=today), post=OuterRef("pk"), since_on__lte=today, person__is_active=True
    )
    return posts.filter(~Exists(held), is_round_the_clock=True)


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
