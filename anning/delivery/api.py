"""Messages over the API."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate
from pydantic import Field

from anning.accounts.web import actor_of
from anning.delivery import selectors, services
from anning.delivery.models import Receipt

router = Router(tags=["messages"])


class ReceiptOut(Schema):
    """A message to the asker with what is known of its receipt."""

    message_id: int
    title: str = Field(alias="message.title")
    body: str = Field(alias="message.body")
    level: int = Field(alias="message.level")
    needs_answer: bool = Field(alias="message.needs_answer")
    sent_at: datetime = Field(alias="message.sent_at")
    opened_at: datetime | None
    answered_at: datetime | None
    answer: str


class AnswerIn(Schema):
    """What one answers."""

    text: str = Field("", max_length=200)


@router.get("/messages", response=list[ReceiptOut])
@paginate
def list_messages(request: HttpRequest) -> QuerySet[Receipt]:
    """Messages to the asker, the newest first. Listing is not opening."""
    return selectors.inbox(actor_of(request))


@router.post("/messages/{message_id}/answer", response=ReceiptOut)
def answer_message(request: HttpRequest, message_id: int, body: AnswerIn) -> Receipt:
    """Acknowledge a message. 409 when it is acknowledged already."""
    key = message_id if 0 < message_id < 2**63 else 0
    return services.answer_message(key, actor_of(request), text=body.text)
