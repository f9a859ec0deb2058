"""Questions about the roster: who is on now, who comes next, where nobody is."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from anning.accounts import selectors as accounts
from anning.accounts.models import Person, Post
from anning.duty.models import Shift
from anning.kernel import clock
from anning.kernel.actor import Actor


def shifts_at(at: datetime | None = None) -> QuerySet[Shift]:
    """Return every shift that runs at ``at`` (now), leaders first; who left or was erased is on no shift."""
    now = at or clock.now()
    running = Shift.objects.filter(from_at__lte=now, until_at__gt=now, person__is_active=True, person__erased_at=None)
    return running.select_related("post__organisation", "person").order_by("post_id", "part", "from_at", "pk")


def visible_shifts(actor: Actor, at: datetime | None = None) -> QuerySet[Shift]:
    """Return the shifts that run at ``at`` (now) inside the actor's scope."""
    return accounts.scoped(shifts_at(at), actor)


def on_post(post: Post, at: datetime | None = None) -> list[Person]:
    """Return who is on ``post`` at ``at`` (now) by the roster, leader before main before deputy.

    A post that nobody has rostered for this moment is answered by who holds it, so that an alarm always finds somebody.
    """
    now = at or clock.now()
    rostered = [shift.person for shift in shifts_at(now).filter(post=post)]
    return rostered or list(accounts.people_on(post, clock.local(now).date()))


def next_shift(post: Post, at: datetime | None = None) -> Shift | None:
    """Return the shift that begins next on ``post``."""
    later = Shift.objects.filter(post=post, from_at__gt=at or clock.now()).select_related("person")
    return later.order_by("from_at", "part", "pk").first()


def uncovered_posts(posts: QuerySet[Post], at: datetime | None = None) -> QuerySet[Post]:
    """Return those of ``posts`` on duty around the clock that have a roster, but nobody on it at ``at`` (now)."""
    rostered = Shift.objects.filter(post=OuterRef("pk"))
    return posts.filter(
        Exists(rostered), ~Exists(shifts_at(at).filter(post=OuterRef("pk")).order_by()), is_round_the_clock=True
    )
