"""How a sign-in is checked."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from anning.accounts import selectors
from anning.accounts.models import User


class Backend(BaseBackend):
    """Name and password, as Django's sessions need it; locks and second factors are the services' business."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **extra: Any
    ) -> User | None:
        """Return the active user whose password fits, in equal time for unknown names."""
        user = User.objects.filter(username=username or "", is_active=True).first()
        if user is None:
            User().set_password(password or "")
            return None
        return user if user.check_password(password or "") else None

    def get_user(self, user_id: int) -> User | None:
        """Return the active user of a session."""
        return selectors.for_actor(User.objects.filter(pk=user_id, is_active=True)).first()
