"""Residents: masked, found by the whole name only, counted in their household, erased for good."""

import io
from dataclasses import replace

import pytest

from anning.accounts.models import Erasure
from anning.accounts.selectors import actor_for, scoped
from anning.journal.models import Entry, PersonalValue
from anning.journal.reactor import hear_all
from anning.journal.sealer import seal
from anning.journal.verification import verify
from anning.kernel.errors import NotAllowed, Refused
from anning.registry.models import Household, Resident
from anning.registry.selectors import enterprises, questions
from anning.registry.services.erasure import ERASED, erase_resident, erase_responsible
from anning.ui.attachments import services as attachments
from anning.ui.models import Attachment
from anning.ui.records import resources, services
from anning.ui.records.register import find


@pytest.fixture
def resident(made, household):
    """Somebody who lives alone in the household."""
    return made("residents", household=household, name="易守望", mobile="13900001234", need="alone", birth_year=1940)


def counts(household):
    household.refresh_from_db()
    return household.people, household.key_people


def test_a_household_counts_its_residents_on_every_change(made, household, resident, officer, district):
    register = find("residents")
    assert counts(household) == (1, 1)

    child = made("residents", household=household, name="易小满")
    assert counts(household) == (2, 1)
    services.change(register, officer, child.pk, {"need": "child"})
    assert counts(household) == (2, 2)
    other = made("households", code="H2", area=district.town_a.villages[1])
    services.change(register, officer, child.pk, {"household": other})
    assert (counts(household), counts(other)) == ((1, 1), (1, 1))
    entry = services.delete(register, officer, child.pk, reason="迁出")
    assert counts(other) == (0, 0)
    services.restore(register, officer, entry)
    assert counts(other) == (1, 1)


def test_a_number_typed_over_known_residents_gives_way(household, resident, officer):
    services.change(find("households"), officer, household.pk, {"people": 9, "address": "改"})

    assert counts(household) == (1, 1)


def test_a_household_without_known_residents_keeps_the_number_that_was_said(household):
    assert counts(household) == (3, 0)


def test_the_list_masks_and_the_whole_name_finds(resident, client_of):
    client = client_of("duty")

    for query in ("", "?q=易守望", "?q=13900001234"):
        page = client.get(f"/r/residents/{query}").content.decode()
        assert f'data-row="{resident.pk}"' in page and "139****1234" in page
    for query in ("易守", "1390000", "守望"):
        assert f'data-row="{resident.pk}"' not in client.get(f"/r/residents/?q={query}").content.decode()


def test_the_page_of_the_household_masks_its_residents(resident, client_of):
    page = client_of("duty").get(f"/r/households/{resident.household_id}/").content.decode()

    assert "易**" in page and "易守望" not in page and "独居老人" in page


def test_a_village_sees_its_own_people_only(made, resident, district, actor_of):
    village = actor_of("village")
    far = made("households", code="H3", area=district.town_a.villages[1])
    stranger = made("residents", household=far, name="别村人")

    assert services.change(find("residents"), village, resident.pk, {"need": "ill"}).need == "ill"
    assert stranger in Resident.objects.all()
    assert set(scoped(Resident.objects.all(), village)) == {resident}
    assert set(scoped(Household.objects.all(), village)) == {resident.household}


def test_residents_follow_their_area_when_its_code_changes(resident, district, officer):
    village = district.town_a.villages[0]
    services.change(find("areas"), officer_of_areas(officer), village.pk, {"code": "120117001299"})
    seal()
    hear_all()

    resident.refresh_from_db()
    assert resident.area_code == Household.objects.get(pk=resident.household_id).area_code == "120117001299"


def officer_of_areas(officer):
    """The same, with the right to change areas, which belongs to the system administrator."""
    return replace(officer, permissions=officer.permissions | {"accounts.change_area"})


def test_erasing_a_resident_leaves_a_row_without_a_person(resident, officer, household):
    services.change(find("residents"), officer, resident.pk, {"mobile": "13900005678"})
    erase_resident(resident.pk, officer, reason="本人申请")
    while seal():
        pass

    resident.refresh_from_db()
    assert (resident.name, resident.mobile, resident.birth_year, resident.need) == (ERASED, "", None, "none")
    assert counts(household) == (1, 0)
    assert not PersonalValue.objects.filter(key__subject=resident.subject).exists()
    assert Erasure.objects.filter(subject=resident.subject).exists()
    assert Entry.objects.get(kind="resident.erase").subject == resident.subject
    assert verify().broken is None


def test_erasing_a_resident_takes_the_files_beside_it_and_its_name_from_others(resident, officer, household):
    for register, row, name in (("residents", resident, "证明.txt"), ("households", household, f"{resident.name}.txt")):
        attachments.add(find(register), officer, row.pk, name=name, file=io.BytesIO(name.encode()))

    erase_resident(resident.pk, officer, reason="本人申请")

    assert list(Attachment.all_objects.values_list("name", flat=True)) == ["×××.txt"]


@pytest.mark.parametrize("reason", ["", "  ", "易守望本人申请"])
def test_an_erasure_needs_a_reason_that_names_nobody(resident, officer, reason):
    with pytest.raises(Refused):
        erase_resident(resident.pk, officer, reason=reason)


def test_an_erasure_is_done_once_and_not_by_everybody(resident, officer, actor_of):
    with pytest.raises(NotAllowed):
        erase_resident(resident.pk, actor_of("village"), reason="本人申请")
    erase_resident(resident.pk, officer, reason="本人申请")
    with pytest.raises(Refused):
        erase_resident(resident.pk, officer, reason="本人申请")


def test_the_page_leads_to_the_erasure_and_the_erasure_back(resident, client_of):
    client = client_of("duty")
    way = f"/residents/{resident.pk}/erase"

    assert way in client.get(f"/r/residents/{resident.pk}/").content.decode()
    assert way not in client_of("village").get(f"/r/residents/{resident.pk}/").content.decode()
    assert client.get(way).status_code == 200
    assert client.post(way, {"reason": ""}).status_code == 422
    assert client.post(way, {"reason": "目的已实现"}).status_code == 302
    assert way not in client.get(f"/r/residents/{resident.pk}/").content.decode()


def test_an_erased_first_person_counts_as_missing(made, enterprise, officer):
    person = made("responsible", enterprise=enterprise, role="legal", name="王守一", mobile="13900001234")
    erase_responsible(person.pk, officer, reason="离职")

    person.refresh_from_db()
    assert (person.name, person.mobile, person.name_index != "") == (ERASED, "", True)
    first, _others = enterprises.answerable(enterprise, officer)
    assert [each.is_missing for each in first] == [True, True, True]
    assert enterprise in questions.without_first_persons(type(enterprise).objects.all())


def test_an_import_finds_a_household_among_very_many_by_its_code(household, officer, user_of, monkeypatch):
    monkeypatch.setattr(resources, "MOST_INDEXED", 0)
    register = find("residents")
    resource = resources.resource_of(register, actor_for(user_of("duty")), update=False)

    assert resource.fields["household"].clean({"住户": household.code}) == household
    with pytest.raises(ValueError, match="没有找到"):
        resource.fields["household"].clean({"住户": "不在"})
