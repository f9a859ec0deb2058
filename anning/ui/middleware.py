"""What surrounds every request: guard in front, maintenance, and the one place where errors become pages."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from anning.accounts.models import Role, User
from anning.kernel.errors import AnningError, NotAllowed
from anning.ui import errors

Answer = Callable[[HttpRequest], HttpResponse]


class Guard:
    """Adds the content security policy: nothing inline, nothing foreign; live stream on its own port."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        host = request.META.get("HTTP_HOST", "localhost").rsplit(":", 1)[0]
        live = f"{'https' if settings.TLS else 'http'}://{host}:{settings.LIVE_PORT}"
        response.setdefault(
            "Content-Security-Policy",
            f"default-src 'self'; img-src 'self' data: blob:; connect-src 'self' {live}; object-src 'none'; "
            "base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
        )
        response.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        return response


class Language:
    """Speaks Chinese unless the reader chose otherwise; what the browser was installed in says nothing."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


class Maintenance:
    """Shows the maintenance page to all but system administrators while ``maintenance`` lies in the home folder.

    The file's first line, if any, is what people read. Signing in and out, health and built files stay open.
    """

    OPEN = (
        "/static/",
        "/sign-in",
        "/sign-out",
        "/health",
        "/metrics",
        "/offline",
        "/sw.js",
        "/language",
        "/large-type",
    )

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.flag = Path(settings.HOME) / "maintenance"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.flag.exists() and not request.path.startswith(self.OPEN) and not self._looks_after(request):
            return errors.under_maintenance(request, self.flag.read_text(errors="replace").strip().partition("\n")[0])
        return self.get_response(request)

    @staticmethod
    def _looks_after(request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and any(r.separation == Role.Separation.SYSTEM for r in user.roles.all())


class Errors:
    """Turns the house's errors into pages that say what, why and what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an AnningError with its own page; leave everything else to Django."""
        if not isinstance(error, AnningError):
            return None
        if isinstance(error, NotAllowed) and not isinstance(request.user, User) and request.method == "GET":
            return redirect_to_login(request.get_full_path())
        return errors.page(request, error)
