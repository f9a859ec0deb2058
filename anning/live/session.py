"""Who stands behind a session cookie, asked outside of Django's request cycle."""

from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from anning.accounts.models import User
from anning.accounts.selectors import actor_for
from anning.kernel.actor import Actor
from anning.live.permissions import VIEW_LIVE

DEFAULT_PORTS = {"http": 80, "https": 443}


def actor_behind(session_key: str) -> Actor | None:
    """Return who may listen with this session: signed in, with a password of their own, and allowed to."""
    if not session_key:
        return None
    request = HttpRequest()
    engine: Any = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(session_key)
    user = get_user(request)
    if not isinstance(user, User) or user.must_change_password:
        return None
    actor = actor_for(user)
    return actor if actor.may(VIEW_LIVE) else None


def is_our_origin(origin: str, host: str) -> bool:
    """Whether a page of ours asks: same host as the tail, on the port of the pages, or named as trusted."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        page, ours = urlsplit(origin), urlsplit(f"//{host}")
        port = page.port or DEFAULT_PORTS.get(page.scheme)
    except ValueError:
        return False
    is_secure = page.scheme == "https" or (page.scheme == "http" and not settings.TLS)
    return is_secure and bool(page.hostname) and page.hostname == ours.hostname and port == settings.PORT
