"""One enterprise one file: no second file of the same firm, and its page names what is missing."""

from datetime import date, timedelta

import pytest

from anning.kernel import clock, rulebook
from anning.kernel.errors import NotAllowed, Refused
from anning.registry.logic import are_alike, bare_name
from anning.registry.models import Enterprise
from anning.registry.selectors import questions
from anning.ui.records import services
from anning.ui.records.register import every, find
from tests.registry.conftest import credit_code


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("天津芦台某某化工有限公司", "芦台某某化工有限责任公司", True),
        ("芦台某某化工（有限）公司", "芦台某某化工公司", True),
        ("芦台庆丰加油站", "芦台庆峰加油站", True),  # the same sound
        ("芦台庆丰加油站", "芦台庆丰加气站", False),
        ("芦台一号库", "芦台二号库", False),
        ("有限公司", "公司", False),  # nothing that tells them from others
    ],
)
def test_two_spellings_of_one_name_are_noticed(one, other, is_alike):
    assert are_alike(one, other) is is_alike


def test_brackets_and_signs_do_not_make_another_name():
    assert bare_name("芦台·某某（宁河）化工有限公司") == bare_name("芦台某某化工")


def test_a_code_that_is_taken_names_who_has_it(made, enterprise, district):
    with pytest.raises(Refused) as caught:
        made("enterprises", name="另一家", industry="trade", area=district.town_b.area, credit_code=credit_code(1))
    assert "芦台某某化工有限公司" in caught.value.fields["credit_code"]


def test_a_code_with_a_wrong_check_sign_is_refused(made, district):
    with pytest.raises(Refused) as caught:
        made("enterprises", name="甲", industry="trade", area=district.town_a.area, credit_code="91120117MA00000000")
    assert "校验位" in caught.value.fields["credit_code"]


def test_another_spelling_in_the_same_town_is_a_question_that_can_be_answered(made, enterprise, district):
    facts = {"name": "天津芦台某某化工公司", "industry": "hazmat", "area": district.town_a.villages[1]}

    with pytest.raises(Refused) as caught:
        made("enterprises", **facts)
    assert "芦台某某化工有限公司" in caught.value.fields["name"] and "确认不是重复登记" in caught.value.fields["name"]
    assert made("enterprises", **facts, is_distinct=True).pk


def test_another_town_or_another_code_is_another_firm(made, enterprise, district):
    alike = {"name": "天津芦台某某化工公司", "industry": "hazmat"}

    made("enterprises", **alike, area=district.town_b.area)
    made("enterprises", **alike, area=district.town_a.area, credit_code=credit_code(2))
    assert Enterprise.objects.count() == 3


def test_an_enterprise_lies_somewhere(made):
    with pytest.raises(Refused) as caught:
        made("enterprises", name="甲", industry="trade", credit_code=credit_code(3))
    assert "area" in caught.value.fields


@pytest.fixture
def own(made, district):
    """The file of the enterprise in which the safety officer of the tests works."""
    return made("enterprises", name="自己的企业", industry="gas", area=district.town_a.area,
                organisation=district.town_a.enterprise, credit_code=credit_code(4))  # fmt: skip


def test_an_enterprise_keeps_its_own_telephone_but_not_what_others_found(own, actor_of):
    officer, register = actor_of("enterprise"), find("enterprises")

    services.change(register, officer, own.pk, {"phone": "022-6900 1234", "name": own.name})
    own.refresh_from_db()
    assert own.phone == "022-6900 1234"
    with pytest.raises(Refused) as caught:
        services.change(register, officer, own.pk, {"phone": "022-6900 1234", "is_major_hazard": True})
    assert set(caught.value.fields) == {"is_major_hazard"}


def test_an_enterprise_sees_no_other_file(own, enterprise, client_of):
    client = client_of("enterprise")

    assert client.get(f"/r/enterprises/{own.pk}/").status_code == 200
    assert client.get(f"/r/enterprises/{enterprise.pk}/").status_code == 404
    assert client.get("/r/enterprises/add/").status_code == 403


def test_a_village_may_look_but_not_add(actor_of, district):
    with pytest.raises(NotAllowed):
        services.create(find("enterprises"), actor_of("village"), {"name": "甲", "area": district.town_a.villages[0]})


