"""On the homes: the plan's numbers beside what is counted now, what of the registry wants a hand, and tiles."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.kernel.actor import Actor
from anning.registry.selectors.baseline import baseline
from anning.ui.records import selectors
from anning.ui.records.register import find
from anning.ui.registries import HomeBlock, Tile, home_blocks, tiles

# Questions of registers whose answers somebody should work off, in this order.
WANTED = (
    ("enterprises", "uninsured"),
    ("enterprises", "insurance_ending"),
    ("enterprises", "without_first_persons"),
    ("responsible", "stale"),
    ("responsible", "certificate_ending"),
    ("sites", "stale"),
    ("facilities", "without_duties"),
    ("facilities", "without_plan"),
    ("report-points", "stale"),
    ("households", "without_guardian"),
)


def _baseline(actor: Actor) -> dict[str, Any] | None:
    """The plan speaks of the whole district, so only whoever has it compares."""
    found = baseline(actor) if actor.scope.everything else None
    return {"baseline": found} if found else None


def _wanted(actor: Actor) -> dict[str, Any] | None:
    numbers = []
    for name, question in WANTED:
        register = find(name)
        if not actor.may(register.permission("view")):
            continue
        label, cut = register.questions[question]
        count = cut(selectors.rows(register, actor).order_by()).count()
        if count:
            url = f"{reverse('records:list', args=(name,))}?only={question}"
            numbers.append({"title": f"{register.options.verbose_name} · {label}", "count": count, "url": url})
    return {"numbers": numbers} if numbers else None


home_blocks.add(
    "registry.wanted",
    HomeBlock("registry", _("底册提醒"), "ui/blocks/numbers.html", _wanted, ("duty", "todo", "m", "ent"), position=46),
)
home_blocks.add(
    "registry.baseline",
    HomeBlock(
        "baseline", _("规划基期"), "registry/_block_baseline.html", _baseline,
        ("duty", "lead", "todo", "monitor"), position=48,
    ),
)  # fmt: skip

for tile in (
    Tile("evacuation-lists", _("转移名册"), "records:list", "checklist",
         permission="registry.mark_evacuationline", position=30, url_args=("evacuation-lists",)),
    Tile("households", _("住户"), "records:list", "home",
         permission="registry.change_household", position=40, url_args=("households",)),
    Tile("enterprises", _("企业"), "records:list", "building-factory-2",
         permission="registry.change_enterprise", position=50, url_args=("enterprises",)),
):  # fmt: skip
    tiles.add(tile.name, tile)
