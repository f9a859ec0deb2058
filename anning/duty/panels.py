"""What the roster shows elsewhere: who is on duty, on the homes and on the page of a post."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Post
from anning.accounts.selectors import visible_posts
from anning.duty import selectors
from anning.kernel.actor import Actor
from anning.ui.registries import HomeBlock, Panel, home_blocks, panels

VIEW = "duty.view_shift"
MOST = 8


def _on_duty(actor: Actor) -> dict[str, Any] | None:
    """Who is on now, the units nearest to the top of the tree first, and how many posts are uncovered."""
    shifts = selectors.visible_shifts(actor).order_by("post__organisation__path", "post_id", "part")
    uncovered = selectors.uncovered_posts(visible_posts(actor))
    shown, total, gaps = list(shifts[:MOST]), shifts.count(), list(uncovered.select_related("organisation")[:MOST])
    if not shown and not gaps:
        return None
    url = reverse("records:list", args=("shifts",))
    return {"shifts": shown, "total": total, "gaps": gaps, "url": url}


def _of_post(actor: Actor, post: Post) -> dict[str, Any] | None:
    """Who is on this post now, and who comes next."""
    shifts, coming = list(selectors.visible_shifts(actor).filter(post=post)), selectors.next_shift(post)
    return {"shifts": shifts, "coming": coming} if shifts or coming else None


home_blocks.add(
    "duty.now",
    HomeBlock("duty.now", _("当班"), "duty/_block.html", _on_duty, ("duty", "lead", "monitor", "todo"), VIEW, 15),
)
panels.add("duty.post", Panel("duty.post", "accounts.post", _("值班"), "duty/_panel.html", _of_post, VIEW, 5))
