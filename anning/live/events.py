"""What the tail says of an entry: enough to refresh a screen, and no personal data."""

from typing import Any

from anning.journal.labels import label
from anning.journal.logic import instant_text
from anning.journal.models import Entry
from anning.kernel.digest import canonical

BEAT = b"event: beat\ndata: {}\n\n"  # a comment would not reach the page, which must know that the line lives
RESET = b"event: reset\ndata: {}\n\n"  # too much was missed: the page should load itself anew
HELLO = b"retry: 3000\n\n"


def event_of(entry: Entry) -> dict[str, Any]:
    """Return the facts of a sealed entry that its viewers are told."""
    return {
        "id": entry.seq,
        "seq": entry.seq,
        "kind": entry.kind,
        "subject": entry.subject,
        "at": instant_text(entry.at),
        "actor": entry.actor,
        "label": label(entry.kind),
    }


def frame(entry: Entry) -> bytes:
    """Return the entry as one server-sent event; its id is ``seq``, by which a lost line resumes."""
    return f"id: {entry.seq}\ndata: {canonical(event_of(entry))}\n\n".encode()
