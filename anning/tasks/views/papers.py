"""A paper on paper: as it is printed, and as Word."""

import io

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anning.accounts.web import actor_of
from anning.kernel.errors import NotFound
from anning.tasks import papers, selectors
from anning.tasks.models import Approval, Draft
from anning.ui.documents import day_text, write_official

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_GET
def approval_print(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Show a version as it is printed; ``?draft=`` names another than the last."""
    approval, draft = _asked(request, approval_id)
    paper = papers.document_of(approval, draft)
    day = day_text(paper.signed_on) if paper.signed_on else ""
    return render(
        request, "tasks/approval_print.html", {"approval": approval, "draft": draft, "paper": paper, "day": day}
    )


@login_required
@require_GET
def approval_word(request: HttpRequest, approval_id: int) -> FileResponse:
    """Return a version as Word by GB/T 9704."""
    approval, draft = _asked(request, approval_id)
    out = io.BytesIO()
    write_official(out, papers.document_of(approval, draft))
    out.seek(0)
    name = f"{approval.number or _('未签发')}_{draft.title}"[:80].replace("/", "·") + ".docx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=DOCX)


def _asked(request: HttpRequest, approval_id: int) -> tuple[Approval, Draft]:
    """Return the approval and the version asked for. Raises NotFound outside what the reader sees."""
    approval = selectors.approval_for(approval_id, actor_of(request))
    drafts = list(approval.drafts.order_by("-number"))
    number = request.GET.get("draft", "")
    draft = next((draft for draft in drafts if not number or str(draft.number) == number), None)
    if draft is None:
        raise NotFound(_("没有这一稿"), _("请从审批页面选择稿次"))
    return approval, draft
