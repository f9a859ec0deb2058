"""Sign-in (P01): name and password, second factor, the district's identity provider; sign-out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anning.accounts import browsers, oidc, selectors, services
from anning.accounts.forms import CodeForm, PlainForm, SignInForm
from anning.accounts.models import User
from anning.accounts.web import actor_of, begin_session, forget_device, remember_device
from anning.kernel.errors import Refused

PENDING, OIDC_STATE = "sign_in_pending", "oidc_state"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; whoever is signed in goes home."""
    if isinstance(request.user, User):
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, "accounts/sign_in.html", form)
    facts = form.cleaned_data
    try:
        user = services.check_password(facts["username"], facts["password"], address=browsers.address_of(request))
    except Refused as error:
        form.refuse(error)
        return _show(request, "accounts/sign_in.html", form, is_locked="locked" in error.fields)
    if user.has_totp:
        request.session[PENDING] = {"user": user.pk, "bind": facts["bind"], "next": _next(request)}
        request.session.set_expiry(600)  # ten minutes for the second step
        return redirect("accounts:second_factor")
    return _enter(request, user, bind=facts["bind"], next_url=_next(request))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the one-time code of somebody whose password was right."""
    pending = request.session.get(PENDING)
    if not pending:
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, "accounts/second_factor.html", form)
    try:
        user = services.check_totp(pending["user"], form.cleaned_data["code"], address=browsers.address_of(request))
    except Refused as error:
        form.refuse(error)
        return _show(request, "accounts/second_factor.html", form, is_locked="locked" in error.fields)
    del request.session[PENDING]
    request.session.set_expiry(None)
    return _enter(request, user, bind=pending["bind"], next_url=pending["next"])


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this browser's session, and on a bound phone the bond."""
    services.sign_out(request.session.session_key or "", actor_of(request))
    logout(request)
    forget_device(request)
    return redirect("accounts:sign_in")


@login_not_required
@never_cache
@require_safe
def oidc_start(request: HttpRequest) -> HttpResponse:
    """Lead the browser to the identity provider."""
    url, state = oidc.start(request.build_absolute_uri(oidc.return_path()))
    request.session[OIDC_STATE] = {**state, "next": _next(request)}
    return redirect(url)


@login_not_required
@never_cache
@require_safe
def oidc_return(request: HttpRequest) -> HttpResponse:
    """Take back whom the identity provider has recognised."""
    state = request.session.pop(OIDC_STATE, None)
    try:
        user = oidc.finish(request.build_absolute_uri(), request.build_absolute_uri(oidc.return_path()), state)
    except Refused as error:
        form = SignInForm({})
        form.errors.clear()
        form.refuse(error)
        return _show(request, "accounts/sign_in.html", form)
    return _enter(request, user, bind=False, next_url=str((state or {}).get("next", "/")))


def _enter(request: HttpRequest, user: User, *, bind: bool, next_url: str) -> HttpResponse:
    """Open the session, bind the phone where asked, and lead on."""
    device, secret = services.bind_device(user, label=browsers.browser_of(request)) if bind else (None, "")
    begin_session(request, user, device=device)
    if device:
        remember_device(request, device, secret)
    return redirect(next_url)


def _next(request: HttpRequest) -> str:
    """Return where to go afterwards; only to this very site."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    fits = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if fits else "/"


def _show(request: HttpRequest, template: str, form: PlainForm, **facts: Any) -> HttpResponse:
    facts |= {
        "form": form,
        "next": _next(request),
        "unit": settings.UNIT or selectors.district_name(),
        "oidc_name": settings.OIDC_NAME if oidc.is_configured() else "",
    }
    return render(request, template, facts, status=422 if form.errors else 200)
