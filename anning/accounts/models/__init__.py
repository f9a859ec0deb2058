"""Areas, organisations, people, posts, roles, users."""

from anning.accounts.models.numbers import NumberSeries
from anning.accounts.models.people import Appointment, Erasure, Membership, Person, Post
from anning.accounts.models.places import Area, Organisation, Scoped
from anning.accounts.models.sessions import ApiToken, Device, SignInGuard, SignInSession
from anning.accounts.models.users import PasswordHistory, Role, User, UserManager

__all__ = [
    "ApiToken",
    "Appointment",
    "Area",
    "Device",
    "Erasure",
    "Membership",
    "NumberSeries",
    "Organisation",
    "PasswordHistory",
    "Person",
    "Post",
    "Role",
    "Scoped",
    "SignInGuard",
    "SignInSession",
    "User",
    "UserManager",
]
