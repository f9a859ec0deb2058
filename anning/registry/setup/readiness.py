"""The readiness list: what a district must have before it relies on the platform, and how far it is.

Everything follows from the data itself; nothing is ticked off by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _

from anning.accounts import selectors as accounts
from anning.accounts.models import Area, Organisation, Post, User
from anning.kernel.actor import Actor
from anning.registry.models import (
    BaseFeature,
    Enterprise,
    EvacuationList,
    Facility,
    FloodDuty,
    Household,
    HowLocated,
    ReportPoint,
    Resident,
    Site,
)
from anning.registry.selectors import questions
from anning.registry.setup.areas import PARK
from anning.ui.registries import Text


class State(StrEnum):
    """How far an item is."""

    DONE = "done"
    PARTLY = "partly"
    MISSING = "missing"
    UNSEEN = "unseen"  # not for the actor to see


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: what, how far, in figures, why it matters, and where it is done."""

    title: Text
    state: State
    figures: str
    why: Text
    url: str


Facts = tuple[State, str]


def items(actor: Actor) -> list[Item]:
    """Return the list, as far as the actor may see what it speaks of."""
    asked: tuple[tuple[str, Text, Callable[[], Facts], Text, str], ...] = (
        ("", _("本区代码和名称"), _district, _("规则、签名和备份都以它为准"), reverse("setup:district")),
        (
            "accounts.view_area",
            _("区划表"),
            _areas,
            _("人和事按镇街、村归属，决定谁看得到"),
            reverse("setup:areas"),
        ),
        ("accounts.view_organisation", _("单位"), _units, _("任务、通知、转办都发给单位"), _list("organisations")),
        ("accounts.view_post", _("24小时岗位有人"), _posts, _("夜里出事时电话有人接"), _list("posts")),
        ("accounts.view_user", _("使用人账号"), _users, _("每人一个账号，日志才说得清谁做的"), _list("users")),
        ("accounts.view_user", _("演示账号已停用"), _demo, _("有演示账号时只能在本机打开"), _list("users")),
        ("registry.view_basefeature", _("区界和镇街范围"), _bounds, _("判断事发地归哪里管"), _shapes("base-features")),
        ("registry.view_basefeature", _("道路和河道"), _ways, _("指路、看汛情"), _shapes("base-features")),
        ("accounts.view_area", _("村（社区）位置"), _villages, _("名册和报告点落到图上"), _shapes("areas")),
        ("registry.view_enterprise", _("企业"), _enterprises, _("一企一档，谁是第一责任人"), _import("enterprises")),
        ("registry.view_site", _("重点场所"), _sites, _("先通知、先疏散的地方"), _import("sites")),
        ("registry.view_facility", _("设施"), _facilities, _("桥、泵、闸、堤、易涝点"), _import("facilities")),
        ("registry.view_floodduty", _("防汛责任人"), _duties, _("每处三个责任人"), _import("flood-duties")),
        ("registry.view_household", _("住户和居民"), _people, _("转移谁、谁需要人帮"), _import("households")),
        ("registry.view_reportpoint", _("信息报告点"), _points, _("消息从哪里来"), _import("report-points")),
        (
            "registry.view_evacuationlist",
            _("转移名册"),
            _lists,
            _("谁组织、往哪转"),
            _list("evacuation-lists"),
        ),
    )
    return [
        Item(title, *judge(), why, url) for permission, title, judge, why, url in asked
        if not permission or actor.may(permission)
    ]  # fmt: skip


def _district() -> Facts:
    here = accounts.district_area()
    return (State.DONE, f"{here.name}（{here.code}）") if here else (State.MISSING, "")


def _areas() -> Facts:
    towns = Area.objects.filter(level=Area.Level.TOWN).count()
    villages = Area.objects.filter(level=Area.Level.VILLAGE).count()
    figures = _("%(towns)s 个镇街，%(villages)s 个村（社区）") % {"towns": towns, "villages": villages}
    return _of(min(towns, villages) > 0, towns > 0), figures


