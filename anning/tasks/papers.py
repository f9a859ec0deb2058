"""An approval as the official document that it becomes."""

from django.utils.translation import gettext as _

from anning.accounts.selectors import names_of
from anning.kernel import clock
from anning.tasks.models import Approval, Draft, Urgency
from anning.ui.documents import OfficialDocument


def document_of(approval: Approval, draft: Draft) -> OfficialDocument:
    """Return the version as a document: with head, number and 版记 when it is signed, else marked as a draft."""
    signed = approval.state == "signed" and draft == approval.drafts.order_by("-number").first()
    signed_at = approval.signed_at if signed else None
    return OfficialDocument(
        issuer=str(approval.organisation.name if approval.organisation else ""),
        title=draft.title,
        paragraphs=[line.strip() for line in draft.text.splitlines() if line.strip()],
        number=approval.number if signed else "",
        urgency=str(approval.get_urgency_display()) if approval.urgency > Urgency.NORMAL else "",
        signer=names_of([approval.signed_by])[approval.signed_by] if signed else "",
        addressee=approval.addressee,
        signed_on=clock.local(signed_at).date() if signed_at else None,
        copied_to=approval.copied_to,
        standing="" if signed else standing_of(approval, draft),
        digest=approval.content_digest if signed else "",
    )


def standing_of(approval: Approval, draft: Draft) -> str:
    """Say what a version is that is not signed: 第 2 稿，审核中."""
    return _("（第 %(number)s 稿，%(state)s，不作为正式文件）") % {
        "number": draft.number,
        "state": _("已被后稿取代") if approval.state == "signed" else approval.get_state_display(),
    }
