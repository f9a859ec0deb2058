"""The chain: gapless, one, and never forked."""

import hashlib

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.journal.logic import COVERED, chained
from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.journal.services import record
from anning.journal.verification import verify
from tests.journal.conftest import OFFICER, Write
from tests.races import together

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
many = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_record_keeps_who_what_where_and_under_which_version(write: Write) -> None:
    entry = write("document.change", "document:5", area_code="120117001", version=3, changes={"title": ["甲", "乙"]})

    entry.refresh_from_db()
    assert (entry.kind, entry.subject, entry.actor) == ("document.change", "document:5", "user:7")
    assert (entry.area_code, entry.content_version, entry.seq, entry.digest) == ("120117001", 3, None, "")
    assert entry.data == {"changes": {"title": ["甲", "乙"]}}


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_refuses() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record("document.change", "document:1", OFFICER)

    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_dies_with_its_change() -> None:
    @transaction.atomic
    def change() -> None:
        record("document.change", "document:1", OFFICER)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()

    assert not Entry.objects.exists()


def test_sealing_numbers_without_gaps_and_chains_each_to_the_one_before(write: Write) -> None:
    for _ in range(5):
        write()

    assert seal(limit=3) == 3
    assert seal(limit=3) == 2
    assert seal() == 0

    sealed = list(Entry.objects.order_by("seq"))
    assert [entry.seq for entry in sealed] == [1, 2, 3, 4, 5]
    assert len({entry.digest for entry in sealed}) == 5
    assert verify().broken is None


def test_a_late_commit_is_sealed_next_and_never_skipped(write: Write) -> None:
    late, early = write(subject="document:1"), write(subject="document:2")
    Entry.objects.filter(pk=late.pk).update(seq=None)
    Entry.objects.filter(pk=early.pk).delete()
    write(subject="document:3")
    later = Entry.objects.create(
        pk=early.pk, at=late.at, recorded_at=late.at, kind="a.b", subject="a:1", actor="system", body="{}"
    )  # its key is lower than that of an entry sealed meanwhile
    Entry.objects.filter(pk=later.pk).delete()
    seal()
    later.save(force_insert=True)

    assert seal() == 1

    later.refresh_from_db()
    assert later.seq == 3
    assert verify().broken is None


def test_the_digest_is_what_the_documentation_says() -> None:
    facts = dict.fromkeys(COVERED, "x") | {"algorithm": "sha256"}
    header = '{"actor":"x","algorithm":"sha256","area_code":"x","at":"x","cause":"x","content_version":"x",'
    header += '"exercise":"x","id":"x","kind":"x","organisation_path":"x","recorded_at":"x","sensitivity":"x",'
    header += '"seq":"x","subject":"x","uid":"x"}'

    assert chained("ab", facts, "{}") == hashlib.sha256(f"ab\n{header}\n{{}}".encode()).hexdigest()


def test_the_algorithm_is_named_per_entry_and_may_change_on_the_way(write: Write, settings: object) -> None:
    write()
    seal()
    settings.JOURNAL_DIGEST = "sm3"  # type: ignore[attr-defined]
    write()
    seal()

    assert list(Entry.objects.order_by("seq").values_list("algorithm", flat=True)) == ["sha256", "sm3"]
    assert verify().broken is None


@many
@given(facts=st.lists(st.tuples(texts, texts, st.booleans(), st.integers(0, 2**31 - 1)), min_size=1, max_size=8))
def test_any_entries_make_a_chain_that_verifies(db: None, facts: list[tuple[str, str, bool, int]]) -> None:
    Entry.objects.all().delete()
    with transaction.atomic():
        for title, note, exercise, version in facts:
            record("a.b", "a:1", OFFICER, exercise=exercise, version=version, title=title, note={"text": note})
    while seal(limit=3):
        pass

    walk = verify()
    assert (walk.broken, walk.entries) == (None, len(facts))


@pytest.mark.django_db(transaction=True)
def test_sealers_at_the_same_moment_never_fork_the_chain() -> None:
    with transaction.atomic():
        for number in range(60):
            record("a.b", f"a:{number}", OFFICER)

    def seal_all() -> int:
        done = 0
        while Entry.objects.filter(seq=None).exists():
            done += seal(limit=7)
        return done

    sealed = together(seal_all, seal_all, seal_all)

    assert sum(sealed) == 60
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 61))
    assert verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_writers_and_a_sealer_at_the_same_moment_leave_nothing_unsealed() -> None:
    def write_some() -> None:
        for number in range(20):
            with transaction.atomic():
                record("a.b", f"a:{number}", OFFICER)

    def seal_some() -> None:
        for _ in range(20):
            seal()

    results = together(write_some, write_some, seal_some)
    seal()

    assert results == [None, None, None]
    assert verify().entries == 40
    assert verify().broken is None
