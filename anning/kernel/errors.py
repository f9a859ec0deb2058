"""The house's errors. Each says what is wrong and what to do; web and API map them once to a status."""

from collections.abc import Mapping


class AnningError(Exception):
    """Something the user can understand: ``message`` says what and why, ``remedy`` what to do next."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class NotAllowed(AnningError):
    """The actor lacks the permission (403)."""


class NotFound(AnningError):
    """The record does not exist, or not for this actor (404)."""


class IllegalMove(AnningError):
    """The lifecycle has no such move from this state (409)."""


class Conflict(AnningError):
    """Somebody else changed the record meanwhile (409)."""


class Refused(AnningError):
    """The facts do not hold (422); ``fields`` names each bad field with its reason."""

    def __init__(self, message: str, remedy: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message, remedy)
        self.fields = dict(fields or {})
