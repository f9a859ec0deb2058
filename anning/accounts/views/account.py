"""One's own account: password, second factor, sessions and devices, tokens."""

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anning.accounts import permissions, selectors, services
from anning.accounts.forms import CodeForm, PasswordForm, TokenForm
from anning.accounts.models import User
from anning.accounts.web import actor_of, must_change
from anning.kernel.errors import Refused


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show who I am here, where I am signed in, and my keys."""
    return _account(request)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's own password; at first sign-in nothing else is open."""
    user = _me(request)
    facts = {"is_forced": must_change(user), "is_demo": user.is_demo, "is_first": user.must_change_password}
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = request.session.session_key or ""
        try:
            changed = services.change_password(
                user.pk, form.cleaned_data["old"], form.cleaned_data["new"], actor_of(request), keep_session=key
            )
        except Refused as error:
            form.refuse(error)
        else:
            update_session_auth_hash(request, changed)
            _carry_session(request, key)
            messages.success(request, _("密码已修改，其他设备上的登录已退出"))
            return redirect("/" if facts["is_forced"] else "accounts:account")
    status = 422 if form.errors else 200
    return render(request, "accounts/password_change.html", {"form": form, **facts}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def totp(request: HttpRequest) -> HttpResponse:
    """Show the code to scan, and turn the second factor on with a first code."""
    user, form = _me(request), CodeForm(request.POST or None)
    if user.has_totp:
        return redirect("accounts:account")
    if request.method == "POST" and form.is_valid():
        try:
            services.confirm_totp(user.pk, form.cleaned_data["code"], actor_of(request))
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("动态口令已启用，下次登录时会要求输入"))
            return redirect("accounts:account")
    address = services.enrol_totp(user.pk, actor_of(request))
    facts = {
        "form": form,
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=2),
        "secret": address.partition("secret=")[2].partition("&")[0],
    }
    return render(request, "accounts/totp.html", facts, status=422 if form.errors else 200)


@require_POST
@sensitive_post_parameters()
def totp_off(request: HttpRequest) -> HttpResponse:
    """Turn one's own second factor off, with the password."""
    services.disable_totp(_me(request).pk, actor_of(request), password=request.POST.get("password", ""))
    messages.success(request, _("动态口令已停用"))
    return redirect("accounts:account")


@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's own sessions elsewhere."""
    services.end_session(session_id, actor_of(request))
    messages.success(request, _("该处登录已退出"))
    return redirect("accounts:account")


@require_POST
def device_revoke(request: HttpRequest, device_id: int) -> HttpResponse:
    """End the bond of one of one's own phones."""
    services.revoke_device(device_id, actor_of(request))
    messages.success(request, _("该设备已解除绑定"))
    return redirect("accounts:account")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_add(request: HttpRequest) -> HttpResponse:
    """Make a key for a machine; its secret is shown on this answer and never again."""
    actor = actor_of(request)
    actor.require(permissions.ISSUE_TOKEN)
    form = TokenForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            facts = form.cleaned_data
            token, secret = services.issue_token(facts["name"], facts["permissions"], facts["days"], actor)
        except Refused as error:
            form.refuse(error)
        else:
            return render(request, "accounts/token_shown.html", {"token": token, "secret": secret})
    return render(request, "accounts/token_add.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of one's own keys."""
    services.revoke_token(token_id, actor_of(request))
    messages.success(request, _("令牌已作废"))
    return redirect("accounts:account")


def _account(request: HttpRequest, **more: Any) -> HttpResponse:
    user = _me(request)
    facts = {
        "me": user,
        "sessions": selectors.open_sessions(user),
        "this_session": request.session.session_key,
        "devices": selectors.bound_devices(user),
        "tokens": user.tokens.filter(revoked_at=None).order_by("-pk"),
        "may_issue": actor_of(request).may(permissions.ISSUE_TOKEN),
    }
    return render(request, "accounts/account.html", facts | more)


def _carry_session(request: HttpRequest, old_key: str) -> None:
    """The password's change gave this browser a new session key: keep it in the register of sessions."""
    request.session.save()
    services.rename_session(old_key, request.session.session_key or "")


def _me(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("pages of one's own account are for who is signed in")
    return request.user
