"""Numbers of people in what somebody writes."""

import pytest

from anning.kernel.errors import Refused
from anning.kernel.identifying import has_personal_number, refuse_in_title


@pytest.mark.parametrize(
    "text",
    [
        "联系 13900001111",
        "电话139-0000-1111。",
        "手机１３９００００１１１１",
        "+8613900001111",
        "身份证 11010519491231002X",
    ],
)
def test_numbers_of_people_are_seen(text):
    assert has_personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "核实积水",
        "津宁应急字〔2026〕3号",
        "统一社会信用代码 91120221MA05XXXX13",
        "110105194912310021",  # a wrong check digit
        "订单 2139000011112",
        "值班电话 022-69591234",
        "",
    ],
)
def test_other_numbers_pass(text):
    assert not has_personal_number(text)


def test_a_title_with_a_number_is_refused_with_the_remedy():
    with pytest.raises(Refused) as refused:
        refuse_in_title("请联系 13900001111")
    assert refused.value.remedy == "请写在正文中" and "title" in refused.value.fields
