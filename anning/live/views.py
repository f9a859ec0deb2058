"""Pages of the journal: list, entry, verification, signed heads; and the tail for pages that can only poll."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anning.accounts.web import actor_of
from anning.journal import selectors
from anning.journal.heads import SignedHead, keep_head
from anning.journal.labels import address_of
from anning.journal.models import Entry, Head
from anning.journal.services import record
from anning.journal.verification import Walk, verify
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import NotAllowed, NotFound, Refused
from anning.live import exporting, permissions
from anning.live.events import event_of
from anning.live.forms import EntryFilter, HeadUpload
from anning.live.reading import STEP, facts, lines, lines_in_steps

PAGE = 50
HEADS = 100
POLLED = 100
WALKED = 200_000  # entries that a page verifies while somebody waits, about four seconds; the command walks all
READERS = (permissions.VIEW_ENTRY, permissions.VIEW_ENTRY_ALL, permissions.VIEW_SECURITY)


def reader_of(request: HttpRequest) -> Actor:
    """Return who reads the journal. Raises NotAllowed for whoever has no right to any part of it."""
    actor = actor_of(request)
    if not any(actor.may(permission) for permission in READERS):
        raise NotAllowed(_("您没有查看操作日志的权限"), _("如工作需要，请联系安全管理员"))
    return actor


@require_GET
def entry_list(request: HttpRequest) -> HttpResponseBase:
    """The journal as far as the reader may see it, newest first; ``?export=csv|xlsx`` gives it as a file."""
    actor = reader_of(request)
    asked = EntryFilter(request.GET)
    found = selectors.entries(actor, **asked.asked()) if asked.is_valid() else Entry.objects.none()
    if "export" in request.GET and asked.is_valid():
        return _export(actor, asked, request.GET["export"])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": asked, "entries": page, "lines": lines(page), "query": query.urlencode(), "actor": actor}
    return render(request, "live/entry_list.html", context | _rights(actor))


def _export(actor: Actor, asked: EntryFilter, form: str) -> HttpResponseBase:
    """Answer with a file of what is filtered, and journal who took it."""
    actor.require(permissions.EXPORT_ENTRY)
    if form not in exporting.MOST:
        raise Refused(_("不支持这种格式"), _("请选择 CSV 或 Excel"))
    found = selectors.entries(actor, **asked.asked())
    newest = found.first()  # what comes meanwhile, the entry on this very export too, stays out
    found = found.filter(pk__lte=newest.pk) if newest else found
    count, most = found.count(), exporting.MOST[form]
    if count > most:
        raise Refused(
            _("共 %(count)s 条，超过一次可导出的 %(most)s 条") % {"count": count, "most": most},
            _("请缩小日期范围，或改用 CSV"),
        )
    with transaction.atomic():
        record("journal.export", "journal:chain", actor, count=count, filter=asked.in_words(), format=form)
    now = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    heading = [
        _("操作日志"),
        _("筛选条件：%s") % (asked.in_words() or _("无")),
        _("导出人：%(who)s　导出时间：%(now)s　共 %(count)s 条") % {"who": actor.title, "now": now, "count": count},
    ]
    rows = lines_in_steps(found.iterator(chunk_size=STEP))
    name = f"journal-{clock.local(clock.now()):%Y%m%d-%H%M}.{form}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "csv":
        return StreamingHttpResponse(exporting.as_csv(rows, heading), content_type="text/csv", headers=disposition)
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(exporting.as_xlsx(rows, heading), content_type=xlsx, headers=disposition)


@require_GET
def entry_detail(request: HttpRequest, uid: str) -> HttpResponse:
    """One entry: its facts, and how it is sealed."""
    actor = reader_of(request)
    entry = selectors.entries(actor).filter(uid=uid).first()
    if entry is None:
        raise NotFound(_("没有这条日志，或不在您的查看范围内"), _("请从操作日志列表进入"))
    cause = selectors.entries(actor).filter(uid=entry.cause).first() if entry.cause else None
    before = Entry.objects.filter(seq=entry.seq - 1).only("digest").first() if entry.seq else None
    context = {
        "line": lines([entry])[0],
        "address": address_of(entry.subject, actor),
        "facts": facts(entry),
        "cause": lines([cause])[0] if cause else None,
        "previous": before.digest if before else "",
    }
    return render(request, "live/entry_detail.html", context)


@require_http_methods(["GET", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """Walk the chain at the press of a button, if wanted against a head that was handed outside."""
    actor = actor_of(request)
    actor.require(permissions.VERIFY_ENTRY)
    form = HeadUpload(request.POST, request.FILES) if request.method == "POST" else HeadUpload()
    context: dict[str, Any] = {"form": form, "last": selectors.last_seq(), "waiting": selectors.unsealed()}
    if request.method == "POST" and form.is_valid():
        head = _head_in(form.cleaned_data["head"])
        context |= {"walk": _walk(actor, head), "head": head, "after": _first(head)}
    return render(request, "live/verification.html", context | {"walked": WALKED} | _rights(actor))


def _walk(actor: Actor, head: SignedHead | None) -> Walk:
    """Verify the chain and journal that it was done and what came out."""
    walk = verify(after=_first(head), promises=[head] if head else [])
    with transaction.atomic():
        found = str(walk.broken) if walk.broken else ""
        record("journal.verify", "journal:chain", actor, count=walk.entries, seq=walk.seq, broken=found)
    return walk


def _first(head: SignedHead | None) -> int:
    """Return the entry behind which the page begins to walk."""
    start = max(0, selectors.last_seq() - WALKED)
    return min(start, max(head.seq - 1, 0)) if head else start


def _head_in(uploaded: Any) -> SignedHead | None:
    if not uploaded:
        return None
    try:
        head = SignedHead.read(json.loads(uploaded.read().decode("utf-8-sig")))
    except (ValueError, RecursionError):
        raise Refused(_("文件不是链头（JSON）"), _("请选择“下载链头”得到的文件")) from None
    if not head.is_genuine:
        raise Refused(_("链头的签名不符，文件被改动过"), _("请使用当时交出的原件"))
    return head


@require_GET
def head_list(request: HttpRequest) -> HttpResponse:
    """The signed heads that were kept, newest first."""
    actor = actor_of(request)
    actor.require(permissions.EXPORT_HEAD)
    return render(request, "live/head_list.html", {"heads": Head.objects.all()[:HEADS], "last": selectors.last_seq()})


@require_POST
def head_sign(request: HttpRequest) -> HttpResponse:
    """Sign the present end of the chain, keep it, and show it."""
    actor = actor_of(request)
    actor.require(permissions.EXPORT_HEAD)
    return redirect("live:head_detail", keep_head().pk)


@require_GET
def head_detail(request: HttpRequest, head_id: int) -> HttpResponse:
    """One signed head as a sheet to print."""
    head = _kept_head(request, head_id)
    return render(request, "live/head_detail.html", {"head": head, "signed": SignedHead.of(head)})


@require_GET
def head_download(request: HttpRequest, head_id: int) -> HttpResponse:
    """One signed head as the file to hand outside."""
    head = _kept_head(request, head_id)
    disposition = {"Content-Disposition": f'attachment; filename="head-{head.district}-{head.seq}.json"'}
    return JsonResponse(SignedHead.of(head).as_json(), headers=disposition)


def _kept_head(request: HttpRequest, head_id: int) -> Head:
    actor_of(request).require(permissions.EXPORT_HEAD)
    head = Head.objects.filter(pk=head_id).first()
    if head is None:
        raise NotFound(_("没有这份链头"), _("请从链头列表进入"))
    return head


@require_GET
def poll(request: HttpRequest) -> HttpResponse:
    """The tail for pages whose line to the live port is cut: entries behind ``?after=``, and where to go on."""
    actor = actor_of(request)
    actor.require(permissions.VIEW_LIVE)
    last, after = selectors.last_seq(), request.GET.get("after", "")
    known = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else last
    entries = selectors.tail(actor, known, POLLED) if known < last else []
    if len(entries) == POLLED:
        last = entries[-1].seq or last
    return JsonResponse({"entries": [event_of(entry) for entry in entries], "last": last})


def _rights(actor: Actor) -> dict[str, bool]:
    return {
        "may_export": actor.may(permissions.EXPORT_ENTRY),
        "may_verify": actor.may(permissions.VERIFY_ENTRY),
        "may_sign": actor.may(permissions.EXPORT_HEAD),
    }
