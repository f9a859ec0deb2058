"""The daily round: the plan of a shift, visits, findings, spot checks of posts on duty around the clock."""

from datetime import timedelta

import pytest

from anning.accounts.models import Post
from anning.journal.models import Entry
from anning.kernel import clock
from anning.kernel.errors import Conflict, IllegalMove, NotAllowed, NotFound, Refused
from anning.monitoring.models import Datastream, Device, Finding, PatrolRound, SpotCheck
from anning.monitoring.rounds import services
from anning.monitoring.rounds.shifts import shift_of
from anning.registry.models import Enterprise
from tests.duty.conftest import make_post

NOW = clock.now()


@pytest.fixture
def watch(district) -> Post:
    """The post of the centre."""
    return make_post(district.bureau, "监测员")


@pytest.fixture
def firms(district, point):
    """Five watched enterprises, one of them of town B, and one that nobody watches."""
    made = [point.device.enterprise]
    for number in range(2, 6):
        area = district.town_b.area if number == 5 else district.town_a.area
        firm = Enterprise.objects.create(name=f"第{number}化工厂", industry="hazmat", area=area, is_monitored=True)
        device = Device(code=f"SB-{number}", name="数采仪", protocol="hj212", identity=f"MN{number}", enterprise=firm)
        device.derive()
        device.save()
        camera = Datastream(device=device, channel="1", code=f"CAM_{number}", name="视频", kind="camera")
        camera.derive()
        camera.save()
        made.append(firm)
    Enterprise.objects.create(name="无人监测厂", industry="trade", area=district.town_a.area)
    return made


@pytest.fixture
def planned(firms, watch, operator) -> PatrolRound:
    """The round of this shift."""
    since, until = shift_of(NOW)
    return services.plan_round(watch, operator, from_at=since, until_at=until, seed=7)


def test_a_round_holds_every_watched_enterprise_once(planned, firms):
    visits = list(planned.visits.order_by("position"))

    assert sorted(each.enterprise_id for each in visits) == sorted(firm.pk for firm in firms)
    assert [each.position for each in visits] == [1, 2, 3, 4, 5]
    assert Entry.objects.get(kind="patrolround.plan").data["seed"] == 7


def test_a_shift_has_one_round_and_a_stranger_makes_none(planned, watch, operator, actor_of):
    with pytest.raises(Conflict):
        services.plan_round(watch, operator, from_at=planned.from_at, until_at=planned.until_at)
    with pytest.raises(NotAllowed):
        services.plan_round(watch, actor_of("village"), from_at=NOW, until_at=NOW + timedelta(hours=8))


def test_a_finding_becomes_a_row_that_is_mended_once(planned, operator):
    visit = planned.visits.first()
    services.note_visit(visit.pk, operator, result="finding", text="罐区围堰破损")
    found = Finding.objects.get()
    assert (found.enterprise, found.state, found.text) == (visit.enterprise, "open", "罐区围堰破损")

    services.mend_finding(found.pk, operator, measure="已修补")

    found.refresh_from_db()
    assert found.state == "mended" and found.mended_at
    with pytest.raises(IllegalMove):
        services.mend_finding(found.pk, operator, measure="又一次")
    assert "围堰" not in Entry.objects.get(kind="finding.find").body


@pytest.mark.parametrize(("result", "text"), [("", "x"), ("finding", " "), ("blind", ""), ("strange", "x")])
def test_a_visit_without_result_or_words_is_refused(planned, operator, result, text):
    with pytest.raises(Refused):
        services.note_visit(planned.visits.first().pk, operator, result=result, text=text)


def test_nobody_looks_twice_in_one_round_or_beyond_the_own_town(planned, firms, operator, actor_of, district):
    visit = planned.visits.exclude(enterprise=firms[4]).first()
    services.note_visit(visit.pk, operator, result="good")
    with pytest.raises(IllegalMove):
        services.note_visit(visit.pk, operator, result="good")
    foreign = planned.visits.get(enterprise=firms[4])
    with pytest.raises((NotFound, NotAllowed)):
        services.note_visit(foreign.pk, actor_of("town", district.town_a.government), result="good")


def test_only_posts_on_duty_around_the_clock_are_checked(watch, operator, district):
    plain = Post.objects.create(organisation=district.bureau, name="科员")

    with pytest.raises(Refused):
        services.start_checks(operator, post=plain)
    assert services.start_checks(operator, post=watch)[0].due_at - SpotCheck.objects.get().asked_at == timedelta(
        minutes=3
    )


def test_three_minutes_decide_and_the_clock_closes_what_is_silent(watch, operator, district):
    asked = clock.now()
    posts = [watch, *(make_post(district.bureau, name) for name in ("甲岗", "乙岗"))]
    first, second, third = (services.start_checks(operator, post=post, now=asked)[0] for post in posts)
    services.answer_check(first.pk, operator, note="主班接听", now=asked + timedelta(minutes=3))
    services.answer_check(second.pk, operator, now=asked + timedelta(minutes=3, seconds=1))

    assert services.close_late_checks(asked + timedelta(minutes=3)) == 0
    assert services.close_late_checks(asked + timedelta(minutes=4)) == 1

    results = {check.pk: check.result for check in SpotCheck.objects.all()}
    assert results == {first.pk: "answered", second.pk: "late", third.pk: "silent"}
    assert Entry.objects.filter(kind="spotcheck.silent").count() == 1


def test_a_sample_is_drawn_among_such_posts_alone(watch, operator, district):
    for number in range(19):
        make_post(district.bureau, f"值守{number}")
    Post.objects.create(organisation=district.bureau, name="科员")

    checks = services.start_checks(operator, seed=1)

    assert len(checks) == 2 and all(check.post.is_round_the_clock for check in checks)


def test_the_page_plans_notes_and_checks_by_plain_forms(firms, watch, client_of):
    client = client_of("monitor")
    assert "本班还没有巡查计划" in client.get("/rounds/").content.decode()

    client.post("/rounds/plan")
    visit = PatrolRound.objects.get().visits.order_by("position").first()
    client.post(f"/rounds/visit/{visit.pk}", {"result": "good"})
    client.post("/rounds/checks/start", {"post": str(watch.pk)})
    check = SpotCheck.objects.get()
    client.post(f"/rounds/checks/{check.pk}/answer", {"note": "接听"})

    page = client.get("/rounds/").content.decode()
    assert "已完成 1 / 5" in page and "按时应答" in page
    refused = client.post(f"/rounds/visit/{visit.pk + 1}", {"result": "finding"}, follow=True).content.decode()
    assert "没有写明情况" in refused
