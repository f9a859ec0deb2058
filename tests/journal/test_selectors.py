"""Who sees which entry: right, place and sensitivity."""

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.journal import selectors
from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.kernel.actor import Actor, Scope
from tests.journal.conftest import Write

TOWN = Scope(areas=("120117001",), organisations=("/1/3/",))
CLERK = Actor("user:1", frozenset({"accounts.view_area", "accounts.view_organisation"}), TOWN)
AUDITOR = Actor("user:2", frozenset({"journal.view_entry_all"}))

actors = st.builds(
    Actor,
    st.just("user:9"),
    st.frozensets(
        st.sampled_from(
            [
                "journal.view_entry",
                "journal.view_entry_all",
                "journal.view_sensitive_entry",
                "journal.view_security",
                "accounts.view_area",
                "accounts.view_organisation",
                "accounts.view_person",
            ]
        ),
        max_size=3,
    ),
    st.builds(
        Scope,
        areas=st.sampled_from([(), ("120117",), ("120117001",)]),
        organisations=st.sampled_from([(), ("/1/",), ("/1/3/", "/12/")]),
        everything=st.booleans(),
    ),
)
places = st.tuples(
    st.sampled_from(["area:1", "organisation:1", "person:1", "user:1", "batch:1"]),
    st.sampled_from(["", "120117", "120117001", "120117001002", "120117107"]),
    st.sampled_from(["", "/1/", "/1/3/", "/12/", "/1/30/"]),
    st.sampled_from(["internal", "sensitive"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actor=actors, facts=st.lists(places, min_size=1, max_size=6))
def test_the_list_and_the_tail_follow_the_same_rule(
    write: Write, actor: Actor, facts: list[tuple[str, str, str, str]]
) -> None:
    Entry.objects.all().delete()
    for subject, area, path, sensitivity in facts:
        write("a.b", subject, area_code=area, organisation_path=path, sensitivity=sensitivity)

    listed = set(selectors.entries(actor))

    assert listed == {entry for entry in Entry.objects.all() if selectors.may_see(actor, entry)}


def test_a_town_officer_sees_the_own_town_and_shared_reference_only(write: Write) -> None:
    own = write("organisation.change", "organisation:1", area_code="120117001002")
    unit = write("organisation.change", "organisation:2", organisation_path="/1/3/8/")
    reference = write("area.change", "area:1")
    write("organisation.change", "organisation:3", area_code="120117107")
    write("organisation.change", "organisation:4", organisation_path="/1/30/")
    write("person.change", "person:1", area_code="120117001")
    write("user.sign_in", "user:5")

    assert set(selectors.entries(CLERK)) == {own, unit, reference}


def test_sensitive_entries_need_their_own_permission_but_for_the_record_itself(write: Write) -> None:
    entry = write("organisation.change", "organisation:1", area_code="120117001", sensitivity="sensitive")

    assert not selectors.entries(CLERK).exists()
    assert list(selectors.history("organisation:1", CLERK)) == [entry]


def test_history_of_a_record_elsewhere_stays_hidden(write: Write) -> None:
    write("organisation.change", "organisation:1", area_code="120117107")

    assert not selectors.history("organisation:1", CLERK).exists()


def test_filters_narrow_the_list(write: Write) -> None:
    day = datetime(2025, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight of the 24th in Shanghai
    change = write("document.change", "document:1", area_code="120117001")
    write("document.delete", "document:2", area_code="120117107")
    sign_in = write("user.sign_in", "user:1", Actor("user:1"))
    Entry.objects.filter(pk=sign_in.pk).update(recorded_at=day)

    assert list(selectors.entries(AUDITOR, kind="document.change")) == [change]
    assert selectors.entries(AUDITOR, kind="document").count() == 2
    assert list(selectors.entries(AUDITOR, subject="document:1")) == [change]
    assert selectors.entries(AUDITOR, subject="document").count() == 2
    assert list(selectors.entries(AUDITOR, by=("user:1",))) == [sign_in]
    assert list(selectors.entries(AUDITOR, area_code="120117001")) == [change]
    days = {"since_on": day.date().replace(day=24), "until_on": day.date().replace(day=24)}
    assert list(selectors.entries(AUDITOR, **days)) == [sign_in]


def test_the_tail_gives_what_is_sealed_behind_a_number_in_order(write: Write) -> None:
    for number in range(4):
        write("document.change", f"document:{number}")
    seal()
    write("document.change", "document:9")

    assert [entry.seq for entry in selectors.tail(AUDITOR, 1, limit=2)] == [2, 3]
    assert [entry.seq for entry in selectors.tail(AUDITOR, 3)] == [4]
    assert selectors.last_seq() == 4


def test_kinds_are_listed_once_each(write: Write) -> None:
    for kind in ("b.x", "a.x", "b.x"):
        write(kind)

    assert selectors.kinds() == ["a.x", "b.x"]


def test_what_waits_for_the_sealer_is_told(write: Write) -> None:
    assert selectors.unsealed() == (0, None)
    entry = write()

    assert selectors.unsealed() == (1, entry.recorded_at)
