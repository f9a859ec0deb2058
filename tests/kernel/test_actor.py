import pytest

from anning.kernel.actor import Actor, Scope, system
from anning.kernel.errors import NotAllowed, Refused
from anning.kernel.uid import is_uid, new_uid

TOWN = Scope(areas=("120117110",), organisations=("/1/",))


def test_an_actor_without_the_permission_is_refused_with_a_remedy():
    officer = Actor("user:7", frozenset({"accounts.view_area"}))

    officer.require("accounts.view_area")
    with pytest.raises(NotAllowed) as caught:
        officer.require("accounts.change_area")
    assert "系统管理员" in caught.value.remedy


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ({"area_code": "120117110"}, True),
        ({"area_code": "120117110201"}, True),
        ({"area_code": "120117111"}, False),
        ({"area_code": "120117"}, False),
        ({"organisation_path": "/1/5/"}, True),
        ({"organisation_path": "/12/"}, False),
        ({}, False),
    ],
)
def test_a_scope_covers_its_subtree_and_nothing_else(place, inside):
    assert TOWN.covers(**place) is inside


def test_the_platform_sees_the_whole_district_and_may_do_only_what_its_reaction_needs():
    platform = system("tasks.add_task")

    assert platform.scope.covers(area_code="120117") and platform.may("tasks.add_task")
    assert not platform.may("tasks.delete_task") and not Scope.nothing().covers(area_code="120117")


def test_a_refusal_names_its_fields():
    assert Refused("有误", fields={"name": "不能为空"}).fields == {"name": "不能为空"}


def test_uids_are_recognised_and_sort_by_time():
    uids = [new_uid() for _ in range(100)]

    assert all(map(is_uid, uids)) and len(set(uids)) == 100
    assert [u[:10] for u in uids] == sorted(u[:10] for u in uids)
    assert not is_uid("7ZZZ") and not is_uid(uids[0].lower()) and not is_uid(uids[0] + "\n")
