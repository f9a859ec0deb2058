"""What the registry hears from the journal."""

from anning.journal.models import Entry
from anning.journal.registry import reacts_to
from anning.ui.records import jobs


@reacts_to("resident.erase", "responsibleperson.erase")
def forget_copies_of_residents(entry: Entry) -> None:
    """Files that were exported or uploaded may hold the erased person: those of personal registers go at once."""
    jobs.forget_personal_files()
