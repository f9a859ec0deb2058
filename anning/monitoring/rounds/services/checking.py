"""Spot checks (查岗): whom to call, the three-minute clock, the answer."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.models import Post
from anning.accounts.selectors import find_scoped, scoped
from anning.journal.labels import describe
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor, system
from anning.kernel.errors import IllegalMove, Refused
from anning.monitoring.models import SpotCheck
from anning.monitoring.rounds import permissions
from anning.monitoring.rounds.drawing import sample
from anning.monitoring.rounds.services.patrols import weights_of
from anning.monitoring.services.entries import where
from anning.registry.models import Enterprise

BATCH = 100
for kind, words in {
    "spotcheck.ask": gettext_lazy("查岗 呼叫"),
    "spotcheck.answer": gettext_lazy("查岗 应答"),
    "spotcheck.silent": gettext_lazy("查岗 无人应答"),
}.items():
    describe(kind, words)


@transaction.atomic
def start_checks(
    actor: Actor, *, post: Post | None = None, seed: int | None = None, now: datetime | None = None
) -> list[SpotCheck]:
    """Begin spot checks of posts on duty around the clock: of ``post``, or of a share of all drawn by risk.

    Raises Refused for a post that is not on such duty, outside the scope, or when there is none.
    """
    actor.require(permissions.CHECK)
    now = now or clock.now()
    posts = askable(actor)
    if post is not None:
        if not posts.filter(pk=post.pk).exists():
            raise Refused(_("只能查24小时值守的岗位"), _("请在岗位台账中勾选“24小时值守”，或另选岗位"))
        chosen = [post]
    else:
        found = {each.pk: each for each in posts}
        weights = _weights(found, actor, now)
        share = float(rulebook.value("WAT-CHECK-SHARE", now))
        chosen = [found[key] for key in sample(weights, share, secrets.randbits(62) if seed is None else seed)]
    if not chosen:
        raise Refused(_("没有可以抽查的岗位"), _("请在岗位台账中登记24小时值守岗位及电话"))
    due = now + timedelta(minutes=float(rulebook.value("WAT-CHECK-MINUTES", now)))
    return [_ask(each, actor, now, due) for each in chosen]


def askable(actor: Actor) -> QuerySet[Post]:
    """Return the posts on duty around the clock inside the actor's scope that are not being asked just now."""
    posts = scoped(Post.objects.filter(is_round_the_clock=True), actor).exclude(
        spot_checks__result="", spot_checks__pk__isnull=False
    )
    return posts.select_related("organisation__area").order_by("organisation__path", "name")


def _weights(posts: dict[int, Post], actor: Actor, now: datetime) -> dict[int, float]:
    """Return the weight of each post: that of the enterprise whose unit it belongs to, else one."""
    by_unit: dict[int, float] = {}
    risks = weights_of(actor, now)
    for key, unit in Enterprise.objects.filter(pk__in=risks, organisation__isnull=False).values_list(
        "pk", "organisation"
    ):
        by_unit[unit] = max(by_unit.get(unit, 0), risks[key])
    return {key: by_unit.get(post.organisation_id, 1.0) for key, post in posts.items()}


def _ask(post: Post, actor: Actor, now: datetime, due: datetime) -> SpotCheck:
    unit = post.organisation
    made: SpotCheck = SpotCheck.objects.create(
        post=post, asked_at=now, due_at=due, asked_by=actor.name, area=unit.area, organisation=unit
    )
    record("spotcheck.ask", made.subject, actor, **where(made), post=post.pk, due_at=due.isoformat())
    return made


@transaction.atomic
def answer_check(check_id: int, actor: Actor, *, note: str = "", now: datetime | None = None) -> SpotCheck:
    """Note that the post has answered, in time or late by the clock. Raises IllegalMove for a second answer."""
    actor.require(permissions.CHECK)
    rows = SpotCheck.objects.select_for_update(of=("self",)).select_related("area", "organisation", "post")
    check: SpotCheck = find_scoped(rows, actor, check_id)
    now = now or clock.now()
    if check.answered_at:
        raise IllegalMove(_("这次查岗已经登记应答"))
    in_time = now <= check.due_at
    check.result = SpotCheck.Result.ANSWERED if in_time else SpotCheck.Result.LATE
    check.answered_at, check.note = now, note.strip()[:200]
    check.version += 1
    check.save()
    record("spotcheck.answer", check.subject, actor, **where(check), post=check.post_id, result=check.result)
    return check


def close_late_checks(now: datetime | None = None) -> int:
    """Mark the spot checks that nobody has answered in time; a late answer may still be noted."""
    now = now or clock.now()
    keys = SpotCheck.objects.filter(result="", due_at__lt=now).values_list("pk", flat=True)[:BATCH]
    return sum(_close(key, now) for key in list(keys))


@transaction.atomic
def _close(key: int, now: datetime) -> bool:
    rows = SpotCheck.objects.select_for_update(of=("self",)).select_related("area", "organisation")
    check = rows.filter(pk=key, result="").first()
    if check is None:
        return False
    check.result = SpotCheck.Result.SILENT
    check.version += 1
    check.save()
    record("spotcheck.silent", check.subject, system(), **where(check), post=check.post_id)
    return True
