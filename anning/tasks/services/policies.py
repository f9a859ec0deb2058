"""Escalation policies: those that the platform brings, and how a duty room changes their steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from anning.accounts.models import Person, Post
from anning.accounts.selectors import find_scoped
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel import rulebook
from anning.kernel.actor import SYSTEM, Actor, system
from anning.kernel.errors import Conflict, Refused
from anning.tasks import permissions
from anning.tasks.models import EscalationPolicy, EscalationStep, Urgency

NAMES = {
    Urgency.NORMAL: gettext_noop("一般任务默认升级"),
    Urgency.URGENT: gettext_noop("紧急任务默认升级"),
    Urgency.CRITICAL: gettext_noop("特急任务默认升级"),
}
MOST = 20  # steps of one policy
Target = EscalationStep.Target


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step as it is written: minutes after the step before, whom it tells, and which post or person."""

    after_minutes: int
    target: str
    post: Post | None = None
    person: Person | None = None

    def plain(self) -> dict[str, Any]:
        """Return the step as JSON."""
        named = {"post": self.post and self.post.pk, "person": self.person and self.person.pk}
        return {"after_minutes": self.after_minutes, "target": self.target, **named}


@transaction.atomic
def load_policies() -> int:
    """Bring one policy per urgency, its steps from the rulebook; return how many were made or changed.

    A policy whose steps the site has changed since, or that it has deleted or renamed, stays as the site wants it.
    """
    brought: dict[str, list[dict[str, Any]]] = rulebook.value("TSK-ESCALATION-STEPS")
    return sum(_bring(urgency, brought[urgency.name.lower()]) for urgency in Urgency)


@transaction.atomic
def set_steps(
    policy_id: int, actor: Actor, *, steps: Sequence[StepFacts], version: int | None = None
) -> EscalationPolicy:
    """Give a policy these steps, in this order, and journal what they were; tasks already given keep theirs.

    Raises NotFound, NotAllowed, Conflict for an older ``version``, and Refused for no steps or a step that
    does not say whom it tells.
    """
    actor.require(permissions.CHANGE_POLICY)
    find_scoped(EscalationPolicy.objects.all(), actor, policy_id)
    policy: EscalationPolicy = EscalationPolicy.objects.select_for_update().get(pk=policy_id)
    if version is not None and policy.version != version:
        raise Conflict(_("这条规则刚刚被别人修改过"), _("请刷新页面，查看最新内容后再修改"))
    _check(steps)
    before, after = plain_steps(policy), [step.plain() for step in steps]
    if before == after:
        return policy
    _write(policy, steps)
    policy.version += 1
    policy.save()
    _journal_steps(policy, actor, before, after)
    return policy


def plain_steps(policy: EscalationPolicy) -> list[dict[str, Any]]:
    """Return the steps of a policy as JSON, in order."""
    return [step.frozen() for step in policy.steps.order_by("position")]


def _bring(urgency: Urgency, steps: list[dict[str, Any]]) -> bool:
    """Make or follow one policy; whether anything was written."""
    platform = system()
    facts = [StepFacts(step["after_minutes"], step["target"]) for step in steps]
    wanted = [fact.plain() for fact in facts]
    policy = EscalationPolicy.objects.select_for_update().filter(shipped__urgency=int(urgency)).first()
    if policy is None:
        return _make(urgency, facts, wanted, platform)
    brought = policy.shipped["steps"]
    if brought == wanted:
        return False
    policy.shipped = {"urgency": int(urgency), "steps": wanted}
    is_ours: bool = plain_steps(policy) == brought
    if is_ours:
        _write(policy, facts)
        policy.version += 1
        _journal_steps(policy, platform, brought, wanted)
    policy.save()
    return is_ours


def _make(urgency: Urgency, facts: list[StepFacts], wanted: list[dict[str, Any]], platform: Actor) -> bool:
    name = NAMES[urgency]
    if EscalationPolicy.all_objects.filter(name=name).exists() or _was_deleted(urgency):
        return False
    shipped = {"urgency": int(urgency), "steps": wanted}
    policy = EscalationPolicy.objects.create(name=name, urgency=urgency, shipped=shipped)
    _write(policy, facts)
    changes = {"name": [None, name], "urgency": [None, int(urgency)], "steps": [None, in_words(wanted)]}
    record("escalationpolicy.create", policy.subject, platform, changes=changes, brought=int(urgency))
    return True


def _was_deleted(urgency: Urgency) -> bool:
    """Whether the platform has brought this policy before: then the site has deleted it, and it stays away."""
    brought = Entry.objects.filter(kind="escalationpolicy.create", actor=SYSTEM)
    return any(entry.data.get("brought") == int(urgency) for entry in brought)


def _journal_steps(
    policy: EscalationPolicy, actor: Actor, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    changes = {"steps": [in_words(before), in_words(after)]}
    record("escalationpolicy.change", policy.subject, actor, version=policy.version, changes=changes)


def in_words(steps: list[dict[str, Any]]) -> str:
    """Return steps as people read them; posts and people by their key, never by name."""
    words = _("%(minutes)s 分钟后 %(target)s %(key)s")
    return "；".join(
        words % {"minutes": step["after_minutes"], "target": Target(step["target"]).label, "key": key}
        for step in steps
        for key in (step["post"] or step["person"] or "",)
    )


def _write(policy: EscalationPolicy, steps: Sequence[StepFacts]) -> None:
    policy.steps.all().delete()
    for position, step in enumerate(steps, 1):
        facts = {"post": step.post, "person": step.person}
        EscalationStep.objects.create(
            policy=policy, position=position, after_minutes=step.after_minutes, target=step.target, **facts
        )


def _check(steps: Sequence[StepFacts]) -> None:
    if not steps:
        raise Refused(_("规则没有步骤"), _("请至少填写一步；不再使用的规则请停用"))
    if len(steps) > MOST:
        raise Refused(_("步骤超过 %s 步") % MOST, _("请删减步骤"))
    for number, step in enumerate(steps, 1):
        named = {Target.POST: step.post, Target.PERSON: step.person}.get(Target(step.target))
        if step.target in (Target.POST, Target.PERSON) and named is None:
            raise Refused(_("第 %s 步没有写明通知哪个岗位或人员") % number, _("请填写岗位或姓名"))
