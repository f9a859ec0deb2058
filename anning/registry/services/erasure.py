"""Erasing the data of a resident, or of who answers for an enterprise (个人信息保护法 第四十七条)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from anning.accounts.models import Erasure
from anning.accounts.selectors import find_scoped
from anning.journal import personal
from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.registry import permissions
from anning.registry.models import Resident, ResponsiblePerson
from anning.registry.services.residents import recount
from anning.ui.attachments.erasing import forget, forget_names
from anning.ui.holders import forget_texts
from anning.ui.records import rows

ERASED = gettext_noop("（已删除）")  # kept in the row, in the language of the records
EMPTY_RESIDENT: dict[str, Any] = {
    "mobile": "",
    "sex": Resident.Sex.UNKNOWN,
    "birth_year": None,
    "need": Resident.Need.NONE,
}
EMPTY_RESPONSIBLE: dict[str, Any] = {"mobile": "", "certificate": "", "certificate_until_on": None}


@transaction.atomic
def erase_resident(resident_id: int, actor: Actor, *, reason: str) -> Resident:
    """Erase a resident's data; the row stays without a name, the household counts one key person less.

    Raises Refused without a reason, when the reason names the person, or when it was done before.
    """
    actor.require(permissions.ERASE_RESIDENT)
    row = find_scoped(Resident.all_objects.select_for_update(of=("self",)), actor, resident_id)
    _erase(row, EMPTY_RESIDENT, actor, reason)
    recount(row.household_id)
    return row


@transaction.atomic
def erase_responsible(person_id: int, actor: Actor, *, reason: str) -> ResponsiblePerson:
    """Erase the data of who answered for an enterprise; the row stays without a name and counts as missing.

    Raises Refused without a reason, when the reason names the person, or when it was done before.
    """
    actor.require(permissions.ERASE_RESPONSIBLE)
    row = find_scoped(ResponsiblePerson.all_objects.select_for_update(of=("self",)), actor, person_id)
    _erase(row, EMPTY_RESPONSIBLE, actor, reason)
    return row


def _erase(row: Any, empty: dict[str, Any], actor: Actor, reason: str) -> None:
    if row.erased_at:
        raise Refused(_("此人的信息已经删除"), _("无需重复办理"))
    if not reason.strip() or row.name in reason:
        raise Refused(
            _("请填写删除原因，且不要写姓名"),
            _("原因会永久保存在日志中，如“本人申请”“目的已实现”"),
            fields={"reason": _("必填，不写姓名")},
        )
    place, name, mobile = rows.where(row), row.name, row.mobile
    for field, value in ({"name": ERASED} | empty).items():
        setattr(row, field, value)
    row.erased_at = clock.now()
    row.derive()
    row.version += 1
    row.save()
    gone = personal.erase(row.subject) + forget_texts(name) + forget([row.subject]) + forget_names(name, mobile)
    Erasure.objects.create(subject=row.subject, at=row.erased_at)
    kind = f"{row._meta.model_name}.erase"
    record(kind, row.subject, actor, **place, version=row.version, reason=reason.strip(), erased=gone)
