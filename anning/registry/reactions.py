"""What the registry hears from the journal."""

from anning.accounts.models import Area
from anning.journal.models import Entry
from anning.journal.registry import reacts_to
from anning.registry.services.residents import move_with_area
from anning.ui.records import jobs


@reacts_to("resident.erase", "responsibleperson.erase")
def forget_copies_of_residents(entry: Entry) -> None:
    """Files that were exported or uploaded may hold the erased person: those of personal registers go at once."""
    jobs.forget_personal_files()


@reacts_to("area.change", "area.undo")
def follow_area(entry: Entry) -> None:
    """Households and residents keep the code of their area: it changes with the area's."""
    if "code" not in entry.data.get("changes", {}):
        return
    area = Area.all_objects.filter(pk=entry.subject.partition(":")[2]).first()
    if area:
        move_with_area(area)
