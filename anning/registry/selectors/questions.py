"""Questions that no single column answers: what is due, missing or stale. Each cuts the rows it is given."""

from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from anning.kernel import clock, rulebook
from anning.registry.models import Enterprise, Facility, FloodDuty, Resident, ResponsiblePerson

M = TypeVar("M", bound=Model)
WITH_PLAN = (Facility.Kind.UNDERPASS, Facility.Kind.WATERLOGGING)  # one plan per site (一点一方案)
WITH_DUTIES = (Facility.Kind.DIKE, Facility.Kind.PUMP, Facility.Kind.SLUICE)  # three responsible persons each


def stale_before() -> date:
    """The day up to which a verification is too old to be trusted."""
    return clock.today() - timedelta(days=rulebook.value("LIA-STALE-DAYS"))


def until(rule: str) -> date:
    """The last day of what ends soon by a rule of days."""
    return clock.today() + timedelta(days=rulebook.value(rule))


def stale(rows: QuerySet[M]) -> QuerySet[M]:
    """Rows whose telephone or facts nobody has verified for too long."""
    return rows.filter(Q(verified_on=None) | Q(verified_on__lte=stale_before()))


def without_position(rows: QuerySet[M]) -> QuerySet[M]:
    """Rows that no map can show."""
    return rows.filter(Q(longitude=None) | Q(latitude=None))


def living(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Enterprises that are not closed."""
    return rows.exclude(state=Enterprise.State.CLOSED)


def uninsured(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Enterprises obliged to insure (应投安责险) that no policy covers today."""
    covered = Q(insured_until_on__gte=clock.today())
    return living(rows).filter(~covered | Q(insured_until_on=None), is_insurance_due=True)


def insurance_ending(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Obliged enterprises whose policy ends soon."""
    soon = (clock.today(), until("REG-INSURANCE-REMIND-DAYS"))
    return living(rows).filter(is_insurance_due=True, insured_until_on__range=soon)


def without_first_persons(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Enterprises of which one of the three equal first persons (第一责任人) is missing."""
    all_there = Q()
    for role in ResponsiblePerson.FIRST:
        all_there &= Q(Exists(_people(role=role)))
    return living(rows).exclude(all_there)


def _people(**facts: Any) -> QuerySet[ResponsiblePerson]:
    return ResponsiblePerson.objects.filter(enterprise=OuterRef("pk"), erased_at=None, **facts)


def with_stale_contacts(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Enterprises with a responsible person whose telephone nobody has verified for too long."""
    old = stale(_people())
    return living(rows).filter(Exists(old))


def most_dangerous(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Enterprises of 两重点一重大: watched chemicals, watched processes, major hazard installations."""
    return rows.filter(Q(is_key_chemical=True) | Q(is_key_process=True) | Q(is_major_hazard=True))


def major_hazards(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Enterprises with a major hazard installation (重大危险源)."""
    return rows.filter(is_major_hazard=True)


def standard_expired(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Enterprises whose standardisation level has run out."""
    return living(rows).filter(standard_until_on__lt=clock.today())


def without_code(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """Enterprises without a credit code."""
    return rows.filter(credit_code="")


def certificate_ending(rows: QuerySet[ResponsiblePerson]) -> QuerySet[ResponsiblePerson]:
    """Responsible persons whose certificate has run out or will soon."""
    return rows.filter(certificate_until_on__lte=until("REG-CERTIFICATE-REMIND-DAYS"))


def first_persons(rows: QuerySet[ResponsiblePerson]) -> QuerySet[ResponsiblePerson]:
    """The three equal first persons of each enterprise."""
    return rows.filter(role__in=ResponsiblePerson.FIRST)


def unchecked(rows: QuerySet[Facility]) -> QuerySet[Facility]:
    """Facilities that nobody has checked for too long."""
    before = clock.today() - timedelta(days=rulebook.value("REG-CHECK-DAYS"))
    return rows.filter(Q(checked_on=None) | Q(checked_on__lte=before)).exclude(state=Facility.State.STOPPED)


def without_plan(rows: QuerySet[Facility]) -> QuerySet[Facility]:
    """Underpasses and waterlogging points without their own plan (一点一方案)."""
    return rows.filter(kind__in=WITH_PLAN, plan="")


def without_duties(rows: QuerySet[Facility]) -> QuerySet[Facility]:
    """Dike sections, pumps and sluices of which one of the three responsible persons is missing."""
    all_there = Q()
    for role, _label in FloodDuty.Role.choices:
        all_there &= Q(Exists(FloodDuty.objects.filter(facility=OuterRef("pk"), role=role)))
    return rows.filter(kind__in=WITH_DUTIES).exclude(all_there)


def protected(rows: QuerySet[M]) -> QuerySet[M]:
    """Sites that are protection targets (防护目标)."""
    return rows.exclude(protection="none")


def with_key_people(rows: QuerySet[M]) -> QuerySet[M]:
    """Households with somebody who needs a hand."""
    return rows.filter(key_people__gt=0)


def key_people(rows: QuerySet[M]) -> QuerySet[M]:
    """Residents who need a hand (重点人员)."""
    return rows.filter(need__in=[need for need in Resident.Need.values if need != Resident.Need.NONE])


def without_guardian(rows: QuerySet[M]) -> QuerySet[M]:
    """Households with key people and nobody who looks after them (包保人)."""
    return rows.filter(key_people__gt=0, guardian=None)


def without_phone(rows: QuerySet[M]) -> QuerySet[M]:
    """Rows without a telephone."""
    return rows.filter(phone="")


def overcrowded(rows: QuerySet[M]) -> QuerySet[M]:
    """Sites where more people gather than they can hold."""
    return rows.filter(people__gt=F("capacity"))
