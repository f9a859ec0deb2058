"""From a request to the Actor behind it."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from anning.accounts import browsers, selectors, services
from anning.accounts.logic import SessionLimits
from anning.accounts.models import Device, User
from anning.kernel import rulebook
from anning.kernel.actor import Actor, Scope

ANONYMOUS = Actor("anonymous", frozenset(), Scope.nothing(), "")
API = "/api/"
MACHINES = (API, "/metrics")  # where a token counts; pages take none
DEVICE_COOKIE = "anning_device"
TOUCH_EVERY_S = 60
POLL_HEADER = "X-Anning-Poll"  # a page that asks by itself is no sign of somebody at the desk
BEGAN, SEEN = "began", "seen"
OPEN_TO_ALL = ("accounts:password_change", "accounts:sign_out", "ui:language", "ui:large_type", "ui:clock")


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; computed once per request. Nobody signed in: an actor without any permission."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        user = getattr(request, "user", None)
        actor = selectors.actor_for(user) if isinstance(user, User) else ANONYMOUS
        request.actor = actor  # type: ignore[attr-defined]
    return actor


def begin_session(request: HttpRequest, user: User, *, device: Device | None = None) -> None:
    """Sign ``user`` in to this browser: a new session key, registered and journaled."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[BEGAN] = request.session[SEEN] = _now()
    request.session.save()
    services.open_session(
        user,
        request.session.session_key or "",
        address=browsers.address_of(request),
        browser=browsers.browser_of(request),
        device=device,
    )
    request.__dict__.pop("actor", None)


def remember_device(request: HttpRequest, device: Device, secret: str) -> None:
    """Send the browser the secret that keeps it signed in."""
    request.device_cookie = f"{device.pk}.{secret}"  # type: ignore[attr-defined]


def forget_device(request: HttpRequest) -> None:
    """Take the secret back from the browser."""
    request.device_cookie = ""  # type: ignore[attr-defined]


class ActorMiddleware:
    """Finds the signed-in user (session, device or token) and holds those who must first change their password.

    While demo accounts exist, nothing is served outside loopback.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if browsers.is_foreign(request) and selectors.has_demo_accounts():
            return render(request, "accounts/demo_refused.html", status=403)
        if _bearer(request):
            request.actor = services.actor_of_token(_bearer(request)) or ANONYMOUS  # type: ignore[attr-defined]
            return self.get_response(request)
        self._look_at_session(request)
        response = self.get_response(request)
        _send_cookie(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Hold whoever must change the password first; everything else waits."""
        user = request.user if SESSION_KEY in request.session and not _bearer(request) else None
        if not isinstance(user, User) or not must_change(user) or request.path in _open_paths():
            return None
        if request.path.startswith(API):
            facts = {"message": _("请先修改密码"), "remedy": _("请用浏览器登录后修改密码"), "fields": {}}
            return JsonResponse(facts, status=403)
        return send_to(request, reverse("accounts:password_change"))

    def _look_at_session(self, request: HttpRequest) -> None:
        """End a session that ran out, let a bound device in again, and keep when the session was last used."""
        if SESSION_KEY in request.session and _is_over(request):
            logout(request)
        if SESSION_KEY not in request.session:
            if DEVICE_COOKIE in request.COOKIES:
                _let_device_in(request)
        elif _now() - request.session.get(SEEN, 0) >= TOUCH_EVERY_S and POLL_HEADER not in request.headers:
            request.session.setdefault(BEGAN, _now())
            request.session[SEEN] = _now()
            services.touch_session(request.session.session_key or "")


class SignInRequired(LoginRequiredMiddleware):
    """Closes every page to nobody, unless its view says ``login_not_required``.

    The API asks for itself: it takes tokens too, and answers in JSON.
    """

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Lead nobody to the sign-in, and from there back to the page, not to the part of it that htmx asked for."""
        if request.path.startswith(API) or super().process_view(request, view, args, kwargs) is None:
            return None
        page = urlsplit(request.headers.get("HX-Current-URL", ""))._replace(scheme="", netloc="").geturl()
        return send_to(request, sign_in_url(page or request.get_full_path()))


def must_change(user: User) -> bool:
    """Whether the user must change the password before anything else; not for those without one (OIDC only)."""
    return user.has_usable_password() and (user.must_change_password or services.is_password_old(user))


def send_to(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect, also when htmx asked for a part of a page."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def sign_in_url(next_url: str) -> str:
    """Return the address of the sign-in page that leads on to ``next_url``."""
    return f"{reverse('accounts:sign_in')}?{urlencode({'next': next_url})}"


def _let_device_in(request: HttpRequest) -> None:
    key, _dot, secret = request.COOKIES[DEVICE_COOKIE].partition(".")
    known = services.recognise_device(int(key), secret) if key.isdigit() and len(key) < 19 else None
    if known is None:
        forget_device(request)
        return
    csrf = request.META.get("CSRF_COOKIE")
    begin_session(request, known.device.user, device=known.device)
    if csrf:  # a form that was filled in before (offline box) must still be taken
        request.META["CSRF_COOKIE"] = csrf
    if known.secret:
        remember_device(request, known.device, known.secret)


def _send_cookie(request: HttpRequest, response: HttpResponse) -> None:
    cookie = getattr(request, "device_cookie", None)
    if cookie:
        seconds = rulebook.value("ACC-DEVICE-DAYS") * 24 * 3600  # the server decides, by the device's own end
        response.set_cookie(
            DEVICE_COOKIE, cookie, max_age=seconds, httponly=True, secure=settings.TLS, samesite="Lax", path="/"
        )
    elif cookie == "":
        response.delete_cookie(DEVICE_COOKIE, samesite="Lax")


def _bearer(request: HttpRequest) -> str:
    """Return the token of a request by a machine; pages take none."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and request.path.startswith(MACHINES) else ""


def _is_over(request: HttpRequest) -> bool:
    began, seen = request.session.get(BEGAN), request.session.get(SEEN)
    return began is not None and SessionLimits.real().is_over(began=began, seen=seen or began, now=_now())


def _open_paths() -> set[str]:
    return {reverse(name) for name in OPEN_TO_ALL}


def _now() -> float:
    return time.time()  # a session lasts real hours, also when a drill runs on a quick clock
