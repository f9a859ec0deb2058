"""Questions about one enterprise: who answers for it, what of it wants a hand, which unit it is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from anning.accounts.models import Appointment, Organisation, Post
from anning.accounts.selectors import scoped
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.registry.models import Enterprise, ResponsiblePerson
from anning.registry.selectors import questions
from anning.ui.records.fields import mask


@dataclass(frozen=True, slots=True)
class Answerable:
    """A responsible person as a page shows it; ``pk`` 0 stands for one who is missing."""

    role: str
    pk: int = 0
    name: str = ""
    mobile: str = ""
    verified_on: date | None = None
    is_stale: bool = False
    certificate_until_on: date | None = None
    is_expired: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether nobody is registered in this role."""
        return not self.pk


def answerable(enterprise: Enterprise, actor: Actor) -> tuple[list[Answerable], list[Answerable]]:
    """Return the three equal first persons, missing ones among them, and all others who answer for safety."""
    rows = list(scoped(enterprise.responsible.filter(erased_at=None), actor).order_by("pk"))
    first: list[Answerable] = []
    for role in ResponsiblePerson.FIRST:
        there = [_shown(row) for row in rows if row.role == role]
        first += there or [Answerable(str(ResponsiblePerson.Role(role).label))]
    order = list(ResponsiblePerson.Role.values)
    others = [row for row in rows if row.role not in ResponsiblePerson.FIRST]
    return first, [_shown(row) for row in sorted(others, key=lambda row: order.index(row.role))]


def warnings(enterprise: Enterprise) -> list[str]:
    """Return what of this file wants a hand, the gravest first; nothing for an enterprise that is closed."""
    if enterprise.state == Enterprise.State.CLOSED:
        return []
    today, ends = clock.today(), enterprise.insured_until_on
    said = []
    if enterprise.is_insurance_due and (ends is None or ends < today):
        said.append(_("应投安责险，现在没有有效保单") if ends is None else _("安责险已于 %s 到期") % ends)
    elif enterprise.is_insurance_due and ends and ends <= questions.until("REG-INSURANCE-REMIND-DAYS"):
        said.append(_("安责险 %s 到期，请提醒续保") % ends)
    if enterprise.standard_until_on and enterprise.standard_until_on < today:
        said.append(_("标准化等级已于 %s 到期") % enterprise.standard_until_on)
    if not enterprise.credit_code:
        said.append(_("没有统一社会信用代码"))
    if enterprise.longitude is None:
        said.append(_("没有坐标，地图和周边查询找不到它"))
    if not enterprise.has_plan:
        said.append(_("应急预案未备案"))
    return said


def posts_of(unit: Organisation, actor: Actor) -> QuerySet[Post]:
    """The posts of a unit with ``current``: who holds them today."""
    today = clock.today()
    held = Appointment.objects.filter(
        Q(until_on=None) | Q(until_on__gte=today), since_on__lte=today, person__is_active=True
    )
    current = Prefetch("appointments", held.select_related("person"), to_attr="current")
    return scoped(unit.posts.all(), actor).prefetch_related(current).order_by("pk")


def files_of(unit: Organisation, actor: Actor) -> QuerySet[Enterprise]:
    """The enterprise files of a unit."""
    return scoped(Enterprise.objects.filter(organisation=unit), actor).select_related("area")


def _shown(row: ResponsiblePerson) -> Answerable:
    before = questions.stale_before()
    until = row.certificate_until_on
    return Answerable(
        role=str(row.get_role_display()),
        pk=row.pk,
        name=row.name,
        mobile=mask(row.mobile),
        verified_on=row.verified_on,
        is_stale=row.verified_on is None or row.verified_on <= before,
        certificate_until_on=until,
        is_expired=until is not None and until < clock.today(),
    )
