"""The door of every record page: signed in, a register that exists, the permission for the verb."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from anning.accounts.web import actor_of
from anning.kernel.errors import NotFound
from anning.ui.records.register import find

View = Callable[..., HttpResponseBase]


def record_page(verb: str) -> Callable[[View], View]:
    """Give the view its register and actor, when the register has the verb and the actor may."""

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def gate(request: HttpRequest, register: str, **facts: Any) -> HttpResponseBase:
            found, actor = find(register), actor_of(request)
            if verb not in found.all_verbs:
                raise NotFound(_("这个台账没有此项操作"), _("请返回列表"))
            actor.require(found.permission("view"))
            actor.require(found.permission(verb))
            return view(request, found, actor, **facts)

        return gate

    return wrap


def allowed_verbs(register: Any, actor: Any) -> dict[str, bool]:
    """Return the verbs that the actor may use here; buttons are shown by it."""
    return {verb: actor.may(register.permission(verb)) for verb in register.all_verbs}
