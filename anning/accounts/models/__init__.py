"""Areas, organisations, people, posts, roles, users."""

from anning.accounts.models.numbers import NumberSeries
from anning.accounts.models.people import Appointment, Membership, Person, Post
from anning.accounts.models.places import Area, Organisation, Scoped
from anning.accounts.models.sessions import AddressGuard, ApiToken, Device, SignInSession
from anning.accounts.models.users import PasswordHistory, Role, User, UserManager

__all__ = [
    "AddressGuard",
    "ApiToken",
    "Appointment",
    "Area",
    "Device",
    "Membership",
    "NumberSeries",
    "Organisation",
    "PasswordHistory",
    "Person",
    "Post",
    "Role",
    "Scoped",
    "SignInSession",
    "User",
    "UserManager",
]
