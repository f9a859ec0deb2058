"""Erasing what is kept about a resident, or about who answers for an enterprise."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anning.accounts.selectors import find_scoped
from anning.accounts.web import actor_of
from anning.kernel.errors import Refused
from anning.registry import permissions
from anning.registry.models import Resident, ResponsiblePerson
from anning.registry.services.erasure import erase_resident, erase_responsible


@require_http_methods(["GET", "HEAD", "POST"])
def resident_erase(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Ask why, then erase the data of a resident."""
    actor_of(request).require(permissions.ERASE_RESIDENT)
    return _erase(request, "residents", Resident, resident_id, erase_resident)


@require_http_methods(["GET", "HEAD", "POST"])
def responsible_erase(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask why, then erase the data of a responsible person."""
    actor_of(request).require(permissions.ERASE_RESPONSIBLE)
    return _erase(request, "responsible", ResponsiblePerson, person_id, erase_responsible)


def _erase(request: HttpRequest, register: str, model: Any, key: int, service: Callable[..., Any]) -> HttpResponse:
    actor = actor_of(request)
    row = find_scoped(model.objects.all(), actor, key)
    error = None
    if request.method == "POST":
        try:
            service(key, actor, reason=request.POST.get("reason", ""))
        except Refused as refused:
            error = refused
        else:
            messages.success(request, _("个人信息已删除，日志链保持完整"))
            return redirect("records:detail", register, key)
    context = {"register": register, "plural": model._meta.verbose_name_plural, "row": row, "error": error}
    return render(request, "registry/erase.html", context, status=422 if error else 200)
