"""What operations tell everybody on every page."""

from django.http import HttpRequest

from anning.ops import disk


def warnings(request: HttpRequest) -> dict[str, int | bool]:
    """Say whether room runs out, and how much is left in MB."""
    return {"disk_is_low": disk.is_low(), "disk_free_mb": disk.free_mb()}
