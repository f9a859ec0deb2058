"""How many questions a page asks the database: the same for one row and for a hundred, and never more than pinned."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anning.delivery.services import send_message
from anning.tasks.services import assign_task
from anning.ui.records.register import every
from tests.samples import make_row

MANY = 30
# Pinned: who makes a page ask more must change the number here and say why. A record asks once for its files; a village
# asks for its numbers, contacts, lists and key people, an enterprise for who answers for it and what lies around it.
# The duty home asks how alarms, points and shifts stand; the search box looks among alarms, devices and points too.
LIST, DETAIL, HOME, SEARCH, PAGE = 22, 36, 62, 46, 32


def asked(client, url):
    """Return how many queries the page takes, once everything that is cached is warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200, url
    return len(queries)


@pytest.fixture
def officer(user_of):
    return user_of("duty")


@pytest.fixture
def client(client_of, officer):
    return client_of(officer)


REGISTERS = [pytest.param(each, id=each.name) for each in every() if each.name not in {"users", "roles"}]


@pytest.mark.parametrize("register", REGISTERS)
def test_a_list_asks_the_same_for_one_row_and_for_many(register, client, district):
    make_row(register.model, "甲", district.town_a.government)
    few = asked(client, f"/r/{register.name}/")
    for number in range(MANY):
        make_row(register.model, f"乙{number}", (district.town_a, district.town_b)[number % 2].government)

    many = asked(client, f"/r/{register.name}/?per_page=100")

    assert many <= few <= LIST


@pytest.mark.parametrize("register", REGISTERS)
def test_a_detail_page_asks_little(register, client, district):
    row = make_row(register.model, "甲", district.town_a.government)

    assert asked(client, f"/r/{register.name}/{row.pk}/") <= DETAIL


def busy(actor, person, number):
    """Give the person something to do and to read."""
    assign_task(actor, title=f"核实积水{number}", to=person)
    send_message(actor, title=f"通知{number}", body="请知悉", to=[person])


@pytest.mark.parametrize(("url", "most"), [("/duty", HOME), ("/todo", PAGE), ("/bell", PAGE), ("/messages/", PAGE)])
def test_a_home_asks_the_same_for_one_thing_and_for_many(url, most, client, officer, actor_of):
    giver = actor_of("section")
    busy(giver, officer.person, 0)
    few = asked(client, url)
    for number in range(1, 12):
        busy(giver, officer.person, number)

    many = asked(client, url)

    assert many <= few + 1 and many <= most


def test_the_search_box_asks_once_for_each_source(client, district):
    make_row(type(district.water), "甲", district.town_a.government)
    few = asked(client, "/search?q=甲")
    for number in range(MANY):
        make_row(type(district.water), f"甲{number}", district.town_a.government)

    assert asked(client, "/search?q=甲") <= few <= SEARCH
