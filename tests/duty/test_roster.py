"""Who is on duty: by the roster, at any moment, inside one's own scope."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anning.accounts.models import Appointment, Post
from anning.duty import selectors
from anning.duty.models import Shift
from anning.kernel import clock
from anning.kernel.errors import NotAllowed, Refused
from anning.ui.records import services
from anning.ui.records.register import find
from tests.district import District, make_person
from tests.duty.conftest import make_post
from tests.registers import RegisterTests

MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


class TestShifts(RegisterTests):
    register = "shifts"
    change = ("note", "与中班对调")

    def make(self, district: District, number: int) -> dict[str, Any]:
        post = Post.objects.filter(name="芦台镇街值守台").first() or make_post(
            district.town_a.government, "芦台镇街值守台"
        )
        return {
            "post": post,
            "person": make_person(district.town_a.government, f"值守员{number}"),
            "from_at": MORNING + timedelta(days=number),
            "until_at": MORNING + timedelta(days=number, hours=9),
            "note": f"第{number}班",
        }


def test_who_runs_now_is_on_and_the_end_belongs_to_the_next(post, shift_of):
    first = shift_of(post, 0, 9, at=MORNING)
    second = shift_of(post, 9, 24, at=MORNING)
    turn = MORNING + timedelta(hours=9)

    assert selectors.on_post(post, MORNING) == [first.person]
    assert selectors.on_post(post, turn - timedelta(seconds=1)) == [first.person]
    assert selectors.on_post(post, turn) == [second.person]


def test_the_leader_comes_before_main_and_deputy(post, shift_of):
    deputy, leader, main = (shift_of(post, -1, 1, part=part) for part in ("3_deputy", "1_leader", "2_main"))

    assert selectors.on_post(post) == [leader.person, main.person, deputy.person]


def test_a_post_without_roster_is_answered_by_its_holders(post):
    holder = make_person(post.organisation)
    Appointment.objects.create(post=post, person=holder, since_on=clock.today() - timedelta(days=1))

    assert selectors.on_post(post) == [holder]
    assert not selectors.uncovered_posts(Post.objects.all()).exists()


def test_a_gap_in_the_roster_is_named(post, shift_of):
    shift_of(post, -9, -1)

    assert selectors.uncovered_posts(Post.objects.all()).get() == post


def test_who_left_is_on_no_shift(post, shift_of):
    gone = shift_of(post, -1, 1).person
    gone.is_active = False
    gone.save()

    assert selectors.on_post(post) == [] and list(selectors.uncovered_posts(Post.objects.all())) == [post]


@pytest.mark.parametrize(("from_h", "until_h", "field"), [(5, 5, "until_at"), (5, 4, "until_at"), (8, 20, "person")])
def test_a_shift_that_cannot_be_is_refused_at_its_field(post, shift_of, actor_of, from_h, until_h, field):
    kept = shift_of(post, 0, 9, at=MORNING)
    values = {"post": post, "person": kept.person, "part": "2_main"}
    times = {"from_at": MORNING + timedelta(hours=from_h), "until_at": MORNING + timedelta(hours=until_h)}

    with pytest.raises(Refused) as caught:
        services.create(find("shifts"), actor_of("duty"), values | times)
    assert field in caught.value.fields and Shift.objects.count() == 1


def test_a_town_sees_its_own_roster_and_writes_no_other(district, shift_of, actor_of):
    own, other = (make_post(town.government, "镇街值班室") for town in (district.town_a, district.town_b))
    mine, theirs = shift_of(own, -1, 1), shift_of(other, -1, 1)
    officer = actor_of("town", district.town_a.government)

    assert list(selectors.visible_shifts(officer)) == [mine]
    times = {"from_at": MORNING, "until_at": MORNING + timedelta(hours=1)}
    with pytest.raises((NotAllowed, Refused)):
        services.create(find("shifts"), officer, {"post": other, "person": theirs.person, "part": "2_main"} | times)


def test_the_home_names_who_is_on_and_where_nobody_is(post, shift_of, client_of):
    on, empty = shift_of(post, -1, 1), make_post(post.organisation, "传真值守台")
    shift_of(empty, -9, -2)

    page = client_of("monitor").get("/monitor").content.decode()

    assert on.person.name in page and "022-6900 1234" in page
    assert "传真值守台" in page and "无人当班" in page


def test_the_page_of_a_post_says_who_is_on_and_who_comes(post, shift_of, client_of):
    on, coming = shift_of(post, -1, 1), shift_of(post, 1, 9)

    page = client_of("duty").get(f"/r/posts/{post.pk}/").content.decode()

    assert on.person.name in page and coming.person.name in page and "下一班" in page
