"""Personal values stand in the chain as a keyed digest; erasing them leaves the chain whole."""

from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.journal import personal
from anning.journal.models import Entry, PersonalKey, PersonalValue
from anning.journal.sealer import seal
from anning.journal.services import record
from anning.journal.verification import verify
from tests.journal.conftest import OFFICER, Write
from tests.races import together

pytestmark = pytest.mark.django_db

values = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(), st.booleans())
many = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Somebody:
    """A record with personal fields."""

    subject = "person:4"
    personal_fields: ClassVar[tuple[str, ...]] = ("name", "mobile")


def test_a_protected_value_shows_nothing_of_itself() -> None:
    kept = personal.protect("person:1", "13800138000")

    assert kept.keys() == {"personal", "digest"}
    assert "13800138000" not in str(kept)
    assert "13800138000" not in str(list(PersonalValue.objects.extra(select={"raw": "value"}).values_list("raw")))


def test_the_same_value_is_kept_once_and_differs_between_subjects() -> None:
    first, again = personal.protect("person:1", "张三"), personal.protect("person:1", "张三")
    other = personal.protect("person:2", "张三")

    assert first == again
    assert first["digest"] != other["digest"]
    assert PersonalValue.objects.count() == 2


def test_an_empty_value_tells_nothing_and_stays() -> None:
    assert [personal.protect("person:1", value) for value in ("", None)] == ["", None]
    assert not PersonalKey.objects.exists()


@many
@given(value=values)
def test_what_is_protected_can_be_shown_again(db: None, value: object) -> None:
    kept = personal.protect("person:1", value)

    assert personal.resolve({"changes": {"note": [kept, "x"]}}) == {"changes": {"note": [value, "x"]}}


def test_changes_of_a_record_protect_its_personal_fields_only() -> None:
    changes = {"name": ["张三", "李四"], "title": ["科员", "科长"], "mobile": ["", "13800138000"]}

    kept = personal.protect_changes(Somebody(), changes)

    assert kept["title"] == ["科员", "科长"]
    assert kept["mobile"][0] == ""
    assert "personal" in kept["name"][0] and "personal" in kept["mobile"][1]
    assert personal.resolve(kept) == changes


def test_changes_may_name_subject_and_fields() -> None:
    kept = personal.protect_changes("unit:1", {"contact": ["甲", "乙"]}, ["contact"])

    assert "personal" in kept["contact"][1]


def test_many_entries_are_resolved_with_one_question(django_assert_num_queries: object) -> None:
    facts = [{"name": personal.protect(f"person:{n}", f"某{n}")} for n in range(5)]

    with django_assert_num_queries(1):  # type: ignore[operator]
        shown = personal.resolve(facts)

    assert shown == [{"name": f"某{n}"} for n in range(5)]


def test_erasing_a_subject_takes_its_values_and_key_and_leaves_the_chain_whole(write: Write) -> None:
    kept, other = personal.protect("person:1", "张三"), personal.protect("person:2", "李四")
    write("person.change", "person:1", changes={"name": [None, kept]})
    seal()

    assert personal.erase("person:1") == 1

    assert personal.resolve([kept, other]) == ["已删除", "李四"]
    assert not PersonalKey.objects.filter(subject="person:1").exists()
    assert verify().broken is None
    assert personal.protect("person:1", "张三")["digest"] != kept["digest"]


def test_words_of_others_about_somebody_go_by_name_also_when_they_are_encrypted(write: Write) -> None:
    said, other = personal.protect("post:1", "张三离任后撤销"), personal.protect("post:1", "撤并")
    namesake = personal.protect("person:2", "张三")

    assert personal.erase_mentions("张三", but=("person",)) == 1

    assert personal.resolve([said, other, namesake]) == ["已删除", "撤并", "张三"]


@pytest.mark.django_db(transaction=True)
def test_two_who_protect_the_same_value_at_once_agree_on_its_reference() -> None:
    def protect() -> object:
        with transaction.atomic():
            kept = personal.protect("person:1", "张三")
            record("person.change", "person:1", OFFICER, changes={"name": ["", kept]})
        return kept["personal"]

    refs = together(protect, protect, protect)

    assert len(set(refs)) == 1
    assert Entry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_erasing_on_sqlite_leaves_nothing_in_the_log_beside_the_file() -> None:
    personal.protect("person:1", "张三")

    assert personal.erase("person:1") == 1

    assert not PersonalValue.objects.exists()
