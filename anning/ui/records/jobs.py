"""Jobs: work that outlasts a request. Any worker may claim one; a dead worker's job is claimed again."""

from collections.abc import Callable
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import Any

from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from anning.accounts.models import User
from anning.accounts.selectors import actor_for
from anning.kernel import clock, rulebook
from anning.kernel.errors import AnningError, Conflict
from anning.kernel.uid import new_uid
from anning.ui.models import ImportBatch, Job
from anning.ui.records import exporting, importing
from anning.ui.records.register import Register, every, find
from anning.vault import store

SILENT_S = 90  # a claimed job that has not beaten for so long belongs to nobody
MOST_TRIES = 3
IN_MEMORY = 8 * 1024 * 1024


def submit(kind: str, user: User, register: str, facts: dict[str, Any], *, total: int) -> Job:
    """Put a job into the queue; it will speak the language of whoever asked."""
    facts = {**facts, "language": translation.get_language()}
    return Job.objects.create(
        kind=kind, user=user, register=register, facts=facts, total=total, created_at=clock.now()
    )  # fmt: skip


def run_next() -> int:
    """Claim and run one job; return 1 when there was one, else 0."""
    job = claim()
    if job is None:
        return 0
    try:
        with translation.override(job.facts.pop("language", None)):
            _RUNNERS[job.kind](job)
    except AnningError as error:
        _end(job, state=Job.State.FAILED, error=f"{error.message}；{error.remedy}"[:300])
    return 1


def claim() -> Job | None:
    """Take the oldest job that waits or whose worker is silent; of two workers only one gets it."""
    silent = clock.now() - timedelta(seconds=SILENT_S)
    waiting = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, beat_at__lt=silent)
    for job in Job.objects.filter(waiting).order_by("id")[:5]:
        if job.tries >= MOST_TRIES:
            _give_up(job)
            continue
        token = new_uid()
        taken = Job.objects.filter(waiting, pk=job.pk, claimed_by=job.claimed_by).update(
            state=Job.State.RUNNING, claimed_by=token, beat_at=clock.now(), tries=F("tries") + 1
        )
        if taken:
            return Job.objects.get(pk=job.pk)
    return None


def beat(job: Job, done: int, total: int) -> None:
    """Commit how far the job is. Raises Conflict when another worker has taken it over."""
    held = Job.objects.filter(pk=job.pk, claimed_by=job.claimed_by, state=Job.State.RUNNING)
    if not held.update(done=done, total=total, beat_at=clock.now()):
        raise Conflict(_("任务已由另一进程接管"))


def expire() -> int:
    """Remove the files of jobs whose time is over, and what was uploaded but never confirmed; return how many."""
    now, gone = clock.now(), 0
    for job in Job.objects.filter(expires_at__lt=now, state=Job.State.DONE)[:100]:
        gone += forget(job)
    old = now - timedelta(hours=float(rulebook.value("IMP-UNDO-HOURS")))
    for batch in ImportBatch.objects.filter(created_at__lt=old).exclude(sha256="")[:100]:
        if batch.state in {ImportBatch.State.CHECKED, ImportBatch.State.CHECKING}:
            batch.state = ImportBatch.State.FAILED
            batch.save(update_fields=["state"])
        if batch.state != ImportBatch.State.RUNNING:
            importing.give_up(batch)
            gone += 1
    return gone


def forget(job: Job) -> int:
    """Remove the file of a job."""
    digest = job.sha256
    Job.objects.filter(pk=job.pk).update(state=Job.State.EXPIRED, sha256="", facts={})
    if digest and not Job.objects.filter(sha256=digest).exists():
        store.remove(digest)
    return 1


def forget_personal_files() -> int:
    """Remove every export and upload of registers that hold personal values, also by way of a relation."""
    names = [register.name for register in every() if _is_personal(register)]
    gone = sum(forget(job) for job in Job.objects.filter(register__in=names).exclude(sha256=""))
    for batch in ImportBatch.objects.filter(register__in=names).exclude(sha256=""):
        if batch.state in {ImportBatch.State.CHECKED, ImportBatch.State.CHECKING}:
            batch.state = ImportBatch.State.FAILED
            batch.save(update_fields=["state"])
        if batch.state != ImportBatch.State.RUNNING:
            importing.give_up(batch)
            gone += 1
    return gone


def _is_personal(register: Register) -> bool:
    related = (f.related_model for f in register.options.get_fields() if f.is_relation and f.related_model)
    return bool(register.personal) or any(getattr(model, "personal_fields", ()) for model in related)


def _export(job: Job) -> None:
    order = exporting.Order.of(job.facts)
    register = find(order.register)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as out:
        count = exporting.write(order, actor_for(job.user), out, lambda done, total: beat(job, done, total))
        out.seek(0)
        kept = store.keep(iter(lambda: out.read(1 << 16), b""))
    days = int(rulebook.value("EXP-KEEP-DAYS"))
    _end(
        job, state=Job.State.DONE, sha256=kept.sha256, size=kept.size, done=count, total=count,
        filename=exporting.filename(register, order.format), expires_at=clock.now() + timedelta(days=days),
    )  # fmt: skip


def _import(job: Job) -> None:
    batch = ImportBatch.objects.get(pk=job.facts["batch"])
    if job.facts["step"] == "check":
        importing.check(batch, lambda done, total: beat(job, done, total))
    else:
        importing.carry_out(batch, lambda done, total: beat(job, done, total))
    _end(job, state=Job.State.DONE, done=batch.total, total=batch.total)


def _give_up(job: Job) -> None:
    """End a job whose workers died again and again; what an import wrote so far is taken back."""
    if job.kind == Job.Kind.IMPORT:
        batch = ImportBatch.objects.get(pk=job.facts["batch"])
        if batch.state in {ImportBatch.State.RUNNING, ImportBatch.State.CHECKING}:
            importing.abandon(batch, _("多次中断，未能完成"))
    _end(job, state=Job.State.FAILED, error=_("多次中断，未能完成，请重新提交"))


def _end(job: Job, **facts: Any) -> None:
    Job.objects.filter(pk=job.pk, claimed_by=job.claimed_by).update(finished_at=clock.now(), **facts)


_RUNNERS: dict[str, Callable[[Job], None]] = {Job.Kind.EXPORT: _export, Job.Kind.IMPORT: _import}
