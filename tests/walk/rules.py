"""Who may have which address, written from the specification. The walk fails for an address without a rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from anning.accounts import selectors as accounts
from anning.accounts.permissions import expand
from anning.kernel.errors import NotFound
from anning.ui.records.register import find

PUBLIC, SIGNED_IN, HOME = "public", "signed in", "home"
# "one's own" is decided row by row: who is signed in may ask, and gets 404 for what is another's.
OWN = SIGNED_IN

# What a role holds beyond its own patterns is nothing: the declared permission is the whole rule.
RULES: dict[str, str] = {
    "ui:home": SIGNED_IN,
    "ui:home_*": HOME,
    "ui:no_role": SIGNED_IN,
    "ui:search": SIGNED_IN,
    "ui:search_answers": SIGNED_IN,
    "ui:names": SIGNED_IN,
    "ui:bell": SIGNED_IN,
    "ui:counts": SIGNED_IN,
    "ui:help": SIGNED_IN,
    "ui:large_type": PUBLIC,
    "ui:language": PUBLIC,
    "ui:clock": PUBLIC,
    "ui:offline": PUBLIC,
    "ui:manifest": PUBLIC,
    "ui:service_worker": PUBLIC,
    "ops:health": PUBLIC,
    "ops:metrics": "ops.view_health",
    "ops:state": "ops.view_health",
    "live:entry_list": "journal.view_entry|journal.view_entry_all|journal.view_security",
    "live:entry_detail": "journal.view_entry|journal.view_entry_all|journal.view_security",
    "live:verification": "journal.verify_entry",
    "live:head_*": "journal.export_head",
    "live:poll": "journal.view_live",
    "tasks:todo": SIGNED_IN,
    "tasks:overdue": "tasks.view_overdue",
    "tasks:task_new": "tasks.add_task",
    "tasks:task_detail": OWN,
    "tasks:task_move": OWN,
    "tasks:task_feedback": OWN,
    "tasks:proof_add": OWN,
    "tasks:proof_file": OWN,
    "tasks:policy_steps": "tasks.change_escalationpolicy",
    "tasks:approval_list": OWN,
    "tasks:approval_new": "tasks.add_approval",
    "tasks:approval_detail": OWN,
    "tasks:approval_print": OWN,
    "tasks:approval_word": OWN,
    "tasks:approval_revise": OWN,
    "tasks:approval_move": OWN,
    "delivery:message_list": OWN,
    "delivery:message_new": "delivery.add_message",
    "delivery:preferences": SIGNED_IN,
    "delivery:message_detail": OWN,
    "delivery:message_answer": OWN,
    "delivery:message_report": "delivery.view_message",
    "delivery:message_export": "delivery.export_message",
    "delivery:call_list": "delivery.call_message",
    "delivery:call_start": "delivery.call_message",
    "delivery:call_close": "delivery.call_message",
    "setup:*": "registry.setup_district",
    "atlas:inside_export": "registry.export_inside",
    "atlas:picture": "registry.export_inside",
    "atlas:*": "registry.view_map",
    "registry:evacuation": "registry.view_evacuationlist",
    "registry:evacuation_names": "registry.view_resident",
    "registry:evacuation_mark": "registry.mark_evacuationline",
    "registry:evacuation_*": "registry.run_evacuationlist",
    "registry:resident_erase": "registry.erase_resident",
    "registry:responsible_erase": "registry.erase_responsibleperson",
    "records:jobs": SIGNED_IN,
    "records:job": OWN,
    "records:job_file": OWN,
    "monitoring:device_move": "monitoring.move_fielddevice",
    "monitoring:device_key*": "monitoring.key_fielddevice",
    "monitoring:limits_move": "monitoring.approve_limitversion|monitoring.add_limitversion",
    "monitoring:limits_trial": "monitoring.add_limitversion",
    "monitoring:rule_move": "monitoring.approve_rule|monitoring.add_rule",
    "monitoring:window_move": "monitoring.approve_window|monitoring.add_window",
    "desk:queue": "monitoring.view_alarm",
    "desk:alarm": "monitoring.view_alarm",
    "desk:deed": "monitoring.acknowledge_alarm",  # the walk asks for this deed
    "desk:evidence": "monitoring.export_alarm",
    "desk:trend_export": "monitoring.export_datastream",
    "desk:*": "monitoring.view_datastream",
    "rounds:rounds": "monitoring.view_patrolvisit",
    "rounds:plan": "monitoring.run_patrol",
    "rounds:visit": "monitoring.run_patrol",
    "rounds:start_checks": "monitoring.run_spotcheck",
    "rounds:answer_check": "monitoring.run_spotcheck",
    "rounds:mend": "monitoring.mend_finding",
    "rounds:notice": "monitoring.view_earlynotice",
    "rounds:notice_word": "monitoring.view_earlynotice",
    "rounds:notice_receive": "monitoring.write_earlynotice|monitoring.receive_earlynotice",
    "rounds:notice_*": "monitoring.write_earlynotice",
    "rounds:report_*": "monitoring.export_watchreport",
    "rounds:report*": "monitoring.view_watchreport",
    "ui:favicon": PUBLIC,
    "ui:words": PUBLIC,
    "accounts:sign_in": PUBLIC,
    "accounts:second_factor": PUBLIC,
    "accounts:oidc_*": PUBLIC,
    "accounts:sign_out": PUBLIC,  # leaving twice is no fault
    "accounts:account": SIGNED_IN,
    "accounts:password_change": SIGNED_IN,
    "accounts:totp": SIGNED_IN,
    "accounts:totp_off": SIGNED_IN,
    "accounts:session_end": OWN,
    "accounts:device_revoke": OWN,
    "accounts:token_add": "accounts.issue_token",
    "accounts:token_revoke": OWN,
    "accounts:user_security": "accounts.view_user",
    "accounts:user_grant": "accounts.grant_role",
    "accounts:user_lock": "accounts.lock_user",
    "accounts:user_unlock": "accounts.lock_user",
    "accounts:user_reset": "accounts.reset_user",
    "accounts:user_totp_off": "accounts.reset_user",
    "accounts:user_session_end": "accounts.lock_user",
    "accounts:role_permissions": "accounts.view_role",
    "accounts:person_data": "accounts.copy_person|own person",
    "accounts:person_copy": "accounts.copy_person|own person",
    "accounts:person_erase": "accounts.erase_person",
}

# The verb that an address of a record page stands for.
RECORD_VERBS = {
    "list": "view",
    "preference": "view",
    "choices": "view",
    "list_print": "view",
    "list_word": "view",
    "map": "view",
    "features": "view",
    "detail": "view",
    "history": "view",
    "print": "view",
    "word": "view",
    "text": "view",
    "add": "add",
    "edit": "change",
    "bulk_edit": "change",
    "delete": "delete",
    "bulk_delete": "delete",
    "deleted": "delete",
    "restore": "delete",
    "import": "import",
    "import_template": "import",
    "batch": "import",
    "batch_marked": "import",
    "batch_undo": "import",
    "export": "export",
    "reveal": "reveal",
}

# The same for the files beside a record.
FILE_VERBS = {"add": "change", "file": "view", "small": "view", "remove": "change"}
SHAPE_VERBS = {"upload": "import", "batch": "import"}
VERBS = {"records": RECORD_VERBS, "attachments": FILE_VERBS, "shapes": SHAPE_VERBS}

ALARM_DEEDS = ("acknowledge", "judge", "shelve", "hand_up", "close")

# The same for the API: (method, path) with * for what is between.
API_RULES: dict[tuple[str, str], str] = {
    ("GET", "/api/journal/head"): "journal.export_head",
    ("GET", "/api/tasks"): OWN,
    ("POST", "/api/tasks"): "tasks.add_task",
    ("GET", "/api/tasks/*"): OWN,
    ("POST", "/api/tasks/*/moves"): OWN,
    ("GET", "/api/approvals"): OWN,
    ("GET", "/api/approvals/*"): OWN,
    ("POST", "/api/approvals/*/moves"): OWN,
    ("GET", "/api/messages"): OWN,
    ("POST", "/api/messages/*/answer"): OWN,
    ("POST", "/api/alarms/*/moves"): "|".join(f"monitoring.{deed}_alarm" for deed in ALARM_DEEDS),
    # cut by the permission and scope of the record that the address names
    ("GET", "/api/*/*/attachments"): OWN,
    ("GET", "/api/*/*/attachments/*"): OWN,
}
API_VERBS = {"GET": "view", "POST": "add", "PATCH": "change", "PUT": "change", "DELETE": "delete"}


class NoRule(LookupError):
    """An address that nobody has declared: add it to tests/walk/rules.py."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is needed: one of ``needs`` (permissions), or just to be signed in, or nothing."""

    kind: str
    needs: tuple[str, ...] = ()

    def lets_in(self, permissions: frozenset[str]) -> bool:
        """Whether somebody signed in with these permissions may ask."""
        return not self.needs or "own person" in self.needs or bool(set(self.needs) & permissions)


