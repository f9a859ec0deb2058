"""Moving people by a list: started, marked household by household, closed, started again; printed with masked names."""

from datetime import timedelta

import pytest

from anning.journal.models import Entry
from anning.journal.personal import resolve
from anning.kernel import clock
from anning.kernel.errors import IllegalMove, NotAllowed, NotFound, Refused
from anning.registry.models import EvacuationLine, EvacuationList
from anning.registry.selectors.evacuation import counts, said
from anning.registry.services import evacuation
from anning.ui.records import services
from anning.ui.records.register import find


@pytest.fixture
def homes(made, district):
    """Three households of the village: two, three and no people in them."""
    village = district.town_a.villages[0]
    made("households", code="别村", area=district.town_a.villages[1], people=7)
    return [
        made(
            "households", code=f"H{number}", area=village, address=f"{number}号", people=people, key_people=number == 1
        )
        for number, people in enumerate((2, 3, 0), 1)
    ]


@pytest.fixture
def plan(made, district, homes):
    """The list of the village, with nobody on it yet."""
    return made("evacuation-lists", name="洪水转移", hazard="flood", area=district.town_a.villages[0],
                trigger="水位达到4.5米（大沽）", organiser="村党支部书记", organiser_phone="022-6900 0009")  # fmt: skip


@pytest.fixture
def running(plan, officer):
    """The same list in use."""
    return evacuation.start_evacuation(plan.pk, officer)


def tally(found):
    return {each.state or "all": (each.households, each.people) for each in counts(found)}


def line(found, code):
    return found.lines.get(household__code=code)


def test_an_empty_list_takes_all_of_its_village(running):
    assert running.state == EvacuationList.State.RUNNING and running.started_at
    assert tally(running) == {"all": (3, 5), "moved": (0, 0), "refused": (0, 0), "missing": (0, 0), "due": (3, 5)}


def test_a_list_with_chosen_households_takes_no_others(plan, made, homes, officer):
    made("evacuation-lines", list=plan, household=homes[1])
    evacuation.start_evacuation(plan.pk, officer)

    assert tally(plan)["all"] == (1, 3)


def test_households_are_marked_and_counted(running, officer):
    keys = [line(running, "H1").pk, line(running, "H3").pk]
    assert evacuation.mark_evacuation(running.pk, keys, "moved", officer) == 2
    assert evacuation.mark_evacuation(running.pk, [line(running, "H2").pk], "refused", officer, note="要守鱼塘") == 1

    assert tally(running) == {"all": (3, 5), "moved": (2, 2), "refused": (1, 3), "missing": (0, 0), "due": (0, 0)}
    refused = line(running, "H2")
    assert refused.marked_at and refused.note == "要守鱼塘"
    entry = Entry.objects.get(kind="evacuationline.mark", subject=refused.subject)
    assert entry.data["changes"]["state"] == ["due", "refused"]
    assert "鱼塘" not in entry.body and resolve(entry.data)["changes"]["note"] == ["", "要守鱼塘"]


def test_a_mark_is_taken_back(running, officer):
    key = line(running, "H1").pk
    evacuation.mark_evacuation(running.pk, [key], "missing", officer)
    evacuation.mark_evacuation(running.pk, [key], "due", officer)

    assert line(running, "H1").marked_at is None and tally(running)["due"] == (3, 5)


def test_the_same_mark_twice_changes_nothing(running, officer):
    key = line(running, "H1").pk
    assert evacuation.mark_evacuation(running.pk, [key], "moved", officer) == 1
    assert evacuation.mark_evacuation(running.pk, [key], "moved", officer) == 0


@pytest.mark.parametrize(("state", "keys"), [("flown", True), ("moved", False)])
def test_what_makes_no_sense_is_refused(running, officer, state, keys):
    with pytest.raises(Refused):
        evacuation.mark_evacuation(running.pk, [line(running, "H1").pk] if keys else [], state, officer)


def test_starting_again_makes_all_due_and_keeps_the_round_before_in_the_journal(running, officer, homes):
    evacuation.mark_evacuation(running.pk, [line(running, "H1").pk], "moved", officer, note="已到学校")
    with pytest.raises(IllegalMove):
        evacuation.start_evacuation(running.pk, officer)
    evacuation.close_evacuation(running.pk, officer)
    with pytest.raises(IllegalMove):
        evacuation.mark_evacuation(running.pk, [line(running, "H1").pk], "moved", officer)

    again = evacuation.start_evacuation(running.pk, officer)

    assert tally(again)["due"] == (3, 5) and line(again, "H1").note == "" and again.closed_at is None
    closed, started = Entry.objects.get(kind="evacuationlist.close"), Entry.objects.filter(kind="evacuationlist.start")
    assert "已转 1 户 2 人" in closed.data["note"] and closed.data["note"] == started.last().data["note"]


