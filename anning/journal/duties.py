"""What the journal looks at again and again: a signed head for every hour and shift."""

from datetime import time

from django.conf import settings

from anning.journal.heads import keep_head, slot_of
from anning.journal.models import Entry, Head
from anning.journal.registry import periodic
from anning.kernel import clock


@periodic("journal.head", every_s=15.0)
def keep_due_head() -> int:
    """Keep a signed head when an hour or a shift has begun, once anything is sealed."""
    slot = slot_of(clock.now(), tuple(time.fromisoformat(text) for text in settings.SHIFTS))
    if Head.objects.filter(slot=slot).exists() or not Entry.objects.exclude(seq=None).exists():
        return 0
    keep_head(slot)
    return 0
