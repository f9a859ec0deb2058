"""Decisions of the setup: which district this is, its areas, the units that every town and village has."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.models import Area, Organisation, User
from anning.accounts.selectors import actor_for, district_area
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel import clock, district
from anning.kernel.actor import Actor
from anning.kernel.errors import AnningError, Conflict, NotFound, Refused
from anning.registry.permissions import SETUP
from anning.registry.setup import areas
from anning.ui.models import ImportBatch
from anning.ui.records import importing, services
from anning.ui.records.register import find
from anning.vault import store

# How units are named, in the language of the data.
UNITS = {
    "top": "区政府",
    "town": "%s人民政府",
    "street": "%s办事处",
    "community": "%s居民委员会",
    "village": "%s村民委员会",
}
PROVINCES = frozenset(range(11, 83))  # the first two digits of GB/T 2260


@transaction.atomic
def name_district(actor: Actor, code: str, name: str) -> Area:
    """Say which district this installation serves. Raises Refused for an impossible code, or when another has towns."""
    actor.require(SETUP)
    code, name = code.strip(), name.strip()
    if not district.CODE.fullmatch(code) or int(code[:2]) not in PROVINCES or code.endswith("00"):
        why = _("区划代码应为县级的 6 位数字，如“130283”，末两位不为 00")
        raise Refused(_("代码“%s”不是县级区划代码") % code[:12], _("请查最新的区划代码表"), fields={"code": why})
    if not name:
        raise Refused(_("没有填写名称"), _("请填写全称，如“某某区”"), fields={"name": _("请填写名称")})
    present = district_area()
    if present is not None and present.code != code and present.children.exists():
        raise Refused(
            _("已登记 %(name)s（%(code)s）和它的镇街，不能改成另一个区") % {"name": present.name, "code": present.code},
            _("请用另一个数据目录（ANNING_HOME）新建；只改名称的，请保持代码不变"),
            fields={"code": _("与已登记的镇街不符")},
        )
    values = {"code": code, "name": name, "level": Area.Level.DISTRICT}
    register = find("areas")
    here: Area = (
        services.change(register, actor, present.pk, values) if present else services.create(register, actor, values)
    )
    transaction.on_commit(lambda: district.keep(code))
    return here


def receive_areas(user: User, filename: str, content: bytes) -> ImportBatch:
    """Keep a table of areas as a batch that waits for its check. Raises Refused for a file that cannot be read."""
    actor = actor_for(user)
    actor.require(SETUP)
    actor.require(find("areas").permission("import"))
    rows = areas.read(filename, content, _code())
    return ImportBatch.objects.create(
        register="areas",
        user=user,
        filename=filename[-200:],
        sha256=store.keep([content]).sha256,
        update=True,
        state=ImportBatch.State.CHECKING,
        total=len(rows),
        created_at=clock.now(),
    )


def rows_of(batch: ImportBatch) -> list[areas.Row]:
    """Return the rows of a batch, judged anew. Raises NotFound when its file is gone."""
    if not batch.sha256:
        raise NotFound(_("上传的文件已清除"), _("请重新上传"))
    return areas.read(batch.filename, b"".join(store.read(batch.sha256)), _code())


@transaction.atomic
def import_areas(batch: ImportBatch, confirmed: set[int]) -> ImportBatch:
    """Write a table of areas, from the district down; all or nothing.

    Raises Refused while a row is wrong or a question is not confirmed, Conflict when it was taken already.
    """
    actor, register = actor_for(batch.user), find("areas")
    actor.require(register.permission("import"))
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != ImportBatch.State.CHECKING:
        raise Conflict(_("这个批次已经处理过"), _("请在导入记录中查看结果"))
    rows = rows_of(batch)
    bad = sum(1 for row in rows if row.troubles)
    asked = sum(1 for row in rows if row.question and row.number not in confirmed and not row.troubles)
    if bad or asked:
        raise Refused(
            _("有 %(bad)s 行有误，%(asked)s 行没有确认，没有导入任何数据") % {"bad": bad, "asked": asked},
            _("请改正后重新上传，或勾选确认"),
        )
    newest = Entry.objects.order_by("-id").values_list("pk", flat=True).first() or 0
    known = {area.code: area for area in Area.objects.all()}
    for row in sorted(rows, key=lambda each: (len(each.code), each.code)):
        known[row.code] = _write(actor, row, known, batch)
    written = Entry.objects.filter(pk__gt=newest, cause=batch.uid, kind="area.import").order_by("pk")
    batch.rows = [[int(e.subject.rpartition(":")[2]), e.content_version, e.pk] for e in written]
    batch.created = sum(1 for _key, version, _entry in batch.rows if version == 1)
    batch.changed = len(batch.rows) - batch.created
    batch.unchanged = len(rows) - len(batch.rows)
    batch.state, batch.done_at = ImportBatch.State.DONE, clock.now()
    batch.save()
    facts: dict[str, Any] = {"batch": batch.uid, "created": batch.created, "changed": batch.changed}
    record("area.import", f"importbatch:{batch.pk}", actor, **facts)
    transaction.on_commit(lambda: importing.give_up(batch))
    return batch


@transaction.atomic
def make_units(actor: Actor) -> int:
    """Add the district's government, one unit per town and one committee per village where there is none yet."""
    actor.require(SETUP)
    actor.require(find("organisations").permission("add"))
    here = district_area()
    if here is None:
        raise Refused(_("还没有确定本区的代码和名称"), _("请先完成第一步"))
    made = 0
    kinds = Organisation.Kind
    units = {unit.area_id: unit for unit in Organisation.objects.filter(kind__in=(kinds.TOWN, kinds.VILLAGE))}
    top = Organisation.objects.filter(kind=kinds.GOVERNMENT, parent=None, area=here).first()
    if top is None:
        facts = {"name": UNITS["town"] % here.name, "short_name": UNITS["top"], "kind": kinds.GOVERNMENT, "area": here}
        top, made = services.create(find("organisations"), actor, facts), 1
    for area in Area.objects.exclude(level=Area.Level.DISTRICT).order_by("code").select_related("parent"):
        if area.pk in units or area.kind == areas.PARK:
            continue
        above = top if area.level == Area.Level.TOWN else units.get(area.parent_id)
        units[area.pk] = services.create(find("organisations"), actor, _unit(area, above))
        made += 1
    return made


