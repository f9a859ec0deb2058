"""Questions about attachments. Whoever may see a record may see its files; nobody else knows of them."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anning.journal.models import Record, Sensitivity
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound
from anning.ui.models import Attachment
from anning.ui.records import selectors
from anning.ui.records.register import Register


def of_row(row: Record) -> QuerySet[Attachment]:
    """The files of a record that the asker has already been given, oldest first."""
    found: QuerySet[Attachment] = Attachment.all_objects.filter(about=row.subject)
    return found


def of_record(register: Register, actor: Actor, key: int | str) -> QuerySet[Attachment]:
    """The files of one record. Raises NotFound also for a record outside the actor's scope."""
    return of_row(selectors.one(register, actor, key))


def one(register: Register, actor: Actor, key: int | str, uid: str) -> Attachment:
    """Return one file of one record. Raises NotFound, also outside the actor's scope."""
    found = of_record(register, actor, key).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("没有这个附件"), _("它可能已被移除，请刷新页面"))
    return found


def may_show(row: Record, file: Attachment) -> bool:
    """Whether the small picture may stand on the page: of a sensitive record every look is a journaled download."""
    return bool(file.small_sha256) and row.sensitivity != Sensitivity.SENSITIVE
