"""What the office shows on the pages of units, people and posts, and on the homes of those who keep the books."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts import permissions
from anning.accounts.models import Organisation, Person, Post
from anning.kernel.actor import Actor
from anning.office import selectors
from anning.ui.registries import HomeBlock, Panel, home_blocks, panels

MOST = 30


def _reach(actor: Actor, unit: Organisation) -> dict[str, Any] | None:
    lines = selectors.liaisons_of(unit, actor)[:MOST]
    return {"lines": lines, "stale_before": selectors.stale_before()} if lines else None


def _agreements(actor: Actor, unit: Organisation) -> dict[str, Any] | None:
    agreements = selectors.agreements_with(unit, actor)[:MOST]
    return {"agreements": agreements} if agreements else None


def _posts(actor: Actor, unit: Organisation) -> dict[str, Any] | None:
    posts = selectors.posts_of(unit, actor)[:MOST]
    return {"posts": posts} if posts else None


def _appointments(actor: Actor, person: Person) -> dict[str, Any]:
    return {"appointments": selectors.appointments_of(person, actor)[:MOST]}


def _holders(actor: Actor, post: Post) -> dict[str, Any]:
    return {"appointments": selectors.holders_of(post, actor)[:MOST]}


def _rights(_actor: Actor, person: Person) -> dict[str, Any]:
    return {"person": person}


def _due(actor: Actor) -> dict[str, Any] | None:
    """What of the books wants a hand: old numbers, agreements that end."""
    asked = (
        (
            _("联络方式待核实"),
            "office.view_liaison",
            selectors.stale_liaisons,
            f"{_list('liaisons')}?verified_on_max={selectors.stale_before()}",
        ),
        (
            _("协议到期或将到期"),
            "office.view_agreement",
            selectors.ending_agreements,
            f"{_list('agreements')}?state=signed&until_on_max={selectors.expiring_until()}",
        ),
    )
    numbers = [
        {"title": title, "count": rows(actor).count(), "url": url}
        for title, permission, rows, url in asked
        if actor.may(permission)
    ]
    return {"numbers": numbers} if numbers else None


def _list(register: str) -> str:
    return reverse("records:list", args=(register,))


for panel in (
    Panel(
        "reach", "accounts.organisation", _("联络名录"), "office/_panel_reach.html", _reach, "office.view_liaison", 10
    ),
    Panel("posts", "accounts.organisation", _("岗位"), "office/_panel_posts.html", _posts, "accounts.view_post", 20),
    Panel(
        "agreements",
        "accounts.organisation",
        _("合作协议"),
        "office/_panel_agreements.html",
        _agreements,
        "office.view_agreement",
        30,
    ),
    Panel(
        "appointments",
        "accounts.person",
        _("任职"),
        "office/_panel_appointments.html",
        _appointments,
        "accounts.view_appointment",
        10,
    ),
    Panel(
        "rights", "accounts.person", _("个人信息"), "office/_panel_rights.html", _rights, permissions.COPY_PERSON, 90
    ),
    Panel(
        "holders",
        "accounts.post",
        _("任职人员"),
        "office/_panel_holders.html",
        _holders,
        "accounts.view_appointment",
        10,
    ),
):
    panels.add(f"office.{panel.name}", panel)

home_blocks.add(
    "office.due",
    HomeBlock("books", _("台账提醒"), "ui/blocks/numbers.html", _due, ("duty", "lead", "todo", "m"), position=45),
)
