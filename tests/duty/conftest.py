"""Posts on duty around the clock, and people for them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from anning.accounts.models import Organisation, Post
from anning.duty.models import Shift
from anning.kernel import clock
from tests.district import District, make_person

ShiftOf = Callable[..., Shift]


def make_post(unit: Organisation, name: str) -> Post:
    """Make a post on duty around the clock."""
    post = Post(organisation=unit, name=name, is_round_the_clock=True, phone="022-6900 1234")
    post.derive()
    post.save()
    return post


@pytest.fixture
def post(district: District) -> Post:
    """The seat of the monitoring centre."""
    return make_post(district.bureau, "安防网监测员")


@pytest.fixture
def shift_of() -> ShiftOf:
    """``shift_of(post, -1, 7)`` rosters a new person from one hour before now until seven after."""

    def make(post: Post, from_h: float, until_h: float, *, at: datetime | None = None, **facts: object) -> Shift:
        now = at or clock.now()
        person = facts.pop("person", None) or make_person(post.organisation)
        return Shift.objects.create(
            post=post,
            person=person,
            from_at=now + timedelta(hours=from_h),
            until_at=now + timedelta(hours=until_h),
            **facts,
        )

    return make
