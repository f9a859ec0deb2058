"""Attachments over the API: the files of a record, and one of them. Adding and removing is done on the pages."""

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from ninja import Path, Router, Schema

from anning.accounts.web import actor_of
from anning.ui.attachments import selectors, services
from anning.ui.attachments.views import served
from anning.ui.models import Attachment
from anning.ui.records.api import REFUSALS, RecordKey
from anning.ui.records.register import find

router = Router(tags=["attachments"])
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Uid = Annotated[str, Path(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
FILE: dict[str, Any] = {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}


class AttachmentOut(Schema):
    """A file beside a record; ``sha256`` (hex) is of its bytes, ``size`` in bytes."""

    uid: str
    name: str
    kind: str
    media_type: str
    sha256: str
    size: int
    by: str
    created_at: datetime


@router.get("/{records}/{key}/attachments", response={200: list[AttachmentOut], **REFUSALS})
def list_attachments(request: HttpRequest, records: Name, key: RecordKey) -> QuerySet[Attachment]:
    """The files of one record inside the caller's scope."""
    return selectors.of_record(find(records), actor_of(request), key)


@router.get(
    "/{records}/{key}/attachments/{uid}",
    response={200: None, **REFUSALS},
    openapi_extra={"responses": {200: FILE}},
)
def get_attachment(request: HttpRequest, records: Name, key: RecordKey, uid: Uid) -> FileResponse:
    """One file; taking it from a sensitive record is journaled."""
    return served(*services.hand_out(find(records), actor_of(request), key, uid))
