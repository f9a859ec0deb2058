"""Imports: a file is checked without writing, then imported as one batch, and undone as one batch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import tablib
from django.db import models, transaction
from django.utils.translation import gettext as _

from anning.accounts.models import User
from anning.accounts.selectors import actor_for
from anning.journal import personal
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import AnningError, Conflict, NotFound, Refused
from anning.ui.models import ImportBatch
from anning.ui.records import rows, services
from anning.ui.records.register import Register, find
from anning.ui.records.resources import RecordResource, heading_of, import_fields, required_fields, resource_of
from anning.ui.records.sheets import Sheet, read_sheet
from anning.vault import store

AT_ONCE = 1000  # rows imported within the request; more becomes a job
STEP = 200  # rows that a job commits together
MOST_PROBLEMS = 2000
Tell = Callable[[int, int], None]  # how many rows are done, of how many


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Outcome:
    """What became of the rows of one file."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


def receive(register: Register, user: User, filename: str, content: bytes, *, update: bool) -> ImportBatch:
    """Keep an uploaded file as a batch that waits for its check. Raises Refused for a file that cannot be read."""
    actor_for(user).require(register.permission("import"))
    sheet = _read(register, filename, content)
    return ImportBatch.objects.create(
        register=register.name,
        user=user,
        filename=filename[-200:],
        sha256=store.keep([content]).sha256,
        update=update,
        state=ImportBatch.State.CHECKING,
        total=len(sheet.rows),
        headings=[n for n in import_fields(register) if heading_of(register, n) in sheet.headings],
        strange=sheet.strange[:20],
        created_at=clock.now(),
    )


def check(batch: ImportBatch, tell: Tell = _silent) -> ImportBatch:
    """Run the file dry: count what would be new, changed, unchanged, and keep what is wrong, by row and column."""
    register, actor = find(batch.register), actor_for(batch.user)
    problems: list[list[Any]] = []
    outcome = _work(sheet_of(batch)[1], resource_of(register, actor, update=batch.update), problems, tell, dry=True)
    batch.created, batch.changed, batch.unchanged = outcome.created, outcome.changed, outcome.unchanged
    batch.refused, batch.problems = outcome.refused, problems[:MOST_PROBLEMS]
    batch.state = ImportBatch.State.CHECKED
    batch.save()
    return batch


def confirm(batch: ImportBatch, *, only_good: bool) -> ImportBatch:
    """Take a checked batch into work, once. Raises Conflict when it was taken, Refused when rows are wrong."""
    with transaction.atomic():
        fresh = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if fresh.state != ImportBatch.State.CHECKED:
            raise Conflict(_("这个批次已经处理过"), _("请在导入记录中查看结果"))
        if fresh.refused and not only_good:
            raise Refused(
                _("有 %s 行有误，没有导入任何数据") % fresh.refused, _("请改正后重新上传，或选择“只导入正确行”")
            )
        fresh.only_good, fresh.state = only_good, ImportBatch.State.RUNNING
        fresh.save()
    return fresh


def carry_out(batch: ImportBatch, tell: Tell = _silent) -> ImportBatch:
    """Import a confirmed batch: a small one in one transaction, a large one in steps.

    After a crash it goes on where it stopped; when a step fails, the steps before are undone.
    """
    if batch.total <= AT_ONCE:
        with transaction.atomic():
            _steps(batch, tell, size=batch.total or 1)
            return _finish(batch)
    try:
        _steps(batch, tell, size=STEP)
        return _finish(batch)
    except Refused as error:
        abandon(batch, error.message)
        raise


def abandon(batch: ImportBatch, why: str) -> None:
    """End a batch that cannot be finished: nothing of it stays."""
    if ImportBatch.objects.get(pk=batch.pk).rows:
        undo(batch, actor_for(batch.user), force=True)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.FAILED, note=why)


