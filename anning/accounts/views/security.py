"""The security administrator's desk: roles, locks, passwords and sessions of one user."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anning.accounts import permissions, selectors, services
from anning.accounts.models import Role, User
from anning.accounts.web import actor_of


@require_safe
def user_security(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one user's roles, state and sessions, with what the viewer may do about them."""
    actor = actor_of(request)
    actor.require(permissions.VIEW_USER)
    user = selectors.find_scoped(User.objects.select_related("person__organisation"), actor, user_id)
    facts = {
        "user": user,
        "held": set(user.roles.values_list("code", flat=True)),
        "roles": Role.objects.all(),
        "locked_until": services.locked_until(user.username),
        "sessions": selectors.open_sessions(user),
        "devices": selectors.bound_devices(user),
        "is_me": services.user_key(actor) == user.pk,
        "may_grant": actor.may(permissions.GRANT_ROLE),
        "may_lock": actor.may(permissions.LOCK_USER),
        "may_reset": actor.may(permissions.RESET_USER),
    }
    return render(request, "accounts/user_security.html", facts)


@require_POST
def user_grant(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give the user exactly the ticked roles."""
    services.grant_roles(user_id, request.POST.getlist("roles"), actor_of(request))
    return _back(request, user_id, _("角色已更新"))


@require_POST
def user_lock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Stop the account."""
    services.lock_user(user_id, actor_of(request), reason=request.POST.get("reason", ""))
    return _back(request, user_id, _("账号已停用，其登录已全部退出"))


@require_POST
def user_unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let the account sign in again."""
    services.unlock_user(user_id, actor_of(request))
    return _back(request, user_id, _("账号已启用，登录失败计数已清除"))


@never_cache
@require_POST
def user_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a one-time password, on this answer and never again."""
    secret = services.reset_password(user_id, actor_of(request))
    facts = {"user": User.objects.select_related("person").get(pk=user_id), "secret": secret}
    return render(request, "accounts/password_shown.html", facts)


@require_POST
def user_totp_off(request: HttpRequest, user_id: int) -> HttpResponse:
    """Turn the second factor off for somebody who lost the phone."""
    services.disable_totp(user_id, actor_of(request))
    return _back(request, user_id, _("动态口令已停用"))


@require_POST
def user_session_end(request: HttpRequest, user_id: int, session_id: int) -> HttpResponse:
    """End one session of the user."""
    services.end_session(session_id, actor_of(request), reason="security")
    return _back(request, user_id, _("该处登录已退出"))


def _back(request: HttpRequest, user_id: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("accounts:user_security", user_id)