def _unit(area: Area, above: Organisation | None) -> dict[str, Any]:
    """Return the values of the unit that a town or a village has."""
    of = area.kind or areas.kind_of(area.name)
    if area.level == Area.Level.TOWN:
        name = UNITS["street" if of == areas.STREET else "town"]
        kind = Organisation.Kind.TOWN
    else:
        name = UNITS["community" if of == areas.COMMUNITY else "village"]
        kind = Organisation.Kind.VILLAGE
    stem = area.name if kind == Organisation.Kind.TOWN else areas.bare(area.name)
    return {"name": name % stem, "short_name": area.name, "kind": kind, "area": area, "parent": above}


def _write(actor: Actor, row: areas.Row, known: dict[str, Area], batch: ImportBatch) -> Area:
    values: dict[str, Any] = {"name": row.name, "kind": row.kind}
    try:
        if row.existing is not None:
            changed: Area = services.change(
                find("areas"), actor, row.existing.pk, values, kind="import", cause=batch.uid
            )
            return changed
        values |= {"code": row.code, "level": row.level, "parent": known.get(row.parent_code)}
        made: Area = services.create(find("areas"), actor, values, kind="import", cause=batch.uid)
        return made
    except AnningError as error:
        why = "；".join(getattr(error, "fields", {}).values()) or error.message
        where = {"row": row.number, "name": row.name, "why": why}
        raise Refused(_("第 %(row)s 行“%(name)s”：%(why)s；没有导入任何数据") % where, error.remedy) from None


def _code() -> str:
    here = district_area()
    return here.code if here else ""
