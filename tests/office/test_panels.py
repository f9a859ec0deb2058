"""What the office shows on others' pages: only what the viewer may see, and what wants a hand."""

import html
import re
from datetime import timedelta

import pytest

from anning.accounts.models import Appointment, Person, Post
from anning.accounts.services import grant_roles
from anning.kernel import clock, rulebook
from anning.kernel.actor import system
from anning.office import selectors
from anning.office.models import Agreement, Liaison
from tests.district import make_person


def kept(row):
    row.derive()
    row.save()
    return row


@pytest.fixture
def line_of(district):
    """``line_of(town, days)`` makes a line of a town's directory, verified so many days ago."""

    def make(town, days, post="值班室"):
        return kept(
            Liaison(
                unit=town.government,
                post=post,
                line="department",
                matter="信息报送",
                phone="022-6900 0001",
                verified_on=clock.today() - timedelta(days=days),
                area=town.area,
                organisation=town.government,
            )
        )

    return make


@pytest.fixture
def post(district):
    """A post round the clock at town A, held by one, left by another."""
    made = kept(Post(organisation=district.town_a.government, name="值班室值班员", is_round_the_clock=True))
    today = clock.today()
    for name, until in (("在岗的", None), ("离任的", today - timedelta(days=1))):
        person = make_person(district.town_a.government, name)
        Appointment.objects.create(post=made, person=person, since_on=today - timedelta(days=99), until_on=until)
    return made


def test_a_number_is_stale_after_the_days_of_the_rulebook(district, line_of, actor_of):
    days = rulebook.value("LIA-STALE-DAYS")
    line_of(district.town_a, days - 1, "安全员")
    old = line_of(district.town_a, days)

    assert list(selectors.stale_liaisons(actor_of("duty"))) == [old]


def test_a_town_is_reminded_of_its_own_numbers_only(district, line_of, actor_of):
    own = line_of(district.town_a, 900)
    line_of(district.town_b, 900)

    assert list(selectors.stale_liaisons(actor_of("town"))) == [own]


def test_an_agreement_is_thought_of_before_it_ends(district, actor_of):
    soon = clock.today() + timedelta(days=rulebook.value("AGR-REMIND-DAYS"))
    for name, until in (("将到期", soon), ("还早", soon + timedelta(days=1))):
        kept(Agreement(name=name, partner=district.water, line="department", state="signed", until_on=until))

    assert [str(each) for each in selectors.ending_agreements(actor_of("lead"))] == ["将到期"]


def test_the_page_of_a_unit_shows_how_to_reach_it_and_who_is_on_post(district, line_of, post, client_of):
    line_of(district.town_a, 400)
    page = client_of("duty").get(f"/r/organisations/{district.town_a.government.pk}/").content.decode()

    assert "022-6900 0001" in page and "已陈旧" in page
    assert "在岗的" in page and "离任的" not in page


def test_the_page_of_a_post_shows_its_holders_and_that_of_a_person_its_posts(post, client_of):
    duty = client_of("duty")
    held = Person.objects.get(name="在岗的")

    assert "离任的" in duty.get(f"/r/posts/{post.pk}/").content.decode()
    assert "芦台街道 · 值班室值班员" in duty.get(f"/r/people/{held.pk}/").content.decode()


def test_only_who_may_hand_out_a_persons_data_is_led_there(post, client_of):
    held = Person.objects.get(name="在岗的")
    way = f"/people/{held.pk}/data"

    assert way in client_of("admin").get(f"/r/people/{held.pk}/").content.decode()
    assert way not in client_of("duty").get(f"/r/people/{held.pk}/").content.decode()


def test_the_home_of_the_duty_officer_counts_what_wants_a_hand(district, line_of, client_of):
    line_of(district.town_a, 900)
    page = client_of("duty").get("/duty").content.decode()

    assert "台账提醒" in page and "verified_on_max=" in page


def test_the_count_leads_to_just_these_rows(district, line_of, client_of):
    line_of(district.town_a, 900)
    line_of(district.town_b, 1)
    page = client_of("duty").get(f"/r/liaisons/?verified_on_max={selectors.stale_before()}").content.decode()

    assert "芦台街道" in page and "潘庄镇</a>" not in page


def test_an_account_leads_to_the_desk_of_the_security_administrator(client_of, user_of):
    user = user_of("duty")

    assert f"/security/users/{user.pk}" in client_of("security").get(f"/r/users/{user.pk}/").content.decode()


def test_the_page_of_an_account_says_which_roles_were_granted(client_of, user_of):
    user = user_of("duty")
    grant_roles(user.pk, ["supervisor"], system("accounts.grant_role"))

    assert "supervisor" in client_of("security").get(f"/r/users/{user.pk}/").content.decode()


@pytest.mark.parametrize(("role", "home"), [("security", "/admin"), ("duty", "/duty"), ("town", "/m")])
def test_each_number_of_a_home_leads_to_just_its_rows(client_of, user_of, district, line_of, role, home):
    user_of("village").roles.clear()
    user_of("member", must_change_password=True)
    user_of("member", is_demo=True)
    line_of(district.town_a, days=900)
    Post.objects.create(organisation=district.town_a.government, name="夜间值班岗", is_round_the_clock=True)
    Post.objects.create(organisation=district.town_a.government, name="白班岗")
    client = client_of(role)

    shown = re.findall(r'<a [^>]*href="(/r/[^"]+)"><b>(\d+)</b>', client.get(home).content.decode())

    assert len(shown) >= 3
    wrong = [
        (url, count, listed)
        for url, count in shown
        if (listed := re.search(r"共 (\d+) 条", client.get(html.unescape(url)).content.decode()).group(1)) != count
    ]
    assert not wrong


def test_the_vacant_posts_of_a_home_are_listed_whole(client_of, district):
    Post.objects.create(organisation=district.bureau, name="夜间值班岗", is_round_the_clock=True)
    Post.objects.create(organisation=district.bureau, name="白班岗")
    client = client_of("duty")

    listed = client.get("/r/posts/?only=vacant").content.decode()

    assert 'href="/r/posts/?only=vacant"' in client.get("/duty").content.decode()
    assert "夜间值班岗" in listed and "白班岗" not in listed and "今天无人任职" in listed
