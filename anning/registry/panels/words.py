"""What the registry adds to the journal's words, to the search box and to the help."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import scoped
from anning.journal.labels import describe
from anning.kernel.actor import Actor
from anning.registry.models import Household, ResponsiblePerson
from anning.ui.records.fields import mask
from anning.ui.registries import Found, HelpPage, SearchSource, help_pages, search_sources
from anning.vault.cipher import blind_index

SHORTEST = 6  # signs of a household's code; fewer would mean half the district

describe("evacuationlist.start", _("转移名册 启用"))
describe("evacuationlist.close", _("转移名册 结束转移"))
describe("evacuationlist.print", _("转移名册 打印花名册"))
describe("evacuationline.mark", _("转移登记 登记结果"))


def find_households(actor: Actor, text: str, limit: int) -> list[Found]:
    """Return households whose code begins with the text; along the index, for there are many."""
    code = text.strip()
    if len(code) < SHORTEST or not code.isascii() or not code[0].isdigit():
        return []
    rows = Household.objects.filter(code__gte=code, code__lt=f"{code}~").select_related("area").order_by("code")
    return [
        Found(row.code, reverse("records:detail", args=("households", row.pk)), _("住户"), str(row.area or ""))
        for row in scoped(rows, actor)[:limit]
    ]


def find_responsible(actor: Actor, text: str, limit: int) -> list[Found]:
    """Return who answers for an enterprise, by the whole name or the whole mobile number: who is calling?"""
    if not text.strip():
        return []
    index = blind_index(text.strip())
    rows = ResponsiblePerson.objects.filter(Q(name_index=index) | Q(mobile_index=index), erased_at=None)
    return [
        Found(str(row), reverse("records:detail", args=("responsible", row.pk)), _("企业责任人"), mask(row.mobile))
        for row in scoped(rows.select_related("enterprise"), actor).order_by("pk")[:limit]
    ]


search_sources.add(
    "responsible",
    SearchSource("responsible", _("企业责任人"), find_responsible, "registry.view_responsibleperson", position=115),
)
search_sources.add(
    "households", SearchSource("households", _("住户"), find_households, "registry.view_household", position=140)
)

for page in (
    HelpPage(
        "registry:evacuation",
        _("转移登记"),
        (
            _("先“启用名册”：名册上的住户都变为应转；名册是空的，就列入本村全部住户。"),
            _("逐户点“已转”“拒转”“失联”，或勾选多户一起登记；点错了点“撤回”。上面的人数随时更新，点数字只看那一类。"),
            _("结束后可以“重新启用”，上一次的结果记在名册的历史里。"),
            _("“打印花名册”默认隐去姓名；要打印完整姓名须写明用途，并记入日志。"),
        ),
    ),
):
    help_pages.add(page.name, page)
