"""Moving people by a list: start it, mark each household, close it; the rounds before stay in the journal."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.selectors import below, find_scoped, scoped
from anning.journal import personal
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import IllegalMove, Refused
from anning.registry import permissions
from anning.registry.models import EvacuationLine, EvacuationList, Household
from anning.registry.selectors import evacuation
from anning.ui.records import rows, services
from anning.ui.records.register import Register

State = EvacuationList.State
Values = Mapping[str, Any]


@transaction.atomic
def start_evacuation(list_id: int, actor: Actor) -> EvacuationList:
    """Start a list, or start it again: every household on it is due; an empty list takes all of its village.

    Raises IllegalMove while it runs, and Refused when there is nobody to move.
    """
    actor.require(permissions.RUN_EVACUATION)
    found = _lock(list_id, actor)
    if found.state == State.RUNNING:
        raise IllegalMove(_("这份名册正在转移中"), _("请先结束本次转移，再重新启用"))
    before, last_round = found.state, evacuation.said(evacuation.counts(found)) if found.started_at else ""
    if not found.lines.exists():
        _take_village(found)
    lines = list(found.lines.select_related("household"))
    if not lines:
        raise Refused(_("名册上没有住户，所在区域也没有登记住户"), _("请先登记住户，或把应转住户加入名册"))
    for line in lines:
        line.state, line.people = EvacuationLine.State.DUE, line.household.people or line.people
        line.note, line.marked_at, line.version = "", None, line.version + 1
    EvacuationLine.all_objects.bulk_update(lines, ["state", "people", "note", "marked_at", "version"], batch_size=500)
    found.state, found.started_at, found.closed_at = State.RUNNING, clock.now(), None
    _keep(found, actor, "start", before, count=len(lines), note=last_round)
    return found


@transaction.atomic
def mark_evacuation(list_id: int, keys: Collection[int], state: str, actor: Actor, *, note: str = "") -> int:
    """Mark households of a running list as moved, refused, missing or due again; return how many changed.

    Raises IllegalMove for a list that does not run, and Refused for an unknown state or when none is chosen.
    """
    actor.require(permissions.MARK_EVACUATION)
    found = _lock(list_id, actor)
    if found.state != State.RUNNING:
        raise IllegalMove(_("这份名册没有启用"), _("请先启用，再逐户登记"))
    if state not in EvacuationLine.State.values:
        raise Refused(_("没有这种转移结果"), _("请选择已转、拒转、失联或应转"))
    lines = list(scoped(found.lines.select_for_update(of=("self",)).filter(pk__in=keys), actor))
    if not lines:
        raise Refused(_("没有选中住户"), _("请勾选住户后再登记"))
    changed = [line for line in lines if line.state != state or (note and line.note != note)]
    for line in changed:
        before, line.state = line.state, EvacuationLine.State(state)
        changes: dict[str, list[Any]] = {"state": [before, state]}
        if note and note != line.note:
            changes["note"] = [line.note, note]
            line.note = note
        line.marked_at = None if state == EvacuationLine.State.DUE else clock.now()
        line.version += 1
        line.full_clean(exclude=["list", "household"])
        line.save()
        record(
            "evacuationline.mark", line.subject, actor, **rows.where(line), version=line.version,
            changes=personal.protect_changes(line, changes),
        )  # fmt: skip
    return len(changed)


@transaction.atomic
def close_evacuation(list_id: int, actor: Actor) -> EvacuationList:
    """End a round; who moved and who did not is said in the entry. Raises IllegalMove when it does not run."""
    actor.require(permissions.RUN_EVACUATION)
    found = _lock(list_id, actor)
    if found.state != State.RUNNING:
        raise IllegalMove(_("这份名册没有在转移中"), _("请刷新页面查看"))
    before, found.state, found.closed_at = found.state, State.CLOSED, clock.now()
    _keep(found, actor, "close", before, note=evacuation.said(evacuation.counts(found)))
    return found


@transaction.atomic
def print_names(list_id: int, actor: Actor, *, reason: str) -> EvacuationList:
    """Allow the names of a list on paper in full; who asked and why is journaled. Raises Refused without a reason."""
    actor.require(permissions.REVEAL_RESIDENT)
    found: EvacuationList = find_scoped(EvacuationList.objects.all(), actor, list_id)
    if not reason.strip():
        raise Refused(_("未填写打印原因"), _("请写明用途，如“上门通知”"), fields={"reason": _("请填写打印原因")})
    record(
        "evacuationlist.print", found.subject, actor, **rows.where(found), rows=found.lines.count(),
        reason=personal.protect(found.subject, reason.strip()),
    )  # fmt: skip
    return found


@transaction.atomic
def create_line(register: Register, actor: Actor, values: Values, **how: Any) -> EvacuationLine:
    """Put a household on a list, with as many people as live there unless said otherwise."""
    if not values.get("people") and values.get("household"):
        values = {**values, "people": values["household"].people}
    line: EvacuationLine = services.create_row(register, actor, values, **how)
    return line


@transaction.atomic
def change_line(register: Register, actor: Actor, key: int, values: Values, **how: Any) -> EvacuationLine:
    """Change a line; a new result takes the time of now."""
    before = EvacuationLine.all_objects.filter(pk=key).values_list("state", flat=True).first()
    line: EvacuationLine = services.change_row(register, actor, key, values, **how)
    if line.state != before:
        line.marked_at = None if line.state == EvacuationLine.State.DUE else clock.now()
        line.save(update_fields=["marked_at"])
    return line


def _take_village(found: EvacuationList) -> None:
    code = found.area.code if found.area else ""
    households = Household.objects.filter(below("area_code", code)) if code else Household.objects.none()
    lines = [EvacuationLine(list=found, household=each, people=each.people) for each in households]
    EvacuationLine.all_objects.bulk_create(lines, batch_size=500)


def _lock(list_id: int, actor: Actor) -> EvacuationList:
    found: EvacuationList = find_scoped(EvacuationList.objects.select_for_update(of=("self",)), actor, list_id)
    return found


def _keep(found: EvacuationList, actor: Actor, verb: str, before: str, **facts: Any) -> Entry:
    found.version += 1
    found.save()
    changes = {"state": [before, found.state]}
    kind = f"evacuationlist.{verb}"
    return record(kind, found.subject, actor, **rows.where(found), version=found.version, changes=changes, **facts)