def test_the_page_names_the_first_persons_and_who_is_missing(made, enterprise, client_of):
    made("responsible", enterprise=enterprise, role="legal", name="王守一", mobile="13900001234")
    page = client_of("duty").get(f"/r/enterprises/{enterprise.pk}/").content.decode()
    panel = page[page.index('id="panel-people"') :]

    assert panel.index("法定代表人") < panel.index("王守一") < panel.index("实际控制人") < panel.index("主要负责人")
    assert panel.count("未登记") == 2
    assert "139****1234" in panel and "13900001234" not in page


def test_the_page_says_what_wants_a_hand(made, district, client_of):
    bad = made("enterprises", name="乙", industry="hazmat", area=district.town_a.area, is_insurance_due=True,
               standard="3", standard_until_on=clock.today() - timedelta(days=1))  # fmt: skip
    page = client_of("duty").get(f"/r/enterprises/{bad.pk}/").content.decode()

    for text in ("没有有效保单", "标准化等级已于", "没有统一社会信用代码", "没有坐标", "应急预案未备案"):
        assert text in page
    assert "不能查周边" in page


def test_the_page_of_its_unit_leads_to_the_file_and_back(own, district, client_of):
    client = client_of("duty")

    unit = client.get(f"/r/organisations/{district.town_a.enterprise.pk}/").content.decode()
    file = client.get(f"/r/enterprises/{own.pk}/").content.decode()
    assert f"/r/enterprises/{own.pk}/" in unit
    assert f"/r/organisations/{district.town_a.enterprise.pk}/" in file and "单位与岗位" in file


def test_each_question_finds_just_its_rows(made, district):
    today, soon = clock.today(), rulebook.value("REG-INSURANCE-REMIND-DAYS")

    def firm(number, **facts):
        facts = {"industry": "hazmat", "area": district.town_a.area, "is_insurance_due": True} | facts
        return made("enterprises", name=f"第{number}家", credit_code=credit_code(10 + number), **facts)

    never, lapsed = firm(1), firm(2, insured_until_on=today - timedelta(days=1))
    ending, safe = (
        firm(3, insured_until_on=today + timedelta(days=soon)),
        firm(4, insured_until_on=date(2099, 1, 1)),
    )
    firm(5, state="closed")
    free = firm(6, is_insurance_due=False, is_key_process=True)
    rows = Enterprise.objects.all()

    assert set(questions.uninsured(rows)) == {never, lapsed}
    assert set(questions.insurance_ending(rows)) == {ending}
    assert set(questions.most_dangerous(rows)) == {free}
    for role in ("legal", "controller", "principal"):
        made("responsible", enterprise=safe, role=role, name="甲乙丙", verified_on=today)
    assert set(questions.without_first_persons(rows)) == {never, lapsed, ending, free}
    assert not questions.with_stale_contacts(rows)
    made("responsible", enterprise=free, role="manager", name="丁戊", verified_on=today - timedelta(days=181))
    assert set(questions.with_stale_contacts(rows)) == {free}


def test_every_question_of_every_register_opens(client_of):
    client = client_of("duty")

    asked = [(each.name, question) for each in every() for question in each.questions if each.name != "users"]
    assert len(asked) > 20
    assert {client.get(f"/r/{name}/?only={question}").status_code for name, question in asked} == {200}


@pytest.mark.parametrize(
    ("text", "is_found"), [("王守一", True), ("13900001234", True), ("王守", False), ("1390000", False)]
)
def test_who_is_calling_is_found_by_the_whole_name_or_number(made, enterprise, client_of, text, is_found):
    made("responsible", enterprise=enterprise, role="legal", name="王守一", mobile="13900001234")
    page = client_of("duty").get("/search", {"q": text}).content.decode()

    assert ("芦台某某化工有限公司 · 法定代表人" in page) is is_found
    assert "139****1234" in page or not is_found


def test_who_is_calling_is_not_told_to_another_town(made, enterprise, client_of, district):
    made("responsible", enterprise=enterprise, role="legal", name="王守一", mobile="13900001234")
    page = client_of("town", district.town_b.government).get("/search", {"q": "王守一"}).content.decode()

    assert "法定代表人" not in page
