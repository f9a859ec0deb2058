"""Error pages in plain Chinese: what, why, what to do. One page for browsers, a fragment for htmx, JSON for the API."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anning.kernel.errors import AnningError, Conflict, IllegalMove, NotAllowed, NotFound, Refused
from anning.ui.registries import Text

STATUS = {NotAllowed: 403, NotFound: 404, IllegalMove: 409, Conflict: 409, Refused: 422}
TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@dataclass(frozen=True, slots=True)
class Words:
    """What one kind of error says when nothing more exact is known."""

    heading: Text
    message: Text
    remedy: Text


WORDS: dict[int, Words] = {
    400: Words(
        _("请求不完整"),
        _("服务器看不懂这次请求，可能是网址或表单不完整。"),
        _("请返回上页重新操作；仍不行，请联系系统管理员。"),
    ),
    403: Words(
        _("没有权限"),
        _("您的角色没有查看或办理此事的权限。"),
        _("如工作需要，请联系安全管理员调整角色权限。"),
    ),
    404: Words(
        _("没有找到"),
        _("网址有误，或该记录已删除，或不在您的管辖范围内。"),
        _("请核对网址或编号，也可用顶部搜索框查找。"),
    ),
    405: Words(_("不能这样打开"), _("这个网址只接受页面上的按钮提交。"), _("请返回上页，用页面上的按钮办理。")),
    409: Words(
        _("与他人的修改冲突"),
        _("您打开之后，这条记录已被他人修改，或状态已经改变。"),
        _("请刷新页面查看最新内容，再决定是否修改。"),
    ),
    413: Words(
        _("内容太大"),
        _("提交的文件或表单超过了服务器允许的大小。"),
        _("请压缩图片、拆分表格后分次提交。"),
    ),
    422: Words(_("内容有误"), _("提交的内容不符合要求，没有保存。"), _("请按提示修改后重新提交。")),
    429: Words(
        _("操作太频繁"), _("短时间内请求过多，已暂缓处理。"), _("请稍候一分钟再试；所填内容不会丢失，可返回上页。")
    ),
    500: Words(
        _("服务器出错"),
        _("这次操作没有完成，没有保存任何改动。错误已记入系统日志。"),
        _("请返回上页重试；反复出现，请把时间和所做操作告知系统管理员。"),
    ),
    503: Words(
        _("系统维护中"),
        _("系统管理员正在维护，页面暂停使用。"),
        _("请稍后刷新。期间接报和值班请用电话和纸质记录，恢复后补录。"),
    ),
}


def page(request: HttpRequest, error: AnningError) -> HttpResponse:
    """Answer one of the house's errors."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    fields = getattr(error, "fields", {})
    return answer(request, status, gettext(error.message), gettext(error.remedy) if error.remedy else "", fields)


def answer(
    request: HttpRequest, status: int, message: Text = "", remedy: Text = "", fields: dict[str, str] | None = None
) -> HttpResponse:
    """Answer with an error page, or what this caller can show instead of a page."""
    words = WORDS[status]
    facts: dict[str, Any] = {
        "status": status,
        "heading": words.heading,
        "message": message or words.message,
        "remedy": remedy or words.remedy,
        "fields": list((fields or {}).items()),
        "back": _back(request),
    }
    if request.path.startswith("/api/"):
        told = {"message": str(facts["message"]), "remedy": str(facts["remedy"]), "fields": fields or {}}
        return JsonResponse(told, status=status)
    if "HX-Request" in request.headers:
        response = render(request, "ui/errors/_message.html", facts, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML show:window:top"
        return response
    return render(request, "ui/errors/page.html", facts, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django refuses: too big, or not whole."""
    return answer(request, 413 if isinstance(exception, TOO_BIG) else 400)


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    """Answer somebody without permission."""
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return answer(request, 404)


def too_many(request: HttpRequest, retry_after_s: int) -> HttpResponse:
    """Answer somebody who asks too often."""
    response = answer(request, 429)
    response["Retry-After"] = str(retry_after_s)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; the page asks nothing of the database, which may be the fault."""
    return answer(request, 500)


def under_maintenance(request: HttpRequest, note: str = "") -> HttpResponse:
    """Answer everybody while the platform is being looked after; ``note`` is what the administrator wrote."""
    response = answer(request, 503, note)
    response["Retry-After"] = "300"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is missing or old."""
    return answer(
        request,
        403,
        _("表单已过期，没有提交。可能是登录后又换了账号，或浏览器不允许 Cookie。"),
        _("请返回上页，刷新后重新提交。"),
    )


def _back(request: HttpRequest) -> str:
    """Return the page the reader came from, when it is one of ours."""
    came_from = request.META.get("HTTP_REFERER", "")
    own = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}/"
    return came_from if came_from.startswith(own) else ""
