"""Who answers for safety at each enterprise: three equal first persons and safety staff; some unknown, some stale."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any

from anning.demo.bulk import as_day, write_rows
from anning.demo.firms import LATE
from anning.demo.ledger import Ledger
from anning.demo.sheets import invented_mobile, invented_names
from anning.kernel import clock
from anning.registry.models import Enterprise, ResponsiblePerson
from anning.vault.cipher import blind_index, encrypt

COLUMNS = (
    "enterprise",
    "role",
    "name",
    "name_index",
    "mobile",
    "mobile_index",
    "certificate",
    "certificate_until_on",
    "verified_on",
)
NOBODY_EVERY, NO_CONTROLLER_EVERY, NO_PRINCIPAL_EVERY, SILENT_EVERY = 89, 41, 59, 31
ONE_MAN = {"micro", ""}  # in the smallest firms one person is all three


def add_answerable(firms: list[Enterprise], ledger: Ledger) -> None:
    """Write the responsible persons of the firms that have none yet."""
    known = set(ResponsiblePerson.all_objects.values_list("enterprise", flat=True).distinct())
    write_rows(ResponsiblePerson, COLUMNS, _rows([firm for firm in firms if firm.pk not in known], ledger))


def _rows(firms: list[Enterprise], ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    names, name, number = cycle(invented_names()), "", 0
    today = clock.today()
    for place, firm in enumerate(firms, 1):
        for role, is_same in _roles(place, firm):
            number += not is_same
            name = name if is_same else next(names)
            mobile = "" if number % SILENT_EVERY == 0 else invented_mobile(number)
            has_paper = role in ("manager", "engineer")
            ends = as_day(today + timedelta(days=number % 1100 - 100)) if has_paper else None
            age = 400 + number % 300 if firm.area and firm.area.code[:9] in LATE else number % 210
            ledger.add("responsible", firm.name, role, name, mobile)
            yield (
                firm.pk,
                role,
                encrypt(name),
                blind_index(name),
                encrypt(mobile),
                blind_index(mobile),
                f"YX安字{number:06d}" if has_paper else "",
                ends,
                as_day(today - timedelta(days=age)),
            )


def _roles(place: int, firm: Enterprise) -> Iterator[tuple[str, bool]]:
    """Yield each role, and whether the same person holds it as the role before."""
    is_watched = firm.is_monitored or firm.is_insurance_due
    if not is_watched and place % NOBODY_EVERY == 0:
        return
    yield "legal", False
    is_one_man = firm.scale in ONE_MAN
    if is_watched or place % NO_CONTROLLER_EVERY:
        yield "controller", is_one_man
    if is_watched or place % NO_PRINCIPAL_EVERY:
        yield "principal", is_one_man
    if is_watched or (firm.employees or 0) >= 30:
        yield "deputy", False
        yield "manager", False
    if firm.is_major_hazard or firm.industry == "metallurgy":
        yield "engineer", False
