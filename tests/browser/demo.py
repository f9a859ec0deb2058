"""What the browser tests look at: the demo district with a day of work in it."""

from typing import Any

from anning.accounts.models import User
from anning.demo.services import load_demo
from anning.journal.sealer import seal


def load() -> dict[str, User]:
    """Load the demo district and return its accounts by the code of their first role, ready to work."""
    load_demo()
    seal()
    User.objects.update(must_change_password=False)
    found: dict[str, User] = {}
    for user in User.objects.filter(is_demo=True).prefetch_related("roles").order_by("pk"):
        for role in user.roles.all():
            found.setdefault(role.code, user)
    return found


def first(model: Any, **facts: Any) -> Any:
    """Return the first row of a model that fits."""
    return model.objects.filter(**facts).order_by("pk").first()
