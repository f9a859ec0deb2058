"""The roster as a register."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anning.duty.models import Shift
from anning.kernel import clock
from anning.ui.records.register import Register, register
from anning.ui.registries import NavItem


def _running(shifts: QuerySet[Shift]) -> QuerySet[Shift]:
    now = clock.now()
    return shifts.filter(from_at__lte=now, until_at__gt=now)


def _coming(shifts: QuerySet[Shift]) -> QuerySet[Shift]:
    return shifts.filter(from_at__gt=clock.now()).order_by("from_at")


@register
class Shifts(Register):
    """Who is on which post."""

    model = Shift
    name = "shifts"
    title = _("值班表")
    help = _("谁从什么时候到什么时候在哪个岗位值班。报警按此表找人；没有排班的岗位由任职人员应答。")
    columns = ("post", "post__organisation", "part", "person", "from_at", "until_at")
    more_columns = ("phone", "note", "changed_at")
    filters = ("post", "person", "from_at", "part", "post__organisation", "post__organisation__area")
    questions = {"running": (_("当前在班"), _running), "coming": (_("以后的班次"), _coming)}
    search = ("post__name", "post__initials", "person__name", "person__initials")
    form = (
        (_("值班"), ("post", "person", "part")),
        (_("时间"), ("from_at", "until_at")),
        (_("联系"), ("phone", "note")),
    )
    key = ("post", "person", "from_at")
    labels = {"post__organisation": _("单位")}
    nav = NavItem(
        "shifts", _("值班表"), "records:list", "calendar", "duty.view_shift", position=45, url_args=("shifts",)
    )
    searchable = False
    position = 45
