"""Questions about tasks, escalation and approvals."""

from anning.tasks.selectors.approvals import (
    approval_for,
    approvals_about,
    authors_of,
    current_step,
    my_drafts,
    visible_approvals,
    waiting_steps,
)
from anning.tasks.selectors.people import people_for, place_for, policy_for, whom
from anning.tasks.selectors.tasks import (
    assigned_by,
    buttons_of,
    copied_to,
    exhausted,
    finished_by,
    moves_open_to,
    overdue_steps,
    task_for,
    tasks_about,
    urgent_first,
    visible_tasks,
    waiting_for,
)

__all__ = [
    "approval_for",
    "approvals_about",
    "assigned_by",
    "authors_of",
    "buttons_of",
    "copied_to",
    "current_step",
    "exhausted",
    "finished_by",
    "moves_open_to",
    "my_drafts",
    "overdue_steps",
    "people_for",
    "place_for",
    "policy_for",
    "task_for",
    "tasks_about",
    "urgent_first",
    "visible_approvals",
    "visible_tasks",
    "waiting_for",
    "waiting_steps",
    "whom",
]
