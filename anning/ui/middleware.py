"""What surrounds every request: guard in front, and the one place where errors become pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from anning.kernel.errors import AnningError
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


class Errors:
    """Turns the house's errors into pages that say what, why and what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an AnningError with its own page; leave everything else to Django."""
        return errors.page(request, error) if isinstance(error, AnningError) else None