def _units() -> Facts:
    towns = Area.objects.filter(level=Area.Level.TOWN).exclude(kind=PARK)
    lacking = towns.exclude(pk__in=Organisation.objects.filter(kind=Organisation.Kind.TOWN).values("area")).count()
    count = Organisation.objects.count()
    return _of(count > 0 and not lacking, count > 0), _("%(count)s 个，%(lacking)s 个镇街还没有单位") % {
        "count": count,
        "lacking": lacking,
    }


def _posts() -> Facts:
    watched = Post.objects.filter(is_round_the_clock=True)
    count, vacant = watched.count(), accounts.vacant_posts(watched).count()
    figures = _("%(count)s 个岗位，%(vacant)s 个今天无人任职") % {"count": count, "vacant": vacant}
    return _of(count > 0 and not vacant, count > vacant), figures


def _users() -> Facts:
    count = User.objects.filter(is_active=True, is_demo=False).count()
    return _of(count > 3, count > 0), _("%s 个") % count  # the three of 三员分立 are no users yet


def _demo() -> Facts:
    count = User.objects.filter(is_active=True, is_demo=True).count()
    return _of(not count, False), _("%s 个演示账号在用") % count if count else _("没有演示账号")


def _bounds() -> Facts:
    kinds = BaseFeature.Kind
    outline = BaseFeature.objects.filter(kind=kinds.OUTLINE).exclude(shape=None)
    towns = BaseFeature.objects.filter(kind=kinds.TOWN).exclude(shape=None)
    real = {"outline": outline.exclude(how_located=HowLocated.SKETCHED), "towns": towns.exclude(how_located="sketched")}
    figures = _("%(outline)s 个区界，%(towns)s 个镇街范围（不含示意）")
    counts = {name: rows.count() for name, rows in real.items()}
    return _of(min(counts.values()) > 0, outline.exists() or towns.exists()), figures % counts


def _ways() -> Facts:
    ways = BaseFeature.objects.filter(kind__in=("road", "river")).exclude(how_located=HowLocated.SKETCHED)
    kinds = set(ways.order_by().values_list("kind", flat=True).distinct())
    return _of(len(kinds) == 2, bool(kinds)), _("%s 条（不含示意）") % ways.count()


def _villages() -> Facts:
    villages = Area.objects.filter(level=Area.Level.VILLAGE)
    return _most(villages.count(), questions.without_position(villages).count(), _("个没有位置"))


def _enterprises() -> Facts:
    rows = questions.living(Enterprise.objects.all())
    return _most(rows.count(), questions.without_first_persons(rows).count(), _("家第一责任人不全"))


def _sites() -> Facts:
    rows = Site.objects.all()
    return _most(rows.count(), questions.without_phone(rows).count(), _("处无电话"))


def _facilities() -> Facts:
    rows = Facility.objects.all()
    return _most(rows.count(), questions.without_position(rows).count(), _("处没有位置"))


def _duties() -> Facts:
    lacking = questions.without_duties(Facility.objects.all()).count()
    return _most(FloodDuty.objects.count(), lacking, _("处设施责任人不全"))


def _people() -> Facts:
    rows = Household.objects.all()
    figures = _("，%s 名居民") % Resident.objects.count()
    state, text = _most(rows.count(), questions.without_guardian(rows).count(), _("户有重点人员而无包保人"))
    return state, text + figures


def _points() -> Facts:
    rows = ReportPoint.objects.all()
    return _most(rows.count(), questions.without_phone(rows).count(), _("处无电话"))


def _lists() -> Facts:
    count = EvacuationList.objects.count()
    return _of(count > 0, False), _("%s 份") % count


def _most(count: int, lacking: int, what: str) -> Facts:
    return _of(count > 0 and not lacking, count > 0), _("共 %(count)s，%(lacking)s %(what)s") % {
        "count": count,
        "lacking": lacking,
        "what": what,
    }


def _of(done: bool, begun: bool) -> State:
    return State.DONE if done else State.PARTLY if begun else State.MISSING


def _list(register: str) -> str:
    return reverse("records:list", args=[register])


def _import(register: str) -> str:
    return reverse("records:import", args=[register])


def _shapes(register: str) -> str:
    return reverse("shapes:upload", args=[register])
