"""Questions about the office's books."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from anning.accounts.models import Appointment, Organisation, Person, Post
from anning.accounts.selectors import scoped, visible_posts
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.office.models import Agreement, Liaison


def stale_before() -> date:
    """The day before which a telephone number must have been verified to be trusted."""
    return clock.today() - timedelta(days=rulebook.value("LIA-STALE-DAYS"))


def expiring_until() -> date:
    """The day until which an agreement that ends is to be thought of now."""
    return clock.today() + timedelta(days=rulebook.value("AGR-REMIND-DAYS"))


def stale_liaisons(actor: Actor) -> QuerySet[Liaison]:
    """Lines of the directory whose number nobody has verified for too long."""
    return scoped(Liaison.objects.filter(verified_on__lte=stale_before()), actor)


def ending_agreements(actor: Actor) -> QuerySet[Agreement]:
    """Signed agreements that have run out or will soon."""
    signed = Agreement.objects.filter(state=Agreement.State.SIGNED, until_on__lte=expiring_until())
    return scoped(signed, actor)


def liaisons_of(unit: Organisation, actor: Actor) -> QuerySet[Liaison]:
    """How to reach a unit, the last verified first."""
    return scoped(unit.liaisons.all(), actor).order_by("-is_round_the_clock", "-verified_on", "pk")


def agreements_with(unit: Organisation, actor: Actor) -> QuerySet[Agreement]:
    """Agreements with a unit, the one that ends last first."""
    return scoped(unit.agreements.all(), actor).order_by("-until_on", "pk")


def posts_of(unit: Organisation, actor: Actor) -> QuerySet[Post]:
    """The posts of a unit with ``current``: who holds them today."""
    return visible_posts(actor).filter(organisation=unit).prefetch_related(_current()).order_by("pk")


def appointments_of(person: Person, actor: Actor) -> QuerySet[Appointment]:
    """What somebody holds and held, the newest first."""
    return scoped(person.appointments.all(), actor).select_related("post__organisation").order_by("-since_on", "-pk")


def holders_of(post: Post, actor: Actor) -> QuerySet[Appointment]:
    """Who holds and held a post, the newest first."""
    return scoped(post.appointments.all(), actor).select_related("person").order_by("-since_on", "-pk")


def _current() -> Any:
    today = clock.today()
    held = Appointment.objects.filter(Q(until_on=None) | Q(until_on__gte=today), since_on__lte=today)
    return Prefetch("appointments", held.select_related("person"), to_attr="current")
