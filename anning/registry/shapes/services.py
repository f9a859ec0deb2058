"""Decisions about a file with geometry: keep it, import it as one batch."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.models import User
from anning.accounts.selectors import actor_for
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import AnningError, Conflict, NotFound, Refused
from anning.registry.shapes import reading
from anning.registry.shapes.features import Drawing
from anning.registry.shapes.options import Options, largest_file
from anning.registry.shapes.rehearsal import Rehearsal, Row, rehearse
from anning.ui.models import ImportBatch
from anning.ui.records import importing, services
from anning.ui.records.register import Register, find
from anning.vault import store


def takes_shapes(register: Register) -> bool:
    """Whether rows of the register have a position that a file with geometry can give."""
    return "import" in register.all_verbs and register.has_position


def receive(register: Register, user: User, filename: str, content: bytes) -> ImportBatch:
    """Keep an uploaded file as a batch that waits for decisions. Raises Refused for a file that cannot be read."""
    actor_for(user).require(register.permission("import"))
    drawing = reading.read(filename, content, largest=largest_file())
    return ImportBatch.objects.create(
        register=register.name,
        user=user,
        filename=filename[-200:],
        sha256=store.keep([content]).sha256,
        update=True,
        state=ImportBatch.State.CHECKING,
        total=len(drawing.features),
        created_at=clock.now(),
    )


def drawing_of(batch: ImportBatch) -> Drawing:
    """Return what the file of a batch holds. Raises NotFound when it is gone."""
    if not batch.sha256:
        raise NotFound(_("上传的文件已清除"), _("请重新上传"))
    return reading.read(batch.filename, b"".join(store.read(batch.sha256)), largest=largest_file())


@transaction.atomic
def carry_out(batch: ImportBatch, options: Options, confirmed: set[str], *, only_good: bool) -> ImportBatch:
    """Import the file: all of it, or with ``only_good`` the rows without trouble whose questions were confirmed.

    Raises Conflict when the batch was taken already, Refused when something stands against it: then nothing is written.
    """
    register, actor = find(batch.register), actor_for(batch.user)
    actor.require(register.permission("import"))
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != ImportBatch.State.CHECKING:
        raise Conflict(_("这个批次已经处理过"), _("请在导入记录中查看结果"))
    rehearsal = rehearse(register, actor, drawing_of(batch), options)
    ready = _ready(rehearsal, confirmed, only_good=only_good)
    newest = Entry.objects.order_by("-id").values_list("pk", flat=True).first() or 0
    for row in ready:
        if row.action != "same":
            _write(register, actor, row, batch)
    written = Entry.objects.filter(pk__gt=newest, cause=batch.uid, kind=f"{register.noun}.import").order_by("pk")
    batch.rows = [[int(e.subject.rpartition(":")[2]), e.content_version, e.pk] for e in written]
    batch.created = sum(1 for _key, version, _entry in batch.rows if version == 1)
    batch.changed = len(batch.rows) - batch.created
    batch.unchanged = sum(1 for row in ready if row.action == "same")
    batch.total, batch.refused = len(rehearsal.rows), len(rehearsal.rows) - len(ready)
    batch.only_good, batch.state, batch.done_at = only_good, ImportBatch.State.DONE, clock.now()
    batch.note = _("坐标系 %s") % options.datum
    batch.save()
    facts: dict[str, Any] = {"batch": batch.uid, "datum": options.datum}
    facts |= {"created": batch.created, "changed": batch.changed, "refused": batch.refused}
    record(f"{register.noun}.import", f"importbatch:{batch.pk}", actor, **facts)
    transaction.on_commit(lambda: importing.give_up(batch))
    return batch


def _ready(rehearsal: Rehearsal, confirmed: set[str], *, only_good: bool) -> list[Row]:
    if rehearsal.doubt and "datum" not in confirmed:
        raise Refused(rehearsal.doubt, _("请重新选择坐标系；确认无误的，请勾选“坐标系无误”"))
    ready = [row for row in rehearsal.rows if row.is_ready(confirmed)]
    if len(ready) < len(rehearsal.rows) and not only_good:
        raise Refused(
            _("有 %(bad)s 行有误，%(asked)s 行的问题没有确认，没有导入任何数据")
            % {"bad": rehearsal.bad, "asked": len(rehearsal.rows) - len(ready) - rehearsal.bad},
            _("请改正后重新上传、勾选确认，或选择“只导入没有问题的行”"),
        )
    return ready


def _write(register: Register, actor: Actor, row: Row, batch: ImportBatch) -> None:
    try:
        if row.existing is None:
            services.create(register, actor, row.values, kind="import", cause=batch.uid)
        else:
            services.change(register, actor, row.existing.pk, row.values, kind="import", cause=batch.uid)
    except AnningError as error:
        why = "；".join(getattr(error, "fields", {}).values()) or error.message
        raise Refused(
            _("第 %(row)s 行“%(name)s”：%(why)s；没有导入任何数据") % {"row": row.number, "name": row.name, "why": why},
            error.remedy,
        ) from None
