"""Error pages: 403, 404, 409, 422, 500 in plain Chinese."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anning.kernel.errors import AnningError, Conflict, IllegalMove, NotAllowed, NotFound, Refused

STATUS = {NotAllowed: 403, NotFound: 404, IllegalMove: 409, Conflict: 409, Refused: 422}


def page(request: HttpRequest, error: AnningError) -> HttpResponse:
    """Return the page of one of the house's errors."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    return render(request, f"ui/errors/{status}.html", {"error": error}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return render(request, "ui/errors/404.html", {}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours."""
    return render(request, "ui/errors/500.html", {}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is missing or old."""
    return render(request, "ui/errors/403.html", {"csrf": True}, status=403)
