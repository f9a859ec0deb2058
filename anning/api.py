"""The API's roof: one NinjaAPI, who is there, and errors mapped once."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.utils import check_csrf

from anning.accounts.web import actor_of
from anning.delivery.api import router as delivery_router
from anning.kernel.actor import Actor
from anning.kernel.errors import AnningError, Conflict, IllegalMove, NotAllowed, NotFound, Refused
from anning.live.api import router as journal_router
from anning.monitoring.api import router as monitoring_router
from anning.tasks.api import router as tasks_router
from anning.ui.attachments.api import router as attachments_router
from anning.ui.records.api import router as records_router

STATUS = {NotAllowed: 403, NotFound: 404, IllegalMove: 409, Conflict: 409, Refused: 422}


def signed_in(request: HttpRequest) -> Actor | None:
    """Let in whoever has a session, a device or a token; a browser's change also needs the form's protection.

    Raises NotAllowed for a change that another site may have sent with the browser's cookie.
    """
    actor = actor_of(request)
    if actor.name == "anonymous":
        return None
    if not actor.name.startswith("token:") and check_csrf(request):
        raise NotAllowed(_("请求缺少防伪令牌或令牌已过期"), _("请刷新页面后重试"))
    return actor


class HouseAPI(NinjaAPI):
    """The API, whose description says how every operation refuses."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        """Return the description with the one shape of refusals at every operation."""
        schema = super().get_openapi_schema(*args, **kwargs)
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("4XX", {"description": "Refused", "content": content})
        return schema


api = HouseAPI(title="安宁 Anning", version="1", auth=signed_in, urls_namespace="api", docs_url=None)
api.add_router("", journal_router)
api.add_router("", tasks_router)
api.add_router("", delivery_router)
api.add_router("", monitoring_router)
api.add_router("", records_router())
api.add_router("", attachments_router)


@api.exception_handler(AnningError)
def _explain(request: HttpRequest, error: AnningError) -> HttpResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    answer = {"message": error.message, "remedy": error.remedy, "fields": getattr(error, "fields", {})}
    return api.create_response(request, answer, status=status)


def _refuse(
    request: HttpRequest, status: int, message: str, remedy: str, fields: dict[str, str] | None = None
) -> HttpResponse:
    answer = {"message": message, "remedy": remedy, "fields": fields or {}}
    return api.create_response(request, answer, status=status)


@api.exception_handler(AuthenticationError)
def _ask_who(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _refuse(request, 401, _("请先登录或提供接口令牌"), _("令牌放在 Authorization: Bearer 之后"))


@api.exception_handler(ValidationError)
def _name_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {".".join(str(part) for part in each["loc"]): str(each["msg"]) for each in error.errors}
    safe = {name.encode("utf-8", "replace").decode(): text for name, text in fields.items()}
    return _refuse(request, 422, _("请求内容不符合接口定义"), _("请对照接口文档改正标出的字段"), safe)


@api.exception_handler(HttpError)
def _not_understood(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _refuse(request, error.status_code, _("请求无法读取"), _("请对照接口文档检查格式"))


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return _refuse(request, 404, _("没有找到"), _("它可能已被删除，或不在您的管辖范围内"))