def rule_of(name: str, facts: Mapping[str, Any], homes: tuple[str, ...] = ()) -> Rule:
    """Return the rule of a page. Raises NoRule."""
    room, _, action = name.partition(":")
    if verb := VERBS.get(room, {}).get(action):
        return Rule("permission", (find(facts["register"]).permission(verb),))
    for pattern, kind in RULES.items():
        if fnmatchcase(name, pattern):
            if kind == HOME:
                return Rule("own home" if action.removeprefix("home_") in homes else "another's home")
            return Rule(kind) if kind in {PUBLIC, SIGNED_IN} else Rule("permission", tuple(kind.split("|")))
    raise NoRule(name)


def rule_of_endpoint(method: str, path: str) -> Rule:
    """Return the rule of an API operation: declared here, or that of the register it belongs to. Raises NoRule."""
    for (verb, pattern), kind in API_RULES.items():
        if verb == method and fnmatchcase(path, pattern) and path.count("/") == pattern.count("/"):
            return Rule(kind) if kind == SIGNED_IN else Rule("permission", tuple(kind.split("|")))
    try:
        register = find(path.split("/")[2])
    except NotFound:
        raise NoRule(f"{method} {path}") from None
    return Rule("permission", (register.permission(API_VERBS[method]),))


def shipped_roles() -> dict[str, Mapping[str, Any]]:
    """Return the roles that the platform brings, by code."""
    return {role["code"]: role for role in accounts.shipped_roles()["roles"]}


def granted(role: str) -> frozenset[str]:
    """Return what a role holds: its own patterns, cut by what the three separated officers may hold at most."""
    facts, limits = shipped_roles()[role], accounts.shipped_roles()["limits"]
    held = expand(facts["permissions"])
    return held & expand(limits[facts["separation"]]) if facts.get("separation") else held
