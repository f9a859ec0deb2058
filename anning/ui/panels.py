"""Home blocks and telephone tiles about what lies below ui: to-do and bell, units and people, accounts, the journal."""

from datetime import timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts import selectors as accounts
from anning.journal import selectors as journal
from anning.journal.labels import label
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.ui import subjects
from anning.ui.registries import (
    HomeBlock,
    NavItem,
    Text,
    Tile,
    allowed,
    bell_sources,
    home_blocks,
    nav_items,
    tiles,
    todo_sources,
)

ROWS = 8
OFFICE = ("duty", "lead", "todo", "monitor", "m", "ent")


def _waiting(actor: Actor) -> dict[str, Any] | None:
    """What waits for the actor, urgent and due first."""
    sources = allowed(todo_sources, actor)
    if not sources:
        return None
    far = clock.now() + timedelta(days=36500)
    waiting = sorted(
        (todo for source in sources for todo in source.waiting(actor)),
        key=lambda todo: (not todo.urgent, todo.due_at or far),
    )
    return {"waiting": waiting[:ROWS], "total": len(waiting), "now": clock.now()}


def _messages(actor: Actor) -> dict[str, Any] | None:
    """The newest messages to the actor."""
    sources = allowed(bell_sources, actor)
    if not sources:
        return None
    notices = [notice for source in sources for notice in source.latest(actor, ROWS)]
    return {"notices": sorted(notices, key=lambda n: n.at or clock.now(), reverse=True)[:ROWS]}


def _news(actor: Actor) -> dict[str, Any]:
    """What people did last, as far as the actor may see it; what the platform did by itself is left out."""
    entries = list(journal.entries(actor).exclude(actor="system")[:ROWS])
    names = accounts.names_of(entry.actor for entry in entries)
    shown = subjects.show((entry.subject for entry in entries), actor)
    rows = [
        {"at": entry.at, "label": label(entry.kind), "who": names[entry.actor], "subject": shown[entry.subject]}
        for entry in entries
    ]
    return {"rows": rows}


def _numbers(actor: Actor) -> dict[str, Any] | None:
    """How many units, people, posts and areas lie in the actor's hands; each leads to its rows.

    The register of areas is open to all, so only whoever has the whole district counts areas.
    """
    asked: tuple[tuple[str, Text, str, Any], ...] = (
        ("organisations", _("单位"), "accounts.view_organisation", accounts.visible_organisations),
        ("people", _("人员"), "accounts.view_person", accounts.visible_people),
        ("posts", _("岗位"), "accounts.view_post", accounts.visible_posts),
        ("areas", _("区域"), "accounts.view_area", accounts.visible_areas),
    )
    numbers = [
        {"title": title, "count": rows(actor).count(), "url": _list_url(name)}
        for name, title, permission, rows in asked
        if actor.may(permission) and (name != "areas" or actor.scope.everything)
    ]
    return {"numbers": numbers} if numbers else None


def _vacancies(actor: Actor) -> dict[str, Any] | None:
    """Posts on watch around the clock that nobody holds today."""
    vacant = accounts.vacant_posts(accounts.visible_posts(actor))
    posts = list(vacant.select_related("organisation")[:ROWS])
    if not posts:
        return None
    shown = subjects.show((post.subject for post in posts), actor)
    rows = [{"post": post, "url": shown[post.subject].url} for post in posts]
    address = _list_url("posts")
    return {"rows": rows, "total": vacant.count(), "url": address and f"{address}?only=vacant"}


def _accounts(actor: Actor) -> dict[str, Any]:
    """How the accounts stand."""
    users = accounts.visible_users(actor)
    address = _list_url("users")
    asked: tuple[tuple[Text, Any, str], ...] = (
        (_("启用"), users.filter(is_active=True), "?is_active=true"),
        (_("停用"), users.filter(is_active=False), "?is_active=false"),
        (
            _("待改密码"),
            users.filter(is_active=True, must_change_password=True),
            "?is_active=true&must_change_password=true",
        ),
        (_("无角色"), users.filter(is_active=True, roles=None), "?is_active=true&only=without_role"),
        (_("演示账号"), users.filter(is_active=True, is_demo=True), "?is_active=true&is_demo=true"),
    )
    numbers = [{"title": title, "count": rows.count(), "url": address and address + cut} for title, rows, cut in asked]
    return {"numbers": numbers}


def _chain(actor: Actor) -> dict[str, Any]:
    """How the journal's chain stands."""
    unsealed, since = journal.unsealed()
    return {"last": journal.last_seq(), "unsealed": unsealed, "since": since}


def _list_url(register: str) -> str:
    try:
        return reverse("records:list", args=(register,))
    except NoReverseMatch:
        return ""


for block in (
    HomeBlock("waiting", _("我的待办"), "ui/blocks/waiting.html", _waiting, OFFICE, position=10),
    HomeBlock("messages", _("我的消息"), "ui/blocks/messages.html", _messages, OFFICE, position=20),
    HomeBlock(
        "vacancies", _("24小时岗位空缺"), "ui/blocks/vacancies.html", _vacancies, OFFICE, "accounts.view_post", 30
    ),
    HomeBlock("numbers", _("我管的单位与人员"), "ui/blocks/numbers.html", _numbers, (*OFFICE, "admin"), position=40),
    HomeBlock("accounts", _("账号情况"), "ui/blocks/numbers.html", _accounts, ("admin",), "accounts.view_user", 20),
    HomeBlock("chain", _("日志链"), "ui/blocks/chain.html", _chain, ("audit",), "journal.view_entry", 10),
    HomeBlock(
        "news", _("最近动态"), "ui/blocks/news.html", _news, ("duty", "lead", "todo", "monitor", "audit"), position=50
    ),
    HomeBlock(
        "account_news", _("最近的账号事项"), "ui/blocks/news.html", _news, ("admin",), "journal.view_security", 50
    ),
):
    home_blocks.add(block.name, block)

for tile in (
    Tile(
        "liaisons",
        _("通讯录"),
        "records:list",
        "address-book",
        permission="office.view_liaison",
        position=60,
        url_args=("liaisons",),
    ),
    Tile(
        "organisations",
        _("单位"),
        "records:list",
        "building",
        permission="accounts.view_organisation",
        position=70,
        url_args=("organisations",),
    ),
    Tile(
        "people",
        _("人员"),
        "records:list",
        "users",
        permission="accounts.view_person",
        position=80,
        url_args=("people",),
    ),
    Tile(
        "documents",
        _("法规"),
        "records:list",
        "scale",
        permission="office.view_document",
        position=90,
        url_args=("documents",),
    ),
):
    tiles.add(tile.name, tile)

nav_items.add(
    "journal", NavItem("journal", _("操作日志"), "live:entry_list", "list-details", "journal.view_entry", position=80)
)
