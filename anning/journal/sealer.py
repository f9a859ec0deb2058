"""The sealer: gives committed entries their place in the one chain."""

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from anning.journal.logic import COVERED, chained, instant_text
from anning.journal.models import Entry

ATTEMPTS = 5
UPDATE = "UPDATE journal_entry SET seq = %s, algorithm = %s, digest = %s WHERE id = %s AND seq IS NULL"


def seal(limit: int = 1000) -> int:
    """Number and chain what has been committed since the last call; return how many.

    Several workers may call it: the unique ``seq`` lets one through, the others read the new head and try again.
    """
    for _ in range(ATTEMPTS):
        if not Entry.objects.filter(seq=None).exists():  # SQLite: take no write lock for nothing
            return 0
        try:
            return _seal(limit)
        except IntegrityError:
            continue
    return 0


@transaction.atomic
def _seal(limit: int) -> int:
    head = Entry.objects.select_for_update().exclude(seq=None).order_by("-seq").only("seq", "digest").first()
    seq, previous = (head.seq or 0, head.digest) if head else (0, "")
    algorithm, sealed = settings.JOURNAL_DIGEST, []
    for facts in Entry.objects.filter(seq=None).order_by("id").values(*COVERED, "body")[:limit]:
        seq += 1
        body = facts.pop("body")
        facts |= {"seq": seq, "algorithm": algorithm}
        facts |= {name: instant_text(facts[name]) for name in ("at", "recorded_at")}
        previous = chained(previous, facts, body)
        sealed.append((seq, algorithm, previous, facts["id"]))
    if sealed:
        with connection.cursor() as cursor:
            cursor.executemany(UPDATE, sealed)
            if cursor.rowcount != len(sealed):
                raise IntegrityError("another sealer was first")
    return len(sealed)
