"""拟稿, 审核, 签发; what changed; who may never sign; leaving first and signing later."""

from datetime import timedelta

import pytest
from django.urls import reverse

from anning.accounts.selectors import actor_for, person_of
from anning.journal.models import Entry
from anning.kernel import clock
from anning.kernel.errors import IllegalMove, NotAllowed, NotFound, Refused
from anning.tasks import services
from anning.tasks.logic import differences, must_not_wait
from anning.tasks.models import Approval, Task
from anning.tasks.selectors import current_step, waiting_steps
from anning.tasks.services import realarm_due
from tests.races import together


@pytest.fixture
def drafter(actor_of):
    return actor_of("duty")


@pytest.fixture
def reviewer(actor_of):
    return actor_of("section")


@pytest.fixture
def signer_user(user_of):
    return user_of("lead")


@pytest.fixture
def signer(signer_user):
    return actor_for(signer_user)


@pytest.fixture
def paper(drafter, reviewer, signer):
    """A report with one reviewer and a signer, not submitted yet."""
    return services.start_approval(
        drafter,
        title="关于芦台街道内涝的情况报告",
        text="积水两处。\n无人员伤亡。",
        reviewers=[person_of(reviewer)],
        signer=person_of(signer),
        series="津宁应急字",
        about="incident:7",
    )


@pytest.fixture
def submitted(paper, drafter):
    services.submit(paper.pk, drafter)
    return paper


@pytest.fixture
def to_sign(submitted, reviewer):
    services.agree(submitted.pk, reviewer, text="同意。")
    return submitted


def test_a_paper_goes_from_draft_to_signature(to_sign, signer):
    signed = services.sign(to_sign.pk, signer, text="同意。")

    year = clock.today().year
    assert (signed.state, signed.number, signed.signed_by) == ("signed", f"津宁应急字〔{year}〕1号", signer.name)
    assert [o.move for o in signed.opinions.all()] == ["submit", "pass_up", "sign"]


def test_signing_tells_the_rooms_above_what_was_signed(to_sign, signer):
    signed = services.sign(to_sign.pk, signer)

    entry = Entry.objects.get(kind="approval.sign")
    assert entry.data["about"] == "incident:7"
    assert entry.data["digest"] == signed.content_digest == services.approving.content_digest(signed)
    assert entry.data["number"] == signed.number


def test_nobody_signs_out_of_turn(submitted, signer, drafter):
    with pytest.raises(NotAllowed):
        services.sign(submitted.pk, signer)
    with pytest.raises((NotAllowed, Refused)):
        services.agree(submitted.pk, drafter)

    assert Approval.objects.get(pk=submitted.pk).state == "reviewing"


def test_a_drafter_is_never_the_signer(drafter):
    with pytest.raises(Refused, match="拟稿人"):
        services.start_approval(drafter, title="报告", text="正文", signer=person_of(drafter))

    assert not Approval.objects.exists()


def test_a_paper_cannot_be_transferred_to_its_drafter_for_signature(to_sign, signer, drafter):
    with pytest.raises(Refused, match="拟稿人"):
        services.transfer(to_sign.pk, signer, to=person_of(drafter), text="请代签")

    assert current_step(Approval.objects.get(pk=to_sign.pk)).person == person_of(signer)


def test_sent_back_it_goes_its_whole_way_again(to_sign, drafter, reviewer, signer):
    services.send_back(to_sign.pk, signer, text="补充处置情况")
    with pytest.raises(IllegalMove):
        services.sign(to_sign.pk, signer)
    services.revise(to_sign.pk, drafter, title=to_sign.title, text="积水三处。\n无人员伤亡。\n已布泵。")
    services.submit(to_sign.pk, drafter)

    approval = Approval.objects.get(pk=to_sign.pk)
    assert (approval.state, approval.run, current_step(approval).person) == ("reviewing", 2, person_of(reviewer))
    assert approval.drafts.count() == 2


def test_a_version_that_changes_nothing_is_refused(paper, drafter):
    with pytest.raises(Refused, match="完全相同"):
        services.revise(paper.pk, drafter, title=paper.title, text=paper.drafts.get().text)


def test_an_added_opinion_comes_back_to_who_asked_for_it(to_sign, signer, actor_of):
    helper = actor_of("section")
    services.add_opinion(to_sign.pk, signer, to=person_of(helper), text="请会签")
    assert [s.approval_id for s in waiting_steps(helper)] == [to_sign.pk]

    services.agree(to_sign.pk, helper, text="无意见")

    assert [s.approval_id for s in waiting_steps(signer)] == [to_sign.pk]
    assert services.sign(to_sign.pk, signer).state == "signed"


def test_numbers_are_taken_at_signing_and_never_twice(drafter, signer):
    papers = [
        services.start_approval(drafter, title=f"报告{n}", text="正文", signer=person_of(signer), series="津宁应急字")
        for n in range(3)
    ]
    for paper in papers:
        services.submit(paper.pk, drafter)
    services.withdraw(papers[1].pk, drafter, text="不再需要")

    numbers = [services.sign(p.pk, signer).number for p in (papers[2], papers[0])]

    year = clock.today().year
    assert numbers == [f"津宁应急字〔{year}〕{n}号" for n in (1, 2)]
    assert Approval.objects.get(pk=papers[1].pk).number == ""


