"""The pages of daily, weekly and monthly reports."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from anning.accounts.selectors import find_row
from anning.accounts.web import actor_of
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Conflict, Refused
from anning.monitoring.models import WatchReport
from anning.monitoring.rounds import papers, permissions, services
from anning.monitoring.rounds.figures import Figures
from anning.monitoring.rounds.forms import ReportForm
from anning.monitoring.rounds.selectors import visible_reports
from anning.monitoring.rounds.services.reporting import last_cut

MOST = 60


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reports_page(request: HttpRequest) -> HttpResponse:
    """List the reports; make one by hand."""
    actor = actor_of(request)
    actor.require(permissions.VIEW_REPORT)
    until = clock.local(last_cut(clock.now()))
    form = ReportForm(request.POST or None, initial={"until": f"{until:%Y-%m-%dT%H:%M}"})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            return redirect(services.make_report(asked["kind"], asked["until"], actor, remark=asked["remark"]))
        except (Refused, Conflict) as error:
            messages.error(request, f"{error.message}。{error.remedy}")
    for field in form.fields.values():
        field.widget.attrs["class"] = "form-control"
    context = {
        "reports": visible_reports(actor)[:MOST],
        "form": form,
        "may_make": actor.may(permissions.MAKE_REPORT),
    }
    return render(request, "monitoring/rounds/reports.html", context)


@require_safe
@login_required
def page(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show a report."""
    report = _seen(actor_of(request), report_id)
    context = {
        "report": report,
        "heading": papers.heading_of(report),
        "span": papers.span_of(report),
        "lines": papers.paragraphs(report),
        "tables": papers.tables(report),
        "numbers": papers.numbers(Figures(**report.figures)),
    }
    return render(request, "monitoring/rounds/report.html", context)


@require_safe
@login_required
def word(request: HttpRequest, report_id: int) -> FileResponse:
    """Send the report as Word."""
    report = _exported(request, report_id)
    return FileResponse(papers.write_report(report), as_attachment=True, filename=f"{_name(report)}.docx")


@require_safe
@login_required
def excel(request: HttpRequest, report_id: int) -> FileResponse:
    """Send the report as Excel."""
    report = _exported(request, report_id)
    return FileResponse(papers.write_workbook(report), as_attachment=True, filename=f"{_name(report)}.xlsx")


def _name(report: WatchReport) -> str:
    return f"{papers.heading_of(report)} {clock.local(report.until_at):%Y-%m-%d}"


def _exported(request: HttpRequest, report_id: int) -> WatchReport:
    actor = actor_of(request)
    actor.require(permissions.EXPORT_REPORT)
    return _seen(actor, report_id)


def _seen(actor: Actor, report_id: int) -> WatchReport:
    actor.require(permissions.VIEW_REPORT)
    found: WatchReport = find_row(visible_reports(actor), report_id)
    return found
