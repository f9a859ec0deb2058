"""The demo district rings true: official places, invented people, books with gaps."""

import re
from datetime import timedelta

import pytest

from anning.accounts.models import Appointment, Area, Membership, Organisation, Person, Post, Role, User
from anning.accounts.selectors import actor_for, people_on, scoped
from anning.demo import PASSWORD
from anning.demo.services import load_demo
from anning.demo.sheets import read_sheet
from anning.journal.models import Entry
from anning.kernel import clock
from anning.office.models import Agreement, Document, Liaison

pytestmark = pytest.mark.usefixtures("demo")
MOBILE, LANDLINE = re.compile(r"1990000\d{4}"), re.compile(r"022-690[01] \d{4}")


def test_every_town_has_a_government_and_every_village_a_committee():
    towns = Area.objects.filter(level="town").exclude(kind="园区")
    villages = Area.objects.filter(level="village").exclude(kind="园区社区")

    assert (towns.count(), villages.count()) == (15, 310)
    assert not towns.exclude(organisation__kind="town").exists()
    assert not villages.exclude(organisation__kind="village").exists()


def test_every_area_lies_under_the_one_its_code_names():
    for area in Area.objects.exclude(level="district").select_related("parent"):
        assert area.parent and area.code.startswith(area.parent.code), area.code


def test_the_paths_of_units_follow_the_tree():
    for unit in Organisation.objects.select_related("parent"):
        above = unit.parent.path if unit.parent else "/"
        assert unit.path == f"{above}{unit.pk:07}/"


def test_the_safety_committee_has_its_58_members_each_with_a_line_in_the_directory():
    members = Organisation.objects.filter(is_committee_member=True)

    assert members.count() == 58
    assert not members.exclude(liaisons__post="安委会联络员").exists()


def test_each_of_the_75_units_has_posts_people_and_a_line_in_the_directory():
    members = Organisation.objects.filter(is_committee_member=True)
    units = members | Organisation.objects.filter(kind__in=("town", "park"))

    assert units.count() == 58 + 15 + 2
    assert not units.filter(posts=None).exists() and not units.filter(people=None).exists()
    assert not units.filter(liaisons=None).exists()


def test_every_village_has_a_post_for_disaster_information_and_a_few_are_vacant():
    posts = Post.objects.filter(name="灾害信息员")
    vacant = [post for post in posts if not people_on(post)]

    assert posts.count() == 310
    assert 0 < len(vacant) < 31


def test_leaders_are_posts_without_a_persons_name():
    for name in ("镇街主要负责人", "分管副区长", "指挥长"):
        posts = Post.objects.filter(name=name)
        assert posts.exists() and not Appointment.objects.filter(post__in=posts).exists()


def test_every_telephone_is_invented():
    mobiles = [person.mobile for person in Person.objects.all() if person.mobile]
    landlines = [unit.duty_phone for unit in Organisation.objects.exclude(duty_phone="")]
    landlines += Liaison.objects.values_list("phone", flat=True)

    assert len(mobiles) > 400 and len(set(mobiles)) == len(mobiles)
    assert all(map(MOBILE.fullmatch, mobiles))
    assert all(map(LANDLINE.fullmatch, landlines))


def test_nobody_has_an_invented_identity_number():
    assert not any(person.id_number for person in Person.objects.all())


def test_the_books_have_their_gaps():
    year_ago = clock.today() - timedelta(days=365)

    assert Liaison.objects.filter(verified_on__lt=year_ago).exists()
    assert Liaison.objects.filter(verified_on=None).exists()
    assert Agreement.objects.filter(state="expired").exists() and Agreement.objects.filter(state="draft").exists()
    assert Person.objects.filter(is_active=False).exists()
    assert Membership.objects.filter(until_on__lt=clock.today()).exists()


def test_documents_say_how_sure_their_facts_are():
    documents = Document.objects.all()

    assert documents.count() == len(read_sheet("documents")) > 60
    assert not documents.exclude(source__contains="核对").exists()
    assert all(d.issued_on <= d.in_force_on for d in documents if d.issued_on and d.in_force_on)


def test_there_is_one_account_per_role_that_must_change_its_password():
    users = User.objects.filter(is_demo=True)

    assert {role.code for user in users for role in user.roles.all()} == set(
        Role.objects.values_list("code", flat=True)
    )
    assert all(user.check_password(PASSWORD) and user.must_change_password for user in users)


def test_the_town_officer_sees_the_own_town_only():
    officer = actor_for(User.objects.get(username="town"))
    people = scoped(Person.objects.all(), officer)

    assert people.exists()
    assert all(code.startswith("120117110") for code in people.values_list("organisation__area__code", flat=True))
    assert scoped(Liaison.objects.all(), officer).exists()


def test_initials_find_the_places_that_everybody_looks_for():
    assert Area.objects.get(initials__startswith="ltjd").name == "芦台街道"
    assert Area.objects.get(initials__startswith="rfz").name == "任凤庄村"


def test_loading_is_journaled_once_without_any_name():
    bodies = "".join(Entry.objects.values_list("body", flat=True))

    assert Entry.objects.filter(kind="demo.load").count() == 1
    assert Entry.objects.filter(kind="user.create").count() == User.objects.count()
    assert not any(name in bodies for name in Person.objects.values_list("name", flat=True))


def test_a_second_loading_changes_nothing(loaded):
    entries = Entry.objects.count()
    again = load_demo()

    assert (again.rows, again.accounts) == (0, 0) and loaded.rows > 1500
    assert Entry.objects.count() == entries


def test_somebody_is_on_watch_at_the_centre_and_in_the_duty_rooms(demo):
    from anning.duty.models import Shift
    from anning.duty.selectors import on_post, shifts_at, uncovered_posts

    centre = Post.objects.get(organisation__short_name="安防网中心", name="监测员")

    assert on_post(centre) and shifts_at().values("post").distinct().count() >= 15
    assert Shift.objects.filter(post=centre).values("person").distinct().count() >= 2
    assert uncovered_posts(Post.objects.all()).count() <= 3
