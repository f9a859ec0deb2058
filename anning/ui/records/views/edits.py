"""Add, edit, settle a conflict, delete, restore."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, NotAllowed, Refused
from anning.ui.records import conflicts, history, selectors, services
from anning.ui.records.forms import RecordForm, form_of
from anning.ui.records.register import Register
from anning.ui.records.views.gate import record_page


@record_page("add")
def add_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Add a record."""
    form = form_of(register, actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.create(register, actor, form.cleaned_data)
        except Refused as error:
            form.refuse(error)
        except NotAllowed as error:
            form.refuse(Refused(error.message, error.remedy))
        else:
            messages.success(request, _("已新增：%s") % row)
            again = "again" in request.POST
            return HttpResponseRedirect(_url("add" if again else "detail", register, *([] if again else [row.pk])))
    return _form_page(request, register, form, None)


@record_page("change")
def edit_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """Edit a record; who comes second sees the differences and decides."""
    row = selectors.one(register, actor, key)
    current = row.version
    data = conflicts.settled(register, row, request.POST) if request.method == "POST" else None
    form = form_of(register, actor, data, row)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, register, form, row)
    asked = request.POST.get("version", "")
    version = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    try:
        row = services.change(register, actor, row.pk, form.cleaned_data, version=version)
    except Conflict:
        return _conflict_page(request, register, actor, form, version)
    except Refused as error:
        form.refuse(error)
    except NotAllowed as error:
        form.refuse(Refused(error.message, error.remedy))
    else:
        messages.success(request, _("已保存：%s") % row if row.version != current else _("没有改动"))
        return HttpResponseRedirect(_url("detail", register, row.pk))
    return _form_page(request, register, form, row)


@record_page("delete")
def delete_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """Ask why, then delete; what still points at the record is named."""
    row = selectors.one(register, actor, key)
    context: dict[str, Any] = {"register": register, "row": row}
    if request.method == "POST":
        try:
            services.delete(register, actor, row.pk, reason=request.POST.get("reason", ""))
        except Refused as error:
            context["error"] = error
            return render(request, "records/delete.html", context, status=422)
        messages.success(request, _("已删除，可在“已删除”中恢复"))
        return HttpResponseRedirect(_url("list", register))
    return render(request, "records/delete.html", context)


@record_page("delete")
def deleted_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Show what was deleted and can be brought back."""
    found = selectors.deleted(register, actor)[:200]
    return render(request, "records/deleted.html", {"register": register, "events": history.events(register, found)})


@require_POST
@record_page("delete")
def restore(request: HttpRequest, register: Register, actor: Actor, uid: str) -> HttpResponse:
    """Bring a deleted record back from its entry."""
    row = services.restore(register, actor, get_object_or_404(selectors.deleted(register, actor), uid=uid))
    messages.success(request, _("已恢复：%s") % row)
    return HttpResponseRedirect(_url("detail", register, row.pk))


def _form_page(request: HttpRequest, register: Register, form: RecordForm, row: Any) -> HttpResponse:
    context = {"register": register, "form": form, "row": row, "groups": form.groups()}
    return render(request, "records/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _conflict_page(
    request: HttpRequest, register: Register, actor: Actor, form: RecordForm, version: int
) -> HttpResponse:
    row = selectors.one(register, actor, form.instance.pk)
    context = {
        "register": register,
        "row": row,
        "choices": conflicts.choices(register, row, form, version),
        "who": conflicts.last_hand(register, row),
    }
    return render(request, "records/conflict.html", context, status=409)


def _url(name: str, register: Register, *key: object) -> str:
    return reverse(f"records:{name}", args=[register.name, *key])
