"""Escalation policies: what the platform brings, what the duty room makes of it."""

import pytest
from django.urls import reverse

from anning.journal.models import Entry
from anning.kernel import rulebook
from anning.kernel.errors import Conflict, NotAllowed, Refused
from anning.tasks.models import EscalationPolicy, Urgency
from anning.tasks.selectors import policy_for
from anning.tasks.services import load_policies, set_steps
from anning.tasks.services.policies import StepFacts, plain_steps
from anning.ui.names import written

MINE = (StepFacts(7, "again"), StepFacts(3, "leader"))


@pytest.fixture
def shipped(db) -> dict[int, EscalationPolicy]:
    """The policies that the platform brings, by urgency."""
    assert load_policies() == 3
    return {policy.urgency: policy for policy in EscalationPolicy.objects.all()}


def sent(*rows: tuple[str, str, str], version: str = "1", gone: int = -1) -> dict[str, str]:
    """Return what the browser sends for these rows of minutes, target, name."""
    filled = sum(1 for row in rows if any(row))
    data = {"steps-TOTAL_FORMS": str(len(rows)), "steps-INITIAL_FORMS": str(filled), "version": version}
    for place, (minutes, target, who) in enumerate(rows):
        data |= {f"steps-{place}-after_minutes": minutes, f"steps-{place}-target": target, f"steps-{place}-who": who}
    return data | ({f"steps-{gone}-DELETE": "on"} if gone >= 0 else {})


def test_one_policy_per_urgency_comes_with_the_steps_of_the_rulebook(shipped):
    brought = rulebook.value("TSK-ESCALATION-STEPS")
    for urgency in Urgency:
        frozen = policy_for("work", urgency, 1)
        assert [(s["after_minutes"], s["target"]) for s in frozen] == [
            (s["after_minutes"], s["target"]) for s in brought[urgency.name.lower()]
        ]


def test_loading_again_changes_nothing(shipped):
    assert load_policies() == 0
    assert Entry.objects.filter(kind="escalationpolicy.create").count() == 3


def test_what_the_site_has_changed_stays(shipped, giver):
    policy = set_steps(shipped[1].pk, giver, steps=MINE)
    EscalationPolicy.objects.filter(pk=policy.pk).update(name="我们的规则")
    policy.refresh_from_db()
    policy.shipped["steps"] = []  # as if an earlier release had brought others
    policy.save()
    assert load_policies() == 0
    assert plain_steps(policy) == [step.plain() for step in MINE]
    assert EscalationPolicy.objects.count() == 3


def test_what_the_site_has_left_alone_follows_the_platform(shipped):
    policy = shipped[3]
    earlier = [StepFacts(99, "again").plain()]
    policy.steps.all().delete()
    policy.steps.create(position=1, after_minutes=99, target="again")
    policy.shipped["steps"] = earlier
    policy.save()
    assert load_policies() == 1
    assert [step["after_minutes"] for step in plain_steps(policy)] == [5, 5, 5]


def test_what_the_site_has_deleted_does_not_come_back(shipped):
    shipped[1].delete()
    assert load_policies() == 0
    assert EscalationPolicy.objects.count() == 2


def test_steps_are_changed_on_the_page_of_their_policy(client_of, shipped, doer_person):
    client, policy = client_of("duty"), shipped[2]
    place = reverse("records:detail", args=["escalation-policies", policy.pk])
    address = reverse("tasks:policy_steps", args=[policy.pk])
    assert f'action="{address}"' in client.get(place).content.decode()

    rows = [("10", "again", ""), ("5", "person", written(doer_person)), ("5", "assigner", ""), ("", "", "")]
    answer = client.post(address, sent(*rows, gone=2))

    assert answer.headers["Location"] == place
    assert [(s["target"], s["person"]) for s in plain_steps(policy)] == [("again", None), ("person", doer_person.pk)]
    history = client.get(reverse("records:history", args=["escalation-policies", policy.pk]))
    assert "升级步骤" in history.content.decode() and "10 分钟后 再次提醒承办人" in history.content.decode()


def test_a_step_that_names_nobody_is_shown_with_its_reason(client_of, shipped):
    answer = client_of("duty").post(
        reverse("tasks:policy_steps", args=[shipped[1].pk]), sent(("10", "post", ""), ("5", "again", ""))
    )
    assert answer.status_code == 422 and "请填一个岗位" in answer.content.decode()
    assert len(plain_steps(shipped[1])) == 3


def test_readers_see_the_steps_without_a_form(client_of, shipped):
    page = client_of("town").get(reverse("records:detail", args=["escalation-policies", shipped[1].pk]))
    assert page.status_code == 403 or "保存步骤" not in page.content.decode()


def test_of_two_who_change_one_policy_the_second_is_told(shipped, giver):
    set_steps(shipped[1].pk, giver, steps=MINE, version=1)
    with pytest.raises(Conflict):
        set_steps(shipped[1].pk, giver, steps=MINE, version=1)


def test_no_steps_and_steps_for_nobody_are_refused(shipped, giver, doer):
    with pytest.raises(Refused, match="没有步骤"):
        set_steps(shipped[1].pk, giver, steps=[])
    with pytest.raises(Refused, match="第 1 步"):
        set_steps(shipped[1].pk, giver, steps=[StepFacts(1, "person")])
    with pytest.raises(NotAllowed):
        set_steps(shipped[1].pk, doer, steps=MINE)
