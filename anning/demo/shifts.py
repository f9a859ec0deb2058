"""Who is on watch: two shifts a day at the centre and in the duty rooms; some shifts are forgotten."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from anning.accounts.models import Organisation, Person, Post
from anning.demo.sheets import add_missing
from anning.demo.staff import Staff
from anning.duty.models import Shift
from anning.kernel import clock

KINDS = (Organisation.Kind.GOVERNMENT, Organisation.Kind.TOWN, Organisation.Kind.PARK)
DAYS_BEFORE, DAYS_AFTER = 7, 14
TURNS = (time(8, 30), time(17, 30))
FORGOTTEN_EVERY = 83  # a perfect roster is a fake
PARTS = {"带班领导": Shift.Part.LEADER, "副班": Shift.Part.DEPUTY}


def add_shifts(staff: Staff) -> None:
    """Write the roster of the posts around the clock from a week ago to a fortnight from now."""
    units = Organisation.objects.filter(kind__in=KINDS).values_list("pk", flat=True)
    seats = set(units)
    posts = [post for post in staff.posts.values() if post.is_round_the_clock and post.organisation_id in seats]
    holders = {(post.organisation_id, post.name): _holders(staff, post) for post in posts}
    rows = (shift for post in posts for shift in _roster(post, holders[post.organisation_id, post.name]))
    add_missing(
        (row for number, row in enumerate(rows, 1) if number % FORGOTTEN_EVERY),
        lambda row: (row.post_id, row.person_id, row.from_at),
    )


def _holders(staff: Staff, post: Post) -> list[Person]:
    found = [
        (number, person)
        for (unit, name, number), person in staff.people.items()
        if (unit, name) == (post.organisation_id, post.name) and person.is_active
    ]
    return [person for _number, person in sorted(found, key=lambda pair: pair[0])]


def _roster(post: Post, people: list[Person]) -> Iterator[Shift]:
    """Yield the shifts of one post, its holders in turn."""
    if not people:
        return
    today = clock.today()
    part = next((part for word, part in PARTS.items() if word in post.name), Shift.Part.MAIN)
    for shift in range(-2 * DAYS_BEFORE, 2 * DAYS_AFTER):
        day, turn = today + timedelta(days=shift // 2), shift % 2
        since = datetime.combine(day, TURNS[turn], clock.ZONE)
        until = datetime.combine(day + timedelta(days=turn), TURNS[1 - turn], clock.ZONE)
        yield Shift(post=post, person=people[shift % len(people)], part=part, from_at=since, until_at=until)
