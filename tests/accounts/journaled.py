"""What the journal has heard."""

from anning.journal.models import Entry


def kinds() -> list[str]:
    """The kinds of all entries, in order."""
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))
