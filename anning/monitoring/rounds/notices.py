"""The pages of an early-warning notice: draft, send, receipts, Word."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anning.accounts.models import Organisation
from anning.accounts.selectors import find_row, find_scoped, names_of, scoped
from anning.accounts.web import actor_of
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.monitoring.desk.queue import visible_alarms
from anning.monitoring.lifecycle import ANNUNCIATED
from anning.monitoring.models import EarlyNotice, Finding
from anning.monitoring.rounds import papers, permissions, services
from anning.monitoring.rounds.forms import NoticeForm
from anning.monitoring.rounds.selectors import visible_notices
from anning.registry.models import Enterprise
from anning.ui.documents import day_text


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Draft a notice to an enterprise, begun from its open alarms and findings."""
    actor = actor_of(request)
    actor.require(permissions.WRITE_NOTICE)
    enterprise = find_scoped(Enterprise.objects.select_related("area", "organisation"), actor, enterprise_id)
    alarms = list(visible_alarms(actor).filter(enterprise=enterprise, state__in=ANNUNCIATED).order_by("-onset_at")[:20])
    form = NoticeForm(actor, request.POST or None, initial=_begun(enterprise, alarms, actor))
    if request.method == "POST" and form.is_valid():
        asked: dict[str, Any] = form.cleaned_data
        made = services.draft_notice(
            enterprise,
            actor,
            title=asked["title"],
            body=asked["body"],
            departments=list(asked["departments"]),
            alarms=alarms,
        )
        return redirect(made)
    context = {"form": form, "enterprise": enterprise, "alarms": alarms}
    return render(request, "monitoring/rounds/notice_form.html", context, status=422 if form.errors else 200)


def _begun(enterprise: Enterprise, alarms: list[Any], actor: Actor) -> dict[str, str]:
    """Return a first text: what was measured and found; a person goes on from here."""
    findings = scoped(Finding.objects.filter(enterprise=enterprise).exclude(state="mended"), actor)
    lines = [
        _("%(at)s，%(point)s%(what)s，最大值%(peak)s%(unit)s。")
        % {
            "at": _moment(alarm.onset_at),
            "point": alarm.datastream.name,
            "what": alarm.get_condition_display(),
            "peak": "" if alarm.peak is None else f"{alarm.peak:g}",
            "unit": alarm.datastream.unit,
        }
        for alarm in alarms
    ]
    lines += [_("巡查发现：%s。") % found.text.rstrip("。") for found in findings[:10]]
    opening = _("监测中心发现你单位存在下列情况：")
    closing = _("请立即核实，消除隐患，并在24小时内回执处理情况。")
    return {
        "title": _("关于%s安全监测情况的预警提示函") % enterprise.name,
        "body": "\n".join([opening, *lines, closing]),
    }


def _moment(at: datetime) -> str:
    local = clock.local(at)
    return f"{day_text(local.date())}{local:%H:%M}"


@require_safe
@login_required
def page(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show a notice with its receipts; who receives one sees it too."""
    actor = actor_of(request)
    notice = _seen(actor, notice_id)
    receipts = list(notice.receipts.select_related("unit"))
    own = set(
        scoped(Organisation.objects.filter(pk__in=[r.unit_id for r in receipts if r.unit_id]), actor).values_list(
            "pk", flat=True
        )
    )
    may_write = actor.may(permissions.WRITE_NOTICE)
    context = {
        "notice": notice,
        "lines": [line for line in notice.body.splitlines() if line.strip()],
        "receipts": [
            (receipt, may_write or (actor.may(permissions.RECEIVE_NOTICE) and receipt.unit_id in own))
            for receipt in receipts
        ],
        "alarms": visible_alarms(actor).filter(notices=notice),
        "names": names_of({notice.drafted_by, notice.sent_by, *(r.received_by for r in receipts)} - {""}),
        "may_write": may_write,
        "now": clock.now(),
    }
    return render(request, "monitoring/rounds/notice.html", context)


@login_required
@require_POST
def send(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Send a draft."""
    notice = services.send_notice(notice_id, actor_of(request))
    messages.success(request, _("已发出，文号 %s") % notice.number)
    return redirect(notice)


@login_required
@require_POST
def withdraw(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Void a draft."""
    try:
        services.withdraw_notice(notice_id, actor_of(request), reason=request.POST.get("reason", ""))
    except Refused as error:
        messages.error(request, f"{error.message}。{error.remedy}")
    return redirect("rounds:notice", notice_id)


@login_required
@require_POST
def receive(request: HttpRequest, notice_id: int, receipt_id: int) -> HttpResponse:
    """Note a receipt."""
    services.receive_notice(notice_id, receipt_id, actor_of(request), answer=request.POST.get("answer", ""))
    messages.success(request, _("已登记回执"))
    return redirect("rounds:notice", notice_id)


@require_safe
@login_required
def word(request: HttpRequest, notice_id: int) -> FileResponse:
    """Send the notice as Word."""
    notice = _seen(actor_of(request), notice_id)
    return FileResponse(papers.write_notice(notice), as_attachment=True, filename=f"{notice.title}.docx")


def _seen(actor: Actor, notice_id: int) -> EarlyNotice:
    actor.require(permissions.VIEW_NOTICE)
    found: EarlyNotice = find_row(visible_notices(actor).select_related("enterprise", "area"), notice_id)
    return found
