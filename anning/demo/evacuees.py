"""The lines of the evacuation lists: the households that must move first."""

from collections.abc import Iterator

from anning.demo.bulk import write_rows
from anning.registry.models import EvacuationLine, EvacuationList, Household

MOST = 60  # households on one list


def add_evacuees(lists: list[EvacuationList]) -> None:
    """Put on each list that is empty the households of its village, those with key people first."""
    filled = set(EvacuationLine.all_objects.values_list("list", flat=True).distinct())
    rows = _lines([row for row in lists if row.pk not in filled])
    write_rows(EvacuationLine, ("list", "household", "state", "people", "note"), rows)


def _lines(lists: list[EvacuationList]) -> Iterator[tuple[int, int, str, int, str]]:
    for row in lists:
        due = Household.objects.filter(area=row.area_id).order_by("-key_people", "code").values_list("pk", "people")
        for household, people in due[:MOST]:
            yield row.pk, household, EvacuationLine.State.DUE.value, people, ""
