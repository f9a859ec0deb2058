"""From a request to the Actor behind it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from anning.accounts import selectors
from anning.accounts.models import User
from anning.kernel.actor import Actor, Scope

ANONYMOUS = Actor("anonymous", frozenset(), Scope.nothing(), "")


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; computed once per request. Nobody signed in: an actor without any permission."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        user = getattr(request, "user", None)
        actor = selectors.actor_for(user) if isinstance(user, User) else ANONYMOUS
        request.actor = actor  # type: ignore[attr-defined]
    return actor


class ActorMiddleware:
    """Finds the signed-in user (session, device or token) and holds those who must first change their password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
