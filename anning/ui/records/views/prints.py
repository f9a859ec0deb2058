"""Paper: a record or a list to print, and the same as Word."""

import io
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.ui.records import exporting, fields, papers, selectors, words
from anning.ui.records.listing import Listing
from anning.ui.records.register import Register
from anning.ui.records.views.gate import record_page

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@record_page("view")
def record_print(request: HttpRequest, register: Register, actor: Actor, key: str) -> HttpResponse:
    """Show one record as it is printed."""
    row = selectors.one(register, actor, key)
    context = {"register": register, "row": row, "groups": papers.groups_of(register, row)}
    return render(request, "records/print_record.html", context)


@record_page("view")
def record_word(request: HttpRequest, register: Register, actor: Actor, key: str) -> FileResponse:
    """Return one record as Word."""
    row = selectors.one(register, actor, key)
    out = io.BytesIO()
    title = _("%s登记表") % register.options.verbose_name
    words.write_record(out, title=title, groups=papers.groups_of(register, row), actor=actor)
    return _file(out, f"{register.options.verbose_name}_{row}"[:80] + ".docx")


@record_page("export")
def list_print(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    """Show the filtered rows as they are printed."""
    listing, rows = _paper_rows(request, register, actor)
    context = {"register": register, "listing": listing, "rows": rows, "headings": _headings(register, listing)}
    return render(request, "records/print_list.html", context)


@record_page("export")
def list_word(request: HttpRequest, register: Register, actor: Actor) -> FileResponse:
    """Return the filtered rows as Word."""
    listing, rows = _paper_rows(request, register, actor)
    said = listing.filters.words(listing.query) or _("全部")
    line = _("筛选：%(said)s　共 %(count)s 条") % {"said": said, "count": len(rows)}
    out = io.BytesIO()
    words.write_list(
        out, title=str(register.plural), line=line, headings=_headings(register, listing), rows=rows, actor=actor
    )
    return _file(out, exporting.filename(register, "docx"))


def _paper_rows(request: HttpRequest, register: Register, actor: Actor) -> tuple[Listing, list[list[str]]]:
    """Return the filtered rows as texts; a paper of thousands of lines helps nobody."""
    listing = Listing(register, actor, request)
    if listing.total > words.MOST_ROWS:
        raise Refused(
            _("共 %(total)s 条，超过一次打印的 %(most)s 条") % {"total": listing.total, "most": words.MOST_ROWS},
            _("请缩小筛选范围，或导出表格"),
        )
    exporting.journal(register, actor, rows=listing.total, words=listing.rest, format="paper")
    ordered = listing.table.data.data  # in the order of the list
    rows = [[fields.text_of(register, row, path) for path in listing.columns] for row in ordered]
    return listing, rows


def _headings(register: Register, listing: Listing) -> list[str]:
    return [register.label(path) for path in listing.columns]


def _file(out: io.BytesIO, name: str, kind: str = DOCX) -> FileResponse:
    out.seek(0)
    options: dict[str, Any] = {"as_attachment": True, "filename": name.replace("/", "·"), "content_type": kind}
    return FileResponse(out, **options)