@pytest.mark.django_db(transaction=True)
def test_two_presses_on_sign_take_one_number(to_sign, signer):
    done = together(*[lambda: services.sign(to_sign.pk, signer)] * 2)

    assert sorted(type(each).__name__ for each in done) == ["Approval", "IllegalMove"]
    assert Entry.objects.filter(kind="approval.sign").count() == 1


def test_a_verbal_consent_lets_it_go_and_the_signature_is_chased_until_it_is_there(
    submitted, drafter, signer, signer_user
):
    services.consent(submitted.pk, drafter, words="同意先报，我回来补签", phone="13800000000")

    approval = Approval.objects.get(pk=submitted.pk)
    chase = approval.chase
    assert (approval.state, approval.number, chase.person) == ("released", "", person_of(signer))
    assert chase.due_at - chase.assigned_at == timedelta(hours=24)
    entry = Entry.objects.get(kind="approval.consent")
    assert entry.data["digest"] == approval.content_digest and "13800000000" not in entry.body

    services.move_task(chase.pk, "acknowledge", signer)
    assert realarm_due(chase.due_at + timedelta(seconds=1)) == 1  # acknowledged, not signed: it is heard of again

    services.sign(approval.pk, signer)

    assert Task.objects.get(pk=chase.pk).state == "done"
    assert Approval.objects.get(pk=approval.pk).number
    assert realarm_due(chase.due_at + timedelta(days=3)) == 0


def test_the_signer_may_deny_what_left_in_its_name(submitted, drafter, signer):
    services.consent(submitted.pk, drafter, words="同意")

    denied = services.deny(submitted.pk, signer, text="未曾同意")

    assert (denied.state, denied.number) == ("denied", "")
    assert Entry.objects.filter(kind="approval.deny").count() == 1


def test_a_consent_needs_words_and_cannot_lie_ahead(submitted, drafter):
    with pytest.raises(Refused, match="原话"):
        services.consent(submitted.pk, drafter, words=" ")
    with pytest.raises(Refused, match="晚于现在"):
        services.consent(submitted.pk, drafter, words="同意", given_at=clock.now() + timedelta(minutes=1))

    assert Approval.objects.get(pk=submitted.pk).state == "reviewing"


def test_no_paper_leaves_unsigned_while_there_is_time(submitted, drafter):
    Approval.objects.filter(pk=submitted.pk).update(due_at=clock.now() + timedelta(minutes=30))
    with pytest.raises(Refused, match="应先签发"):
        services.release(submitted.pk, drafter, text="联系不上")

    Approval.objects.filter(pk=submitted.pk).update(due_at=clock.now() + timedelta(minutes=9))

    assert services.release(submitted.pk, drafter, text="联系不上").state == "released"


@pytest.mark.parametrize(("left", "waits"), [(600, False), (599, True), (-60, True)])
def test_the_last_ten_minutes_do_not_wait(left, waits):
    now = clock.now()

    assert must_not_wait(now + timedelta(seconds=left), now, 10) is waits
    assert not must_not_wait(None, now, 10)


def test_differences_name_what_is_new_and_what_is_gone():
    changed = differences("积水两处。\n无人员伤亡。", "积水三处。\n无人员伤亡。\n已布泵。")

    assert [[(p.kind, p.text) for p in pieces] for pieces in changed] == [
        [("same", "积水"), ("removed", "两"), ("added", "三"), ("same", "处。")],
        [("same", "无人员伤亡。")],
        [("added", "已布泵。")],
    ]


def test_text_of_a_paper_is_shown_as_text(drafter, signer, client_of, user_of):
    paper = services.start_approval(drafter, title="<b>标题", text="<script>x</script>", signer=person_of(signer))

    page = client_of("duty").get(reverse("tasks:approval_detail", args=[paper.pk])).content.decode()

    assert "<script>x" not in page and "&lt;script&gt;x" in page


def test_a_town_officer_reaches_no_paper_of_the_bureau(paper, client_of, actor_of):
    client = client_of("town")

    assert client.get(reverse("tasks:approval_detail", args=[paper.pk])).status_code == 404
    assert client.get(f"/api/approvals/{paper.pk}").status_code == 404
    assert paper.title not in client.get(reverse("tasks:approval_list")).content.decode()
    with pytest.raises(NotFound):
        services.consent(paper.pk, actor_of("town"), words="同意")


def test_a_rewritten_paragraph_stands_beside_the_one_it_resembles():
    changed = differences("积水两处，最深30厘米。\n全文删去的一段", "积水三处，最深40厘米。\n新增排水泵车\n毫不相干")

    assert [[p.kind for p in pieces] for pieces in changed] == [
        ["same", "removed", "added", "same", "removed", "added", "same"],
        ["removed"],
        ["added"],
        ["added"],
    ]


def test_the_signer_signs_and_has_no_use_for_a_verbal_consent(to_sign, signer_user, client_of):
    page = client_of(signer_user).get(reverse("tasks:approval_detail", args=[to_sign.pk])).content.decode()

    assert "签发" in page and "登记口头同意" not in page
