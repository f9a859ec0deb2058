"""The journal for machines: the city fetches signed heads, so that nobody here can rewrite what was."""

from django.http import HttpRequest
from ninja import Router, Schema

from anning.accounts.web import actor_of
from anning.journal.heads import SignedHead, export_head

router = Router(tags=["journal"])


class HeadOut(Schema):
    """A signed head; ``signature`` (base64) is Ed25519 by ``key`` (hex) over the canonical JSON of the other facts."""

    seq: int
    digest: str
    algorithm: str
    at: str
    district: str
    key: str
    signature: str


@router.get("/journal/head", response=HeadOut)
def get_head(request: HttpRequest) -> SignedHead:
    """The present end of the chain, freshly signed. 422 while nothing is sealed."""
    return export_head(actor_of(request))
