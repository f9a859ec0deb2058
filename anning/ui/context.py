"""What every page knows: who reads it, the rail, counts, the server's time. Computed only when a template asks."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

import anning
from anning.accounts.models import User
from anning.accounts.web import actor_of
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.ui import navigation
from anning.ui.registries import Text, allowed, banners, bell_sources, todo_sources

LARGE_TYPE_COOKIE = "anning_large"


class Page:
    """The frame around the content of one page."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def user(self) -> User | None:
        """The signed-in user."""
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def actor(self) -> Actor:
        """Who asks."""
        return actor_of(self.request)

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.user is not None

    @property
    def person(self) -> str:
        """What the top bar and the paper call the reader."""
        return self.actor.title

    @property
    def role_names(self) -> list[str]:
        """The names of the reader's roles."""
        return [role.name for role in self.user.roles.all()] if self.user else []

    @cached_property
    def homes(self) -> list[str]:
        """The names of the reader's homes."""
        return navigation.homes_of(self.user) if self.user else []

    @cached_property
    def rail(self) -> list[navigation.RailEntry]:
        """The left rail."""
        return navigation.rail(self.actor, self.homes, self.request.path) if self.user else []

    @cached_property
    def todo_count(self) -> int:
        """How much waits for the reader."""
        return sum(source.count(self.actor) for source in allowed(todo_sources, self.actor))

    @cached_property
    def bell_count(self) -> int:
        """How many messages the reader has not opened."""
        return sum(source.count(self.actor) for source in allowed(bell_sources, self.actor))

    @cached_property
    def banners(self) -> list[tuple[str, Text]]:
        """(kind, words) of the bars above the page."""
        found = ((banner.kind, banner.text(self.actor)) for banner in allowed(banners, self.actor))
        return [(kind, text) for kind, text in found if text]

    @property
    def is_large(self) -> bool:
        """Whether the reader chose 大字版."""
        return self.request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"

    @property
    def search_text(self) -> str:
        """What stands in the search box."""
        return self.request.GET.get("q", "")[:60] if self.request.path == reverse("ui:search") else ""

    @property
    def now(self) -> datetime:
        """The server's time when the page was made."""
        return clock.now()

    @property
    def release(self) -> str:
        """The release of the platform."""
        return anning.__version__

    @property
    def live_tail(self) -> str:
        """Where the live tail answers: the same host, its own port; "" for who may not listen."""
        if not self.actor.may("journal.view_live"):
            return ""
        scheme = "https" if settings.TLS or self.request.is_secure() else "http"
        host = self.request.get_host()
        name = host if host.endswith("]") else host.rsplit(":", 1)[0]
        return f"{scheme}://{name}:{settings.LIVE_PORT}/tail"

    @property
    def live_poll(self) -> str:
        """What is polled where no line can be kept open; for who may not listen, just whether the server answers."""
        return (_address("live:poll") if self.live_tail else "") or reverse("ui:clock")

    @property
    def todo_url(self) -> str:
        """The to-do page, where the room of tasks is installed."""
        return _address("tasks:todo")

    @property
    def account_url(self) -> str:
        """The reader's own account."""
        return _address("accounts:account")

    @property
    def sign_in_url(self) -> str:
        """The sign-in page."""
        return _address("accounts:sign_in")

    @property
    def sign_out_url(self) -> str:
        """Where the sign-out form goes."""
        return _address("accounts:sign_out")


def page(request: HttpRequest) -> dict[str, Any]:
    """Give every template ``page``."""
    return {"page": Page(request)}


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
