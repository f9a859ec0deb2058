"""Residents and their households: the counts of a household follow its residents on every change."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from anning.accounts.models import Area
from anning.journal.models import Entry
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.registry.models import Household, Resident
from anning.ui.records import services
from anning.ui.records.register import Register

Values = Mapping[str, Any]


@transaction.atomic
def create_resident(register: Register, actor: Actor, values: Values, **how: Any) -> Resident:
    """Add a resident, and count the household again."""
    resident: Resident = services.create_row(register, actor, values, **how)
    recount(resident.household_id)
    return resident


@transaction.atomic
def change_resident(register: Register, actor: Actor, key: int, values: Values, **how: Any) -> Resident:
    """Change a resident, and count the household again, and the one that was left."""
    left, version = _before(Resident, key, "household_id")
    resident: Resident = services.change_row(register, actor, key, values, **how)
    if resident.version != version:
        for household in sorted({resident.household_id, left or resident.household_id}):  # locks in one order
            recount(household)
    return resident


@transaction.atomic
def delete_resident(register: Register, actor: Actor, key: int, **how: Any) -> Entry:
    """Delete a resident, and count the household again."""
    left, _version = _before(Resident, key, "household_id")
    entry = services.delete_row(register, actor, key, **how)
    if left:
        recount(left)
    return entry


@transaction.atomic
def restore_resident(register: Register, actor: Actor, entry: Entry) -> Resident:
    """Bring a deleted resident back, and count the household again."""
    resident: Resident = services.restore_row(register, actor, entry)
    recount(resident.household_id)
    return resident


@transaction.atomic
def change_household(register: Register, actor: Actor, key: int, values: Values, **how: Any) -> Household:
    """Change a household; its residents move with it, and where they are known, they say how many they are."""
    _area, version = _before(Household, key, "area_id")
    household: Household = services.change_row(register, actor, key, values, **how)
    if household.version == version:
        return household
    household.residents.exclude(area_code=household.area_code).update(area_code=household.area_code)
    if household.residents.exists():
        recount(household.pk)
        household.refresh_from_db(fields=["people", "key_people"])
    return household


def recount(household_id: int) -> None:
    """Write how many people and key people live in a household, from its residents. In the caller's transaction."""
    household = Household.all_objects.select_for_update().get(pk=household_id)  # two who add count one after the other
    is_key = ~Q(need=Resident.Need.NONE)
    counted = Resident.objects.filter(household=household_id).aggregate(
        people=Count("pk"), key_people=Count("pk", filter=is_key)
    )
    if (household.people, household.key_people) != (counted["people"], counted["key_people"]):
        Household.all_objects.filter(pk=household_id).update(**counted, changed_at=clock.now())


@transaction.atomic
def move_with_area(area: Area) -> int:
    """Write the code of an area into its households and residents; return how many residents."""
    Household.all_objects.filter(area=area).exclude(area_code=area.code).update(area_code=area.code)
    residents = Resident.all_objects.filter(household__area=area).exclude(area_code=area.code)
    return residents.update(area_code=area.code)


def _before(model: Any, key: int, field: str) -> tuple[Any, int]:
    """Return one value and the version of a row as they are stored; (None, 0) for a row that is not there."""
    found: tuple[Any, int] | None = model.all_objects.filter(pk=key).values_list(field, "version").first()
    return found or (None, 0)
