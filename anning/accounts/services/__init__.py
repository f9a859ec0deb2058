"""Decisions about accounts: one public function each."""

from anning.accounts.services import entries as entries
from anning.accounts.services.guards import locked_until
from anning.accounts.services.numbers import take_number
from anning.accounts.services.passwords import change_password, is_password_old, reset_password
from anning.accounts.services.personal import copy_person, erase_person, reveal_person_field
from anning.accounts.services.roles import change_role, grant_roles, load_roles, user_key
from anning.accounts.services.scrubbing import scrub_erased
from anning.accounts.services.sessions import (
    bind_device,
    end_session,
    open_session,
    recognise_device,
    rename_session,
    revoke_device,
    sign_out,
    sweep_sessions,
    touch_session,
)
from anning.accounts.services.sign_in import check_password, check_totp
from anning.accounts.services.tokens import actor_of_token, issue_token, revoke_token
from anning.accounts.services.totp import confirm_totp, disable_totp, enrol_totp
from anning.accounts.services.users import change_user, create_user, lock_user, unlock_user

__all__ = [
    "actor_of_token",
    "bind_device",
    "change_password",
    "change_role",
    "change_user",
    "check_password",
    "check_totp",
    "confirm_totp",
    "copy_person",
    "create_user",
    "disable_totp",
    "end_session",
    "enrol_totp",
    "erase_person",
    "grant_roles",
    "is_password_old",
    "issue_token",
    "load_roles",
    "lock_user",
    "locked_until",
    "open_session",
    "recognise_device",
    "rename_session",
    "reset_password",
    "reveal_person_field",
    "revoke_device",
    "revoke_token",
    "scrub_erased",
    "sign_out",
    "sweep_sessions",
    "take_number",
    "touch_session",
    "unlock_user",
    "user_key",
]