def undo(batch: ImportBatch, actor: Actor, *, force: bool = False) -> tuple[int, list[str]]:
    """Bring back what stood before the batch, unless changed since; return how many rows, and which were left.

    Raises Refused after the hours of rule IMP-UNDO-HOURS, Conflict when it is undone already.
    """
    register = find(batch.register)
    actor.require(register.permission("import"))
    # The right to import is the right to take one's own import back.
    granted = {register.permission(verb) for verb in ("change", "delete")}
    actor = replace(actor, permissions=actor.permissions | granted)
    left: list[str] = []
    count = 0
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if not force:
            _refuse_late(batch)
        for key, version, entry_key in reversed(batch.rows):
            try:
                with transaction.atomic():
                    _undo_row(register, actor, batch, key=key, version=version, entry_key=entry_key)
                count += 1
            except AnningError as error:
                left.append(f"{register.model.all_objects.filter(pk=key).first() or key}：{error.message}")
        batch.state, batch.undone_at = ImportBatch.State.UNDONE, clock.now()
        batch.note = "\n".join(left)[:5000]
        batch.save()
        record(f"{register.noun}.undo", f"importbatch:{batch.pk}", actor, batch=batch.uid, rows=count, left=len(left))
    return count, left


def may_undo_until(batch: ImportBatch) -> Any:
    """Return the instant until which the batch can be undone; None when it cannot."""
    if batch.state != ImportBatch.State.DONE or batch.done_at is None:
        return None
    return batch.done_at + timedelta(hours=float(rulebook.value("IMP-UNDO-HOURS", at=batch.done_at)))


def give_up(batch: ImportBatch) -> None:
    """Forget the file of a batch and what was said about its rows."""
    digest = batch.sha256
    batch.sha256, batch.problems = "", []
    batch.save(update_fields=["sha256", "problems"])
    if digest and not ImportBatch.objects.filter(sha256=digest).exists():
        store.remove(digest)


def sheet_of(batch: ImportBatch) -> tuple[Register, Sheet, bytes]:
    """Return the file of a batch. Raises NotFound when it is gone."""
    if not batch.sha256:
        raise NotFound(_("上传的文件已清除"), _("请重新上传"))
    register = find(batch.register)
    content = b"".join(store.read(batch.sha256))
    return register, _read(register, batch.filename, content), content


def _read(register: Register, filename: str, content: bytes) -> Sheet:
    known = {heading_of(register, name): name for name in import_fields(register)}
    sheet = read_sheet(filename, content, known, most=int(rulebook.value("IMP-MAX-ROWS")))
    missing = [
        heading_of(register, n) for n in required_fields(register) if heading_of(register, n) not in sheet.headings
    ]
    if missing:
        raise Refused(_("缺少必需的列：%s") % "、".join(missing), _("请使用下载的模板，不要改动表头"))
    if not sheet.rows:
        raise Refused(_("表头下面没有数据"), _("请在表头下一行起填写"))
    return sheet


def _steps(batch: ImportBatch, tell: Tell, *, size: int) -> None:
    """Import step by step; each step's rows and what an undo needs are committed together."""
    register, actor = find(batch.register), actor_for(batch.user)
    sheet = sheet_of(batch)[1]
    seen: dict[tuple[Any, ...], int] = {}
    for start in range(0, len(sheet.rows), size):
        part = Sheet(sheet.headings, sheet.rows[start : start + size], sheet.heading_row)
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if batch.state != ImportBatch.State.RUNNING:
                raise Conflict(_("这个批次已经处理过"), _("请在导入记录中查看结果"))
            newest = Entry.objects.order_by("-id").values_list("pk", flat=True).first() or 0
            resource = resource_of(register, actor, update=batch.update, batch=batch.uid)
            resource.seen = seen
            problems: list[list[Any]] = []
            _work(part, resource, problems, _silent, dry=False)
            if problems and not batch.only_good:
                row, name, text = problems[0]
                where = register.label(name) if name else _("整行")
                raise Refused(
                    _("第 %(row)s 行 %(where)s：%(text)s；没有导入任何数据")
                    % {"row": row, "where": where, "text": text}
                )
            written = Entry.objects.filter(pk__gt=newest, cause=batch.uid, kind=f"{register.noun}.import")
            batch.rows += [[int(e.subject.rpartition(":")[2]), e.content_version, e.pk] for e in written.order_by("pk")]
            batch.save(update_fields=["rows"])
        tell(min(start + size, batch.total), batch.total)


