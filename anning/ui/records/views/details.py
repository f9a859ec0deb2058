"""One record: its page, its history, its masked values, its text for copying."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from anning.journal.models import Sensitivity
from anning.kernel.actor import Actor
from anning.kernel.errors import NotFound, Refused
from anning.ui.records import fields, history, papers, selectors, services
from anning.ui.records.register import Register
from anning.ui.records.views.gate import allowed_verbs, record_page
from anning.ui.registries import allowed, panels

NEWEST = 5  # entries beside a record
MOST = 500


@record_page("view")
def detail_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """Show one record: facts as on a paper form, panels of other rooms, the newest history."""
    row = selectors.one(register, actor, key)
    before, after = selectors.neighbours(register, actor, row)
    context = {
        "register": register,
        "row": row,
        "groups": papers.groups_of(register, row),
        "panels": _panels(request, actor, row),
        "events": history.events(register, history.of_row(row, actor, NEWEST)),
        "before": before,
        "after": after,
        "links": register.links(row),
        "may": allowed_verbs(register, actor),
        "may_copy": row.sensitivity == Sensitivity.PUBLIC,
    }
    return render(request, "records/detail.html", context)


@record_page("view")
def history_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """Show everything that happened to one record, with differences and the seal of each entry."""
    row = selectors.one(register, actor, key)
    found = history.events(register, history.of_row(row, actor, MOST))
    context = {"register": register, "row": row, "events": found}
    return render(request, "records/history.html", context)


@record_page("reveal")
def reveal(request: HttpRequest, register: Register, actor: Actor, key: str, field: str) -> HttpResponse:
    """Ask why, then show a masked value once; the reading is journaled."""
    row = selectors.one(register, actor, key)
    if field not in register.masked:
        raise NotFound(_("没有这个受保护的字段"))
    context: dict[str, Any] = {"register": register, "row": row, "field": field, "label": register.label(field)}
    if request.method == "POST":
        try:
            context["value"] = services.reveal(register, actor, row.pk, field, reason=request.POST.get("reason", ""))
        except Refused as error:
            context["error"] = error
    is_part = request.headers.get("HX-Target", "").startswith("masked-")
    answer = render(request, "records/_masked.html" if is_part else "records/reveal.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@record_page("view")
def text_page(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """Show a public record as text to copy into a message; names, telephones and ID numbers masked."""
    row = selectors.one(register, actor, key)
    if row.sensitivity != Sensitivity.PUBLIC:
        raise Refused(_("内部和敏感信息不能复制为文字"), _("请用打印或导出 Word，并按规定流转"))
    lines = [
        f"{cell.label}：{fields.mask(cell.text) if cell.name in register.personal else cell.text}"
        for _title, cells in papers.groups_of(register, row)
        for cell in cells
        if cell.text and cell.name != "sensitivity"
    ]
    context = {"register": register, "row": row, "text": "\n".join([f"【{register.options.verbose_name}】", *lines])}
    return render(request, "records/text.html", context)


def _panels(request: HttpRequest, actor: Actor, row: Any) -> list[dict[str, Any]]:
    shown = []
    for panel in allowed(panels, actor):
        if panel.on in ("*", row._meta.label_lower) and (content := panel.content(actor, row)) is not None:
            body = render_to_string(panel.template, {**content, "row": row}, request)
            shown.append({"name": panel.name, "title": panel.title, "body": body})
    return shown
