"""The security administrator's desk: roles, locks, passwords and sessions of one user; what a role permits."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anning.accounts import permissions, selectors, services, sheet
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


@require_http_methods(["GET", "HEAD", "POST"])
def role_permissions(request: HttpRequest, role_id: int) -> HttpResponse:
    """Show what a role permits, room by room; change it by boxes."""
    actor = actor_of(request)
    actor.require(permissions.VIEW_ROLE)
    role = selectors.find_row(Role.objects.all(), role_id)
    if request.method == "POST":
        return _set_permissions(request, role)
    facts = {
        "role": role,
        "rooms": sheet.rooms_of(role),
        "holders": role.users.filter(is_active=True).count(),
        "is_mine": role.users.filter(pk=services.user_key(actor)).exists(),
        "may_change": actor.may(permissions.CHANGE_ROLE),
    }
    return render(request, "accounts/role_permissions.html", facts)


def _set_permissions(request: HttpRequest, role: Role) -> HttpResponse:
    sent, before = request.POST, selectors.permissions_of(role)
    version = int(sent["version"]) if sent.get("version", "").isdecimal() else 0
    wanted = permissions.settle(
        role.permissions, sent.getlist("permissions"), sent.getlist("rooms"), selectors.grantable(role)
    )
    role = services.change_role(role.pk, actor_of(request), version=version, permissions=wanted)
    changed = sheet.difference(before, selectors.permissions_of(role))
    messages.success(request, _("权限已更新。%s") % changed if changed else _("权限没有变化"))
    return redirect("accounts:role_permissions", role.pk)


def _back(request: HttpRequest, user_id: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("accounts:user_security", user_id)
