"""The list of a register, its preferences, and the choices of its foreign keys."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anning.accounts.models import User
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound
from anning.ui.models import ListPreference
from anning.ui.records import selectors, tables
from anning.ui.records.listing import SIZES, Listing
from anning.ui.records.register import Register
from anning.ui.records.views.gate import allowed_verbs, record_page

MOST_CHOICES = 20


@record_page("view")
def list_page(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Show the list; htmx gets the changed part alone."""
    listing = Listing(register, actor, request)
    is_part = request.headers.get("HX-Target") == "listing"
    context = {
        "register": register,
        "listing": listing,
        "may": allowed_verbs(register, actor),
        "densities": ListPreference.Density.choices,
    }
    return render(request, "records/_listing.html" if is_part else "records/list.html", context)


@require_POST
@record_page("view")
def keep_preference(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Remember columns, density and page length of this list for the user."""
    facts: dict[str, object] = {}
    if "columns" in request.POST:
        offered = tables.offered_columns(register)
        facts["columns"] = [path for path in request.POST.getlist("columns") if path in offered]
    if request.POST.get("density") in ListPreference.Density.values:
        facts["density"] = request.POST["density"]
    if request.POST.get("page_size") in {str(size) for size in SIZES}:
        facts["page_size"] = int(request.POST["page_size"])
    if "usual" in request.POST:
        facts = {"columns": [], "density": ListPreference.Density.NORMAL, "page_size": SIZES[0]}
    if isinstance(request.user, User):
        ListPreference.objects.update_or_create(user=request.user, register=register.name, defaults=facts)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("records:list", args=[register.name]))


@record_page("view")
def choices(request: HttpRequest, register: Register, actor: Actor, field: str) -> HttpResponse:
    """Answer a type-ahead: rows of a foreign key inside the actor's scope."""
    try:
        column = register.field(field)
    except FieldDoesNotExist:
        raise NotFound(_("没有这个字段")) from None
    if not isinstance(column, models.ForeignKey) or field not in {*register.fields, *register.filters}:
        raise NotFound(_("没有这个字段"))
    found = selectors.matching_choices(column, actor, request.GET.get("q", "")[:80])[:MOST_CHOICES]
    return JsonResponse({"choices": [{"id": row.pk, "text": str(row), "more": _more(row)} for row in found]})


def _more(row: object) -> str:
    """Return what tells rows of one name apart: a code, or the row above."""
    return str(getattr(row, "code", "") or getattr(row, "credit_code", "") or getattr(row, "parent", None) or "")
