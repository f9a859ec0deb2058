"""Pages that belong to nobody's room: homes, search, bell, help, choices of the reader, offline."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST, require_safe

from anning.accounts.models import User
from anning.accounts.web import actor_of
from anning.kernel import clock
from anning.kernel.errors import NotAllowed, NotFound
from anning.ui import blocks, names, navigation, searching
from anning.ui.assets import BUILT, asset_url
from anning.ui.context import LARGE_TYPE_COOKIE, Page
from anning.ui.registries import allowed, bell_sources, help_pages, tiles

YEAR_S = 365 * 24 * 3600
BELL_ROWS = 50
SUGGESTIONS = 8  # in the type-ahead
ANSWERS = 50  # of each kind on the search page


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to the home of the first role."""
    return redirect(navigation.home_url(_homes(request)))


@require_safe
@login_required
def role_home(request: HttpRequest, name: str) -> HttpResponse:
    """Show the home of one role: its registered blocks, and on the telephone its tiles."""
    if name not in _homes(request):
        raise NotAllowed(_("这是其他岗位的首页"), _("请从左侧菜单进入您自己的首页"))
    actor = actor_of(request)
    facts: dict[str, Any] = {"name": name, "heading": navigation.HOMES[name][0], "blocks": blocks.of_home(name, actor)}
    if name == "m":
        facts["tiles"] = blocks.tiles_of(allowed(tiles, actor), actor)
        return render(request, "ui/home_phone.html", facts)
    return render(request, "ui/home.html", facts)


@require_safe
@login_required
def no_role(request: HttpRequest) -> HttpResponse:
    """Say what to do to somebody without any role."""
    return render(request, "ui/no_role.html")


@require_GET
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Answer the search box, everything of each kind."""
    text = request.GET.get("q", "").strip()
    found = searching.find(actor_of(request), text, ANSWERS)
    return render(request, "ui/search.html", {"text": text, "groups": found, "most": ANSWERS})


@require_GET
@login_required
def search_answers(request: HttpRequest) -> HttpResponse:
    """Answer while the reader types: the best few."""
    text = request.GET.get("q", "").strip()
    answers = searching.best(actor_of(request), text, SUGGESTIONS)
    return render(request, "ui/_search_answers.html", {"text": text, "answers": answers})


@require_GET
@login_required
def name_answers(request: HttpRequest) -> HttpResponse:
    """Answer while the reader types whom something is for: people, posts, units, roles inside its scope."""
    kinds, text = request.GET.get("kinds", "")[:60].split(","), request.GET.get("q", "")[:60]
    found = names.suggestions(actor_of(request), dict.fromkeys(kinds), text)
    return JsonResponse({"choices": [{"id": one.key, "text": one.text, "more": one.more} for one in found]})


@require_safe
@login_required
def bell(request: HttpRequest) -> HttpResponse:
    """List what was sent to the reader, newest first."""
    actor = actor_of(request)
    sources = allowed(bell_sources, actor)
    notices = sorted(
        (notice for source in sources for notice in source.latest(actor, BELL_ROWS)),
        key=lambda notice: notice.at or clock.now(),
        reverse=True,
    )
    return render(request, "ui/bell.html", {"notices": notices[:BELL_ROWS]})


@require_GET
@login_required
@cache_control(no_store=True)
def counts(request: HttpRequest) -> HttpResponse:
    """Tell the counts of the top bar."""
    frame = Page(request)
    return JsonResponse({"todo": frame.todo_count, "bell": frame.bell_count})


@require_safe
@login_required
def help_index(request: HttpRequest) -> HttpResponse:
    """Show all help pages on one page."""
    return render(request, "ui/help.html", {"pages": list(help_pages)})


@login_not_required
@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """Switch between 大字版 and the standard size, and come back."""
    response = redirect(_back(request))
    if request.COOKIES.get(LARGE_TYPE_COOKIE) == "1":
        response.delete_cookie(LARGE_TYPE_COOKIE, samesite="Lax")
    else:
        _remember(response, LARGE_TYPE_COOKIE, "1")
    return response


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language of the screens, and come back."""
    chosen = request.POST.get("language", "")
    response = redirect(_back(request))
    if chosen in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@login_not_required
@require_GET
@cache_control(no_store=True)
def server_clock(request: HttpRequest) -> HttpResponse:
    """Tell the server's time, so that pages can show it and notice a wrong clock."""
    rate = 1 / clock.real_seconds(timedelta(seconds=1))
    return JsonResponse({"now_ms": round(clock.now().timestamp() * 1000), "rate": rate})


@login_not_required
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the service worker keeps for when the server cannot be reached."""
    return render(request, "ui/errors/offline.html")


@login_not_required
@require_GET
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the platform to telephones that put it on their desktop."""
    logo = {"src": asset_url("logo.svg"), "sizes": "any", "type": "image/svg+xml"}
    facts = {
        "name": _("安宁应急管理平台"),
        "short_name": _("安宁"),
        "start_url": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b3d91",
        "icons": [logo],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@login_not_required
@require_GET
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> FileResponse:
    """Serve the service worker from the root, so that it covers every page. Raises NotFound before the first build."""
    script = BUILT.with_name("worker.js")
    if not script.exists():
        raise NotFound(_("前端尚未构建"))
    return FileResponse(script.open("rb"), content_type="text/javascript; charset=utf-8")


def _homes(request: HttpRequest) -> list[str]:
    return navigation.homes_of(request.user) if isinstance(request.user, User) else []


def _back(request: HttpRequest) -> str:
    """Return the page to come back to, never one of a foreign host."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("ui:home")


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", secure=settings.TLS)