def test_a_list_of_a_village_without_households_cannot_be_used(made, district, officer):
    empty = made("evacuation-lists", name="空册", hazard="wind", area=district.town_b.villages[0], trigger="大风",
                 organiser="书记")  # fmt: skip
    with pytest.raises(Refused):
        evacuation.start_evacuation(empty.pk, officer)


def test_the_village_marks_but_the_town_starts(running, actor_of, district):
    village, key = actor_of("village"), line(running, "H1").pk

    assert evacuation.mark_evacuation(running.pk, [key], "moved", village) == 1
    with pytest.raises(NotAllowed):
        evacuation.close_evacuation(running.pk, village)
    other = actor_of("village", district.town_b.committees[0])
    with pytest.raises(NotFound):
        evacuation.mark_evacuation(running.pk, [key], "moved", other)
    evacuation.close_evacuation(running.pk, actor_of("town"))


def test_a_line_takes_as_many_people_as_live_there(plan, made, homes):
    assert made("evacuation-lines", list=plan, household=homes[1]).people == 3


def test_an_edited_result_takes_its_time(running, officer):
    before = clock.now() - timedelta(seconds=1)
    changed = services.change(find("evacuation-lines"), officer, line(running, "H2").pk, {"state": "moved"})

    assert changed.marked_at >= before


def test_the_page_counts_and_marks_without_javascript(running, client_of):
    client, url = client_of("village"), f"/evacuation/{running.pk}/"
    one, two = line(running, "H1").pk, line(running, "H2").pk

    assert "登记" in client.get(url).content.decode()
    assert client.post(f"{url}mark", {"one": f"{one}:moved"}).status_code == 302
    assert client.post(f"{url}mark", {"key": [two], "state": "missing", "filter": "due"})["Location"].endswith(
        "?state=due"
    )
    page = client.get(f"{url}?state=missing").content.decode()
    assert f'data-row="{two}"' in page and f'data-row="{one}"' not in page
    assert tally(running)["moved"] == (1, 2)
    assert "/start" not in page and "/close" not in page


def test_the_page_starts_and_closes(plan, client_of):
    client, url = client_of("duty"), f"/evacuation/{plan.pk}/"

    assert "启用名册" in client.get(url).content.decode()
    assert client.post(f"{url}start").status_code == 302
    assert client.post(f"{url}start").status_code == 409
    assert client.post(f"{url}close").status_code == 302
    assert "重新启用" in client.get(url).content.decode()


def test_names_are_printed_masked_or_for_a_reason(running, made, homes, client_of):
    made("residents", household=homes[0], name="易守望", need="alone")
    client, url = client_of("duty"), f"/evacuation/{running.pk}/names"

    assert "易**" in client.get(url).content.decode() and "易守望" not in client.get(url).content.decode()
    assert client.post(url, {"reason": " "}).status_code == 422
    page = client.post(url, {"reason": "上门通知"}).content.decode()
    assert "易守望" in page and "独居老人" in page and "签字" in page
    entry = Entry.objects.get(kind="evacuationlist.print")
    assert entry.data["rows"] == 3 and "上门通知" not in entry.body


def test_who_may_not_reveal_prints_no_names(running, made, homes, actor_of, client_of):
    made("residents", household=homes[0], name="易守望")
    client, url = client_of("monitor"), f"/evacuation/{running.pk}/names"

    assert client.post(url, {"reason": "上门通知"}).status_code == 403
    assert "显示完整姓名" not in client.get(url).content.decode()


def test_the_counts_are_said_in_one_line(running):
    assert said(counts(running)).startswith("应转 3 户 5 人；已转 0 户 0 人")


def test_the_record_shows_how_it_stands(running, client_of):
    page = client_of("duty").get(f"/r/evacuation-lists/{running.pk}/").content.decode()

    assert f"/evacuation/{running.pk}/" in page and "转移情况" in page
    assert EvacuationLine.objects.count() == 3
