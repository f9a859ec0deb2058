"""The API's roof: one NinjaAPI, who is there, and errors mapped once."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.utils import check_csrf

from anning.accounts.web import actor_of
from anning.delivery.api import router as delivery_router
from anning.kernel.actor import Actor
from anning.kernel.errors import AnningError, Conflict, IllegalMove, NotAllowed, NotFound, Refused
from anning.live.api import router as journal_router
from anning.tasks.api import router as tasks_router

STATUS = {NotAllowed: 403, NotFound: 404, IllegalMove: 409, Conflict: 409, Refused: 422}


def signed_in(request: HttpRequest) -> Actor | None:
    """Let in whoever has a session, a device or a token; a browser's change also needs the form's protection.

    Raises NotAllowed for a change that another site may have sent with the browser's cookie.
    """
    actor = actor_of(request)
    if actor.name == "anonymous":
        return None
    if not actor.name.startswith("token:") and check_csrf(request):
        raise NotAllowed("请求缺少防伪令牌或令牌已过期", "请刷新页面后重试")
    return actor


api = NinjaAPI(title="安宁 Anning", version="1", auth=signed_in, urls_namespace="api", docs_url=None)
api.add_router("", journal_router)
api.add_router("", tasks_router)
api.add_router("", delivery_router)


@api.exception_handler(AnningError)
def _explain(request: HttpRequest, error: AnningError) -> HttpResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    answer = {"message": error.message, "remedy": error.remedy, "fields": getattr(error, "fields", {})}
    return api.create_response(request, answer, status=status)
