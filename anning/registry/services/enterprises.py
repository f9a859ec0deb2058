"""What an enterprise may say of itself, and what only the authorities write."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.registry.models import Enterprise
from anning.ui.records import fields, rows, services
from anning.ui.records.register import Register

# An enterprise keeps these facts of its own file; all else was found out or decided by an authority.
OWN = ("phone", "address", "business", "employees", "scale", "insurer", "policy_number", "insured_until_on", "note")


@transaction.atomic
def change_enterprise(register: Register, actor: Actor, key: int, values: Mapping[str, Any], **how: Any) -> Enterprise:
    """Change an enterprise; whoever may not add one changes only what an enterprise says of itself.

    Raises Refused naming each other field.
    """
    if not actor.may(register.permission("add")):
        actor.require(register.permission("change"))
        row = rows.lock(register, actor, key)
        before = fields.facts_of(register, row, tuple(values))
        differing = [n for n, value in values.items() if fields.plain(register.field(n), value) != before[n]]
        if strange := [name for name in differing if name not in OWN]:
            why = _("由镇街或区级部门维护，请联系他们修改")
            raise Refused(_("有内容不能由企业自己修改"), _("请保持原值"), fields=dict.fromkeys(strange, why))
    changed: Enterprise = services.change_row(register, actor, key, values, **how)
    return changed
