"""Many rows at once: those ticked, or all that match the filters."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anning.kernel import rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import NotAllowed, Refused
from anning.ui.records import selectors, services
from anning.ui.records.filters import filters_of
from anning.ui.records.forms import form_of
from anning.ui.records.register import Register
from anning.ui.records.views.gate import record_page

SHOWN = 20


@require_POST
@record_page("change")
def bulk_edit_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Choose fields and values for the rows meant, see how many they are, then change them all or none."""
    rows = meant(register, actor, request.POST)
    chosen = [name for name in register.bulk_fields if name in request.POST.getlist("fields")]
    is_sent = "apply" in request.POST
    form = form_of(register, actor, request.POST if is_sent else None, names=register.bulk_fields)
    for name in set(form.fields) - set(chosen):
        form.fields[name].required = False
    problem: Any = None
    if is_sent and not chosen:
        problem = Refused(_("没有勾选要修改的字段"), _("请勾选字段并填写新值"))
    elif is_sent:
        values, problem = _values(form, chosen)
        if not problem:
            try:
                changed = services.change_many(register, actor, rows.values_list("pk", flat=True), values)
            except (Refused, NotAllowed) as error:
                problem = error
            else:
                messages.success(request, _("已修改 %s 条") % changed)
                return HttpResponseRedirect(_back(register, request.POST))
    context = {
        "register": register,
        "form": form,
        "fields": [(form[name], name in chosen) for name in register.bulk_fields],
        "problem": problem,
        **_about(rows, request.POST),
    }
    return render(request, "records/bulk_edit.html", context, status=422 if problem else 200)


@require_POST
@record_page("delete")
def bulk_delete_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Show which rows are meant, ask why, then delete them all or none."""
    rows = meant(register, actor, request.POST)
    problem = None
    if "apply" in request.POST:
        try:
            gone = services.delete_many(
                register, actor, rows.values_list("pk", flat=True), reason=request.POST.get("reason", "")
            )
        except Refused as error:
            problem = error
        else:
            messages.success(request, _("已删除 %s 条，可在“已删除”中恢复") % gone)
            return HttpResponseRedirect(_back(register, request.POST))
    context = {"register": register, "problem": problem, **_about(rows, request.POST)}
    return render(request, "records/bulk_delete.html", context, status=422 if problem else 200)


def meant(register: Register, actor: Actor, data: QueryDict) -> QuerySet[Any]:
    """Return the rows that a bulk form means: ticked ones, or with ``all`` every row of its filters.

    Raises Refused when none is meant or more than a page can do at once.
    """
    rows = selectors.rows(register, actor)
    if "all" in data:
        filters = filters_of(register, actor, QueryDict(data.get("filters", "")), rows)
        rows = filters.qs if filters.form.is_valid() else rows.none()
    else:
        keys = {int(key) for key in data.getlist("key") if key.isascii() and key.isdigit() and len(key) < 19}
        rows = rows.filter(pk__in=keys)
    count, most = rows.count(), int(rulebook.value("EXP-JOB-ROWS"))
    if not count:
        raise Refused(_("没有选中任何记录"), _("请在列表中勾选记录"))
    if count > most:
        raise Refused(
            _("一次最多处理 %(most)s 条，现选中 %(count)s 条") % {"most": most, "count": count}, _("请缩小筛选范围")
        )
    return rows


def _values(form: Any, chosen: list[str]) -> tuple[dict[str, Any], Refused | None]:
    form.is_valid()
    bad = {name: "；".join(form.errors[name]) for name in chosen if name in form.errors}
    if bad:
        return {}, Refused(_("有内容未通过检查"), _("请改正标出的内容后再提交"), fields=bad)
    return {name: form.cleaned_data[name] for name in chosen}, None


def _about(rows: QuerySet[Any], data: QueryDict) -> dict[str, Any]:
    keys = data.getlist("key") if "all" not in data else []
    return {
        "rows": rows[:SHOWN],
        "count": rows.count(),
        "keys": keys,
        "is_all": "all" in data,
        "query": data.get("filters", ""),
    }


def _back(register: Register, data: QueryDict) -> str:
    query = data.get("filters", "")
    return reverse("records:list", args=[register.name]) + (f"?{query}" if query else "")
