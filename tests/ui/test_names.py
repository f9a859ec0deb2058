"""Naming people, posts, units and roles: typed as text, or found while typing."""

import pytest
from django import forms
from django.urls import reverse

from anning.accounts.models import Organisation, Person, Post, Role
from anning.ui.names import NamesField, suggestions
from tests.district import make_person

EVERY = ("person", "post", "unit", "role")


@pytest.fixture
def wang(district) -> Person:
    """Somebody of town A."""
    return make_person(district.town_a.government, "王小明")


@pytest.fixture
def duty_post(district) -> Post:
    """A post of the bureau."""
    post = Post(organisation=district.bureau, name="指挥中心值班岗")
    post.derive()
    post.save()
    return post


def texts(actor, text: str, kinds=EVERY) -> list[str]:
    return [one.text for one in suggestions(actor, kinds, text)]


@pytest.mark.parametrize("text", ["王小", "wxm", "wangxiao", "WXM"])
def test_people_are_found_by_name_and_initials_with_their_unit(actor_of, wang, text):
    unit = wang.organisation
    assert f"王小明@{min(filter(None, (unit.name, unit.short_name)), key=len)}" in texts(actor_of("duty"), text)


def test_posts_units_and_roles_are_found_by_initials(actor_of, district, duty_post):
    duty = actor_of("duty")
    assert any(text.startswith("指挥中心值班岗@") for text in texts(duty, "zhzx"))
    assert "值班员" in texts(duty, "zby")
    assert district.bureau.name in texts(duty, district.bureau.name[:3])


def test_nobody_outside_the_scope_is_offered(actor_of, district, wang):
    assert texts(actor_of("town", district.town_b.government), "wxm", ("person",)) == []
    assert texts(actor_of("town", district.town_a.government), "wxm", ("person",))


def test_without_the_permission_to_view_people_none_are_offered(actor_of, wang):
    assert texts(actor_of("auditor"), "wxm", ("person",)) == []


def test_who_has_left_is_not_offered(actor_of, wang):
    Person.objects.filter(pk=wang.pk).update(is_active=False)
    assert texts(actor_of("duty"), "wxm", ("person",)) == []


def test_what_is_offered_is_what_the_field_takes(actor_of, district, wang, duty_post):
    duty = actor_of("duty")
    field = NamesField(actor=duty, models=(Person, Post, Organisation, Role))
    offered = [*texts(duty, "wxm"), *texts(duty, "zhzx", ("post",)), *texts(duty, "zby", ("role",))]
    assert field.clean("、".join(offered)) == [wang, duty_post, Role.objects.get(code="duty")]


def test_two_of_one_name_are_told_apart_in_the_refusal(actor_of, district, wang):
    make_person(district.town_b.government, "王小明")
    with pytest.raises(forms.ValidationError, match="有多个：王小明@"):
        NamesField(actor=actor_of("duty")).clean("王小明")


def test_the_address_answers_as_json(client_of, wang):
    answer = client_of("duty").get(reverse("ui:names"), {"kinds": "person,nonsense", "q": "wxm"}).json()
    assert answer["choices"][0]["id"] == f"person:{wang.pk}"


def test_without_javascript_the_field_is_a_box_of_text(actor_of):
    class Form(forms.Form):
        to = NamesField(actor=actor_of("duty"), most=1)

    drawn = str(Form({"to": "王小明"})["to"])
    assert 'type="text"' in drawn and 'value="王小明"' in drawn and 'data-most="1"' in drawn
    assert reverse("ui:names") in drawn
