"""Whatever is changed, deleted, swapped or cut behind the platform's back is found and named."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from anning.journal.heads import SignedHead, keep_head, sign
from anning.journal.models import Entry, Head
from anning.journal.sealer import seal
from anning.journal.selectors import first_broken_entry
from anning.journal.verification import as_sealed, verify
from tests.journal.conftest import Write

COLUMNS = [field.column for field in Entry._meta.concrete_fields]
NUMBERS = {"id", "seq", "content_version"}
TYPED_BY_POSTGRESQL = {"at", "recorded_at", "exercise"}
TEXTS = sorted(set(COLUMNS) - NUMBERS - (TYPED_BY_POSTGRESQL if connection.vendor == "postgresql" else set()))


def rewrite(seq: int, column: str, value: Any) -> None:
    """Change one column of a sealed entry as somebody with the database in hands would."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE journal_entry SET {column} = %s WHERE seq = %s", [value, seq])


def stored(seq: int, column: str) -> Any:
    """Return what stands in a column, as text where SQLite keeps text."""
    read = f"CAST({column} AS TEXT)" if column not in NUMBERS and connection.vendor == "sqlite" else column
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {read} FROM journal_entry WHERE seq = %s", [seq])
        return cursor.fetchone()[0]


def changed(value: Any, place: int, shift: int) -> Any:
    """Return ``value`` with one character changed."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value + shift + 1000
    text = str(value)
    if not text:
        return "x"
    at = place % len(text)
    return text[:at] + chr((ord(text[at]) - 32 + shift) % 95 + 32) + text[at + 1 :]


def test_an_untouched_chain_is_whole(chain: list[Entry]) -> None:
    walk = verify()

    assert (walk.broken, walk.entries, walk.seq, walk.digest) == (None, 6, 6, chain[-1].digest)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", [1, 3, 6])
def test_a_change_in_any_column_is_found_and_named(chain: list[Entry], column: str, seq: int) -> None:
    before = stored(seq, column)
    if column == "exercise" and connection.vendor == "postgresql":
        rewrite(seq, column, True)
    elif column in {"at", "recorded_at"} and connection.vendor == "postgresql":
        rewrite(seq, column, before.replace(microsecond=(before.microsecond + 1) % 1_000_000))
    else:
        rewrite(seq, column, changed(before, 3, 1))

    broken = first_broken_entry()

    assert broken is not None
    assert broken.seq == seq
    if column not in {"seq", "kind", "subject"}:
        assert (broken.kind, broken.subject) == ("document.change", f"document:{seq}")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(column=st.sampled_from(TEXTS), place=st.integers(0, 200), shift=st.integers(1, 94))
def test_any_changed_character_of_what_is_stored_is_found(
    chain: list[Entry], column: str, place: int, shift: int
) -> None:
    before = stored(4, column)
    try:
        with transaction.atomic():
            rewrite(4, column, changed(before, place, shift))
    except IntegrityError:
        reject()  # the database itself refused a second entry of the same uid
    try:
        broken = first_broken_entry()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE journal_entry SET {column} = %s WHERE id = %s", [before, chain[3].pk])

    assert broken is not None
    assert broken.seq == 4


@pytest.mark.parametrize("text", ["2026-11-24T08:00:00", "2026-11-24 08:00:00.000000", "2026-11-24 08:00:00+00:00"])
def test_another_text_for_the_same_instant_counts_as_changed(text: str) -> None:
    assert as_sealed("2026-11-24 08:00:00") == "2026-11-24T08:00:00+00:00"

    with pytest.raises(ValueError, match="2026"):
        as_sealed(text)


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_deleted_entry_is_named_by_its_place(chain: list[Entry], seq: int) -> None:
    Entry.objects.filter(seq=seq).delete()

    broken = first_broken_entry()

    assert broken is not None and broken.seq == seq
    assert "缺失" in broken.why


def test_two_swapped_entries_are_found(chain: list[Entry]) -> None:
    first, second = chain[2], chain[4]
    rewrite(3, "seq", 103)
    rewrite(5, "seq", 3)
    rewrite(103, "seq", 5)
    assert (first_broken_entry() or first).seq == 3

    rewrite(3, "digest", first.digest)
    rewrite(5, "digest", second.digest)

    broken = first_broken_entry()
    assert broken is not None and broken.seq == 3


def test_an_entry_taken_out_of_the_chain_is_found(chain: list[Entry]) -> None:
    rewrite(6, "seq", None)

    broken = first_broken_entry()

    assert broken is not None and broken.subject == "document:6"


def test_an_entry_put_before_the_first_is_found(chain: list[Entry]) -> None:
    Entry.objects.create(
        seq=0, digest="00", at=chain[0].at, recorded_at=chain[0].at, kind="a.b", subject="a:1", actor="x", body="{}"
    )

    broken = first_broken_entry()

    assert broken is not None and broken.seq == 0


def test_a_cut_tail_is_found_against_an_older_head(chain: list[Entry], tmp_path: Path) -> None:
    head = tmp_path / "head.json"
    head.write_text(json.dumps(sign().as_json()))
    Entry.objects.filter(seq__gt=4).delete()
    call_command("journal_verify")  # alone, a chain cannot know that it was longer

    with pytest.raises(CommandError, match="第 5 条"):
        call_command("journal_verify", against=[str(head)])


def test_a_chain_rewritten_from_the_middle_is_found_against_an_older_head(
    chain: list[Entry], write: Write, tmp_path: Path
) -> None:
    head = tmp_path / "head.json"
    head.write_text(json.dumps(sign().as_json()))
    Entry.objects.filter(seq__gte=3).update(seq=None, digest="", algorithm="", body='{"title":"伪造"}')
    seal()
    call_command("journal_verify")

    with pytest.raises(CommandError, match="链头不符"):
        call_command("journal_verify", against=[str(head)])


def test_kept_heads_are_compared_without_being_asked(chain: list[Entry]) -> None:
    keep_head("2026-11-24T08:00")
    Entry.objects.filter(seq__gt=4).delete()

    broken = first_broken_entry()

    assert broken is not None and broken.seq == 5


def test_a_forged_kept_head_is_found(chain: list[Entry]) -> None:
    keep_head("2026-11-24T08:00")
    Head.objects.update(digest="0" * 64)

    broken = first_broken_entry()

    assert broken is not None and "签名" in broken.why


def test_a_head_that_was_changed_is_refused(chain: list[Entry], tmp_path: Path) -> None:
    head = tmp_path / "head.json"
    head.write_text(json.dumps(sign().as_json() | {"seq": 4}))

    with pytest.raises(CommandError, match="签名不符"):
        call_command("journal_verify", against=[str(head)])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"seq": "1"}', "\x00"])
def test_a_file_that_is_no_head_is_refused(chain: list[Entry], tmp_path: Path, text: str) -> None:
    head = tmp_path / "head.json"
    head.write_text(text)

    with pytest.raises(CommandError, match="无法读取链头"):
        call_command("journal_verify", against=[str(head)])


def test_the_command_names_number_kind_and_subject(chain: list[Entry]) -> None:
    rewrite(3, "actor", "user:8")

    with pytest.raises(CommandError, match="第 3 条（法规文件 3 修改）"):
        call_command("journal_verify")


def test_a_signed_head_survives_its_json(chain: list[Entry]) -> None:
    head = sign()

    again = SignedHead.read(json.loads(json.dumps(head.as_json())))

    assert again == head
    assert again.is_genuine and again.is_ours
