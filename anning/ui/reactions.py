"""What the record pages hear from the journal."""

from anning.journal.models import Entry
from anning.journal.registry import reacts_to
from anning.ui.records import jobs


@reacts_to("person.erase")
def forget_copies(entry: Entry) -> None:
    """Files that were exported or uploaded may hold the erased person: those of personal registers go at once."""
    jobs.forget_personal_files()