def _finish(batch: ImportBatch) -> ImportBatch:
    register, actor = find(batch.register), actor_for(batch.user)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state != ImportBatch.State.RUNNING:
            return batch
        batch.created = sum(1 for _key, version, _entry in batch.rows if version == 1)
        batch.changed = len(batch.rows) - batch.created
        batch.state, batch.done_at = ImportBatch.State.DONE, clock.now()
        batch.save()
        facts: dict[str, Any] = {
            "batch": batch.uid,
            "created": batch.created,
            "changed": batch.changed,
            "refused": batch.refused,
        }
        record(f"{register.noun}.import", f"importbatch:{batch.pk}", actor, **facts)
        transaction.on_commit(lambda: give_up(batch))
    return batch


def _work(sheet: Sheet, resource: RecordResource, problems: list[list[Any]], tell: Tell, *, dry: bool) -> Outcome:
    """Take every row of the sheet through the resource."""
    outcome = Outcome()
    register = resource.register
    headings = {heading_of(register, name): name for name in import_fields(register)}
    resource.present = tuple(name for heading, name in headings.items() if heading in sheet.headings)
    places = [(place, heading) for place, heading in enumerate(sheet.headings) if heading in headings]
    dicts = [
        {heading: cells[place] if place < len(cells) else None for place, heading in places} for _n, cells in sheet.rows
    ]
    resource.load_stored(dicts)
    resource.before_import(tablib.Dataset())
    for done, ((number, _cells), row) in enumerate(zip(sheet.rows, dicts, strict=True), 1):
        before = len(problems)
        _judge(resource, row, number, problems, outcome, dry=dry)
        outcome.refused += len(problems) > before
        if done % STEP == 0:
            tell(done, len(dicts))
    return outcome


def _judge(
    resource: RecordResource,
    row: dict[str, Any],
    number: int,
    problems: list[list[Any]],
    outcome: Outcome,
    *,
    dry: bool,
) -> None:
    """Take one row through the resource, and keep what is wrong with it."""
    key = resource.key_of(row)
    if key is not None and (first := resource.seen.setdefault(key, number)) != number:
        problems.append([number, resource.register.key[0], _("与第 %s 行重复") % first])
        return
    result = resource.import_row(row, None, dry_run=dry, row_number=number)
    if result.import_type == result.IMPORT_TYPE_NEW:
        outcome.created += 1
    elif result.import_type == result.IMPORT_TYPE_UPDATE:
        outcome.changed += 1
    elif result.import_type == result.IMPORT_TYPE_SKIP:
        outcome.unchanged += 1
    elif result.validation_error:
        for name, texts in result.validation_error.message_dict.items():
            field = name if name in resource.fields else ""
            problems.append([number, field, "；".join(map(str, texts))])
    for failure in result.errors:
        problems.extend(_failed(resource, number, failure.error))


def _failed(resource: RecordResource, number: int, error: Exception) -> list[list[Any]]:
    if isinstance(error, Refused) and error.fields:
        return [[number, name if name in resource.fields else "", text] for name, text in error.fields.items()]
    if isinstance(error, AnningError):
        return [[number, "", f"{error.message}；{error.remedy}"]]
    raise error  # a fault of ours is not the file's


def _undo_row(register: Register, actor: Actor, batch: ImportBatch, *, key: int, version: int, entry_key: int) -> None:
    row = rows.lock(register, actor, key)
    if row.version != version:
        raise Conflict(_("导入后又被修改"))
    if version == 1:
        services.delete(register, actor, key, reason=_("撤销导入批次 %s") % batch.number, kind="undo", cause=batch.uid)
        return
    changes = personal.resolve(Entry.objects.get(pk=entry_key).data)["changes"]
    values = {name: _restored(register.field(name), before) for name, (before, _after) in changes.items()}
    services.change(register, actor, key, values, version=version, kind="undo", cause=batch.uid)


def _restored(field: Any, value: Any) -> Any:
    if value is None or not isinstance(field, models.ForeignKey):
        return value if value is None else field.to_python(value)
    return field.related_model._base_manager.filter(pk=value).first()


def _refuse_late(batch: ImportBatch) -> None:
    if batch.state == ImportBatch.State.UNDONE:
        raise Conflict(_("这个批次已经撤销"))
    until = may_undo_until(batch)
    if until is None or clock.now() > until:
        hours = rulebook.value("IMP-UNDO-HOURS")
        raise Refused(_("导入超过 %s 小时，不能整批撤销") % hours, _("请逐条修改或删除"))
