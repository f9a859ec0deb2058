"""The seven steps of the setup (初始化向导): what each is for, what it opens, how far it is by the data itself."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from anning.accounts import selectors as accounts
from anning.accounts.models import Area, Organisation, Person
from anning.kernel.actor import Actor
from anning.registry.models import BaseFeature
from anning.registry.setup import readiness
from anning.registry.setup.readiness import State
from anning.ui.records import selectors
from anning.ui.records.register import find

UNITS = ("organisations", "posts", "people", "appointments")
BOOKS = ("enterprises", "responsible", "sites", "facilities", "flood-duties", "households", "residents",
         "evacuation-lists", "evacuation-lines", "report-points", "radios", "liaisons")  # fmt: skip
SHAPES = ("base-features", "areas", "facilities", "sites", "enterprises", "report-points")


@dataclass(frozen=True, slots=True)
class Book:
    """One register within a step: how many rows it has, and where they are brought in."""

    title: str
    count: int | None  # None: not for the actor to see
    list_url: str
    import_url: str = ""
    template_url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step, in the order in which a new district takes them; each can be taken again."""

    title: str
    what: str
    state: State
    url: str = ""
    books: list[Book] = field(default_factory=list)


def steps(actor: Actor) -> list[Step]:
    """Return the steps as they stand."""
    here, areas = accounts.district_area(), Area.objects.exclude(level=Area.Level.DISTRICT)
    return [
        Step(_("本区代码和名称"), str(here or _("六位区划代码和全称")), _state(here), reverse("setup:district")),
        Step(_("区划表"), _("镇街、村（社区）的12位代码表"), _state(areas.exists()), reverse("setup:areas")),
        Step(
            _("单位和人员"),
            _("可先按区划表生成镇街政府和村（居）委会，再导入部门、岗位和人员"),
            _state(Organisation.objects.exists() and Person.objects.exists(), Organisation.objects.exists()),
            books=[_book(actor, name) for name in UNITS],
        ),
        Step(
            _("界线、村位置、道路"),
            _("GeoJSON、shapefile、KML 或 OpenStreetMap 裁剪文件；先区界，再镇街范围，再其余"),
            _state(BaseFeature.objects.exclude(how_located="sketched").exists(), BaseFeature.objects.exists()),
            books=[_book(actor, name, by_shapes=True) for name in SHAPES],
        ),
        Step(
            _("企业、场所、设施、住户、居民"),
            _("逐本下载模板，填好后上传；先检查再写入，几万行的在后台办并显示进度"),
            _books_state(actor),
            books=[_book(actor, name) for name in BOOKS],
        ),
        Step(_("完整性报告"), _("每个镇街还缺什么，可导出 Excel 发给镇街"), State.DONE, reverse("setup:completeness")),
        Step(_("就绪清单"), _("用起来之前还差什么"), _ready(actor), reverse("setup:readiness")),
    ]  # fmt: skip


def _book(actor: Actor, name: str, *, by_shapes: bool = False) -> Book:
    register = find(name)
    seen = actor.may(register.permission("view"))
    count = selectors.rows(register, actor).count() if seen else None
    address = reverse("records:list", args=[name]) if seen else ""
    if not seen or not actor.may(register.permission("import")):
        return Book(str(register.plural), count, address)
    if by_shapes:
        return Book(str(register.plural), count, address, reverse("shapes:upload", args=[name]))
    template = reverse("records:import_template", args=[name])
    return Book(str(register.plural), count, address, reverse("records:import", args=[name]), template)


def _books_state(actor: Actor) -> State:
    counts = [book.count for book in (_book(actor, name) for name in BOOKS[:7]) if book.count is not None]
    return _state(all(counts), any(counts)) if counts else State.UNSEEN


def _ready(actor: Actor) -> State:
    states = {item.state for item in readiness.items(actor)}
    return State.DONE if states == {State.DONE} else State.PARTLY


def _state(done: object, begun: object = False) -> State:
    return State.DONE if done else State.PARTLY if begun else State.MISSING
