"""A person's rights over the data kept about them: a copy, and erasure."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from anning.accounts import permissions, selectors, services
from anning.accounts.models import Person
from anning.accounts.web import actor_of


@require_safe
def person_data(request: HttpRequest, person_id: int) -> HttpResponse:
    """Offer the copy and the erasure of what is kept about one person."""
    actor = actor_of(request)
    if not actor.may(permissions.ERASE_PERSON):
        actor.require(permissions.COPY_PERSON)
    person = selectors.find_scoped(Person.objects.select_related("organisation"), actor, person_id)
    facts = {
        "person": person,
        "may_copy": actor.may(permissions.COPY_PERSON),
        "may_erase": actor.may(permissions.ERASE_PERSON),
    }
    return render(request, "accounts/person_data.html", facts)


@never_cache
@require_POST
def person_copy(request: HttpRequest, person_id: int) -> HttpResponse:
    """Hand over everything that is kept about the person, as one JSON file."""
    facts = services.copy_person(person_id, actor_of(request))
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    uid = Person.all_objects.values_list("uid", flat=True).get(pk=person_id)
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="person-{uid}.json"'},
    )


@require_POST
def person_erase(request: HttpRequest, person_id: int) -> HttpResponse:
    """Erase what is kept about the person."""
    services.erase_person(person_id, actor_of(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("个人信息已删除，日志链保持完整"))
    return redirect("accounts:person_data", person_id)
