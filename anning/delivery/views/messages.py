"""Reading, answering, writing messages; following their delivery."""

from typing import Any

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anning.accounts.selectors import names_of, person_of
from anning.accounts.web import actor_of
from anning.delivery import channels, permissions, selectors, services
from anning.delivery.forms import MessageForm, PreferenceForm
from anning.delivery.models import ChannelPreference, Level, Message, Template
from anning.delivery.sheets import report_sheet
from anning.kernel.errors import NotFound, Refused
from anning.ui.cautions import caution

PER_PAGE = 20
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    """Show what was sent to the reader, and what it may follow."""
    actor = actor_of(request)
    sent = request.GET.get("tab") == "sent"
    found: Any = selectors.inbox(actor)
    if sent:
        found = selectors.with_counts(selectors.visible_messages(actor)).order_by("-sent_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "sent": sent,
        "found": page,
        "unread": selectors.unread(actor),
        "names": names_of(m.sent_by for m in page) if sent else names_of(r.message.sent_by for r in page),
        "may_view": actor.may(permissions.VIEW),
        "may_add": actor.may(permissions.ADD),
        "may_call": actor.may(permissions.CALL),
    }
    return render(request, "delivery/message_list.html", context)


@login_required
@require_GET
def message_detail(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show a message to one who was told (its receipt is written by opening), else to one who follows it."""
    actor = actor_of(request)
    receipt = services.open_message(message_id, actor)
    message = receipt.message if receipt else selectors.message_for(message_id, actor)
    context = {
        "message": message,
        "receipt": receipt,
        "names": names_of([message.sent_by]),
        "may_follow": selectors.visible_messages(actor).filter(pk=message.pk).exists(),
    }
    return render(request, "delivery/message_detail.html", context)


@login_required
@require_POST
def message_answer(request: HttpRequest, message_id: int) -> HttpResponse:
    """Acknowledge a message, for oneself or on behalf of somebody."""
    whose = request.POST.get("person", "")
    if whose and not (whose.isascii() and whose.isdigit() and len(whose) < 19):
        raise NotFound(_("这条消息没有发给该人员"), _("请从消息列表进入"))
    text = request.POST.get("text", "")[:200]
    services.answer_message(message_id, actor_of(request), text=text, person_id=int(whose) if whose else None)
    notices.success(request, _("已签收"))
    caution(request, text)
    if whose:
        return redirect("delivery:message_report", message_id)
    return redirect("delivery:message_detail", message_id)


@login_required
def message_new(request: HttpRequest) -> HttpResponse:
    """Write and send a message; ``?template=`` fills it from a template."""
    actor = actor_of(request)
    actor.require(permissions.ADD)
    form = MessageForm(actor, _sent_form(request), initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            message = services.send_message(actor, **form.cleaned_data)
        except Refused as error:
            for name, why in error.fields.items() or {"": f"{error.message}。{error.remedy}"}.items():
                form.add_error(name if name in form.fields else None, why)
        else:
            notices.success(request, _("已发送"))
            caution(request, message.body)
            return redirect("delivery:message_report", message.pk)
    context = {"form": form, "templates": Template.objects.filter(is_active=True)}
    return render(request, "delivery/message_form.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def message_report(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show who got a message, when, by which channel, and who not yet."""
    actor = actor_of(request)
    message = selectors.message_for(message_id, actor)
    receipts = list(selectors.report_of(message))
    context = {
        "message": message,
        "receipts": receipts,
        "counts": selectors.with_counts(Message.all_objects.filter(pk=message.pk)).get(),
        "labels": {plug.name: plug.label for plug in channels.every()},
        "names": names_of([message.sent_by, *(r.answered_by for r in receipts if r.answered_by)]),
        "may_answer": actor.may(permissions.ANSWER),
        "may_export": actor.may(permissions.EXPORT),
    }
    return render(request, "delivery/message_report.html", context)


@login_required
@require_GET
def message_export(request: HttpRequest, message_id: int) -> HttpResponse:
    """Hand out the delivery report as a spreadsheet; the handing out is journaled."""
    actor = actor_of(request)
    message = services.export_report(message_id, actor)
    answer = HttpResponse(report_sheet(message, actor), content_type=SHEET)
    answer["Content-Disposition"] = f'attachment; filename="message-{message.pk}.xlsx"'
    return answer


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose the channels for ordinary messages."""
    actor = actor_of(request)
    off = set(
        ChannelPreference.objects.filter(person=person_of(actor), enabled=False).values_list("channel", flat=True)
    )
    wanted = [plug.name for plug in channels.every() if plug.name not in off]
    form = PreferenceForm(_sent_form(request), initial={"wanted": wanted})
    if request.method == "POST" and form.is_valid():
        services.set_preferences(actor, form.cleaned_data["wanted"])
        notices.success(request, _("已保存"))
        return redirect("delivery:preferences")
    return render(request, "delivery/preferences.html", {"form": form}, status=422 if form.errors else 200)


def _sent_form(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, also when that is nothing; None when it is only asked for."""
    return request.POST if request.method == "POST" else None


def _initial(request: HttpRequest) -> dict[str, Any]:
    chosen = request.GET.get("template", "")
    is_key = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    template = Template.objects.filter(pk=int(chosen), is_active=True).first() if is_key else None
    if template is None:
        return {"level": Level.NORMAL}
    return {"template": template, "title": template.title, "body": template.body, "level": template.level}
