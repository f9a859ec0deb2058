"""Questions about the journal, cut to what the asker may see.

An entry is visible when three things hold:

right        the asker holds the view permission of the subject's table, or ``journal.view_entry`` (which does not
             reach what happens to accounts);
place        it lies in the asker's scope (area prefix or organisation subtree), or its table is shared reference;
sensitivity  it is not sensitive, or the asker holds ``journal.view_sensitive_entry``.

``journal.view_entry_all`` (the auditor) lifts the first two, ``journal.view_security`` (the security administrator)
lifts them for what happens to accounts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.apps import apps
from django.db.models import Q, QuerySet

from anning.journal.models import Cursor, Entry, Record, Sensitivity
from anning.journal.registry import listeners
from anning.journal.verification import Break, verify
from anning.kernel import clock
from anning.kernel.actor import Actor

VIEW, VIEW_ALL, VIEW_SENSITIVE = "journal.view_entry", "journal.view_entry_all", "journal.view_sensitive_entry"
VIEW_SECURITY, SECURITY = "journal.view_security", ("user", "role", "token", "apitoken", "device")


def entries(
    actor: Actor,
    *,
    kind: str = "",
    subject: str = "",
    by: tuple[str, ...] = (),
    area_code: str = "",
    since_on: date | None = None,
    until_on: date | None = None,
) -> QuerySet[Entry]:
    """Entries that ``actor`` may see, newest first; ``kind`` and ``subject`` may be a noun alone."""
    found = Entry.objects.filter(visible_to(actor)).order_by("-id")
    if kind:
        found = found.filter(kind=kind) if "." in kind else found.filter(kind__startswith=f"{kind}.")
    if subject:
        found = found.filter(subject=subject) if ":" in subject else found.filter(subject__startswith=f"{subject}:")
    if by:
        found = found.filter(actor__in=by)
    if area_code:
        found = found.filter(area_code__startswith=area_code)
    if since_on:
        found = found.filter(recorded_at__gte=_start(since_on))
    if until_on:
        found = found.filter(recorded_at__lt=_start(until_on + timedelta(days=1)))
    return found


def history(subject: str, actor: Actor) -> QuerySet[Entry]:
    """What happened to one subject, newest first. Who may see a sensitive record may see its history."""
    return Entry.objects.filter(visible_to(actor, sensitive=True), subject=subject).order_by("-id")


def loading(row: Record) -> Entry | None:
    """The entry of the load (``demo.load``) that wrote ``row`` among many; loads journal no row of its own."""
    return Entry.objects.filter(kind__endswith=".load", recorded_at__gte=row.created_at).order_by("id").first()


def tail(actor: Actor, after_seq: int, limit: int = 100) -> list[Entry]:
    """The first ``limit`` sealed entries behind ``after_seq`` that ``actor`` may see, in order."""
    return list(Entry.objects.filter(visible_to(actor), seq__gt=after_seq).order_by("seq")[:limit])


def last_seq() -> int:
    """The number of the last sealed entry; 0 while there is none."""
    return Entry.objects.exclude(seq=None).order_by("-seq").values_list("seq", flat=True).first() or 0


def first_broken_entry() -> Break | None:
    """The first entry of the whole chain that is not as it was sealed, if any."""
    return verify().broken


def last_verification() -> Entry | None:
    """The entry of the platform's own last walk over the whole chain; its fact ``broken`` is "" when all was well."""
    return Entry.objects.filter(kind="journal.verify", actor="system").order_by("-id").first()


def kinds() -> list[str]:
    """Every kind there is, found by steps through the index rather than over all rows."""
    found: list[str] = []
    while kind := Entry.objects.filter(kind__gt=found[-1] if found else "").order_by("kind").values("kind").first():
        found.append(kind["kind"])
    return found


def visible_to(actor: Actor, *, sensitive: bool = False) -> Q:
    """Return the condition of the module's docstring; ``sensitive`` lifts its third part."""
    sensitivity = Q() if sensitive or actor.may(VIEW_SENSITIVE) else ~Q(sensitivity=Sensitivity.SENSITIVE)
    if actor.may(VIEW_ALL):
        return sensitivity
    seen = sensitivity
    nouns = _nouns()
    right = _of_nouns(name for name, noun in nouns.items() if actor.may(noun.permission))
    seen &= right | ~_of_nouns(SECURITY) if actor.may(VIEW) else right
    if not actor.scope.everything:
        shared = _of_nouns(name for name, noun in nouns.items() if noun.is_shared)
        place = shared & Q(area_code="", organisation_path="")
        for prefix in actor.scope.areas:
            place |= Q(area_code__startswith=prefix)
        for prefix in actor.scope.organisations:
            place |= Q(organisation_path__startswith=prefix)
        seen &= place
    return seen | (sensitivity & _of_nouns(SECURITY)) if actor.may(VIEW_SECURITY) else seen


def may_see(actor: Actor, entry: Entry) -> bool:
    """Whether ``visible_to`` holds for one entry at hand."""
    if entry.sensitivity == Sensitivity.SENSITIVE and not actor.may(VIEW_SENSITIVE):
        return False
    if actor.may(VIEW_ALL):
        return True
    name = entry.subject.partition(":")[0]
    if name in SECURITY and actor.may(VIEW_SECURITY):
        return True
    noun = _nouns().get(name)
    if not (noun and actor.may(noun.permission)) and not (actor.may(VIEW) and name not in SECURITY):
        return False
    if noun and noun.is_shared and not (entry.area_code or entry.organisation_path):
        return True
    return actor.scope.covers(area_code=entry.area_code, organisation_path=entry.organisation_path)


@dataclass(frozen=True, slots=True)
class Hearing:
    """How one listener stands: ``waiting`` counts what it has not heard; ``error`` is why it is stuck."""

    listener: str
    seq: int
    waiting: int
    failures: int
    error: str
    retry_at: datetime | None


def hearings() -> list[Hearing]:
    """How every listener stands, for health and doctor."""
    at = {cursor.listener: cursor for cursor in Cursor.objects.filter(listener__in=list(listeners))}
    found = []
    for name, listener in sorted(listeners.items()):
        cursor = at.get(name) or Cursor(listener=name)
        waiting = Entry.objects.filter(kind__in=listener.kinds, seq__gt=cursor.seq).count()
        found.append(Hearing(name, cursor.seq, waiting, cursor.failures, cursor.error, cursor.retry_at))
    return found


def unsealed() -> tuple[int, datetime | None]:
    """How many entries wait for the sealer, and since when the oldest does."""
    waiting = Entry.objects.filter(seq=None).order_by("id")
    return waiting.count(), waiting.values_list("recorded_at", flat=True).first()


@dataclass(frozen=True, slots=True)
class Noun:
    """What a subject's noun stands for: who may view such rows, and whether they are shared reference."""

    permission: str
    is_shared: bool


@lru_cache(maxsize=1)
def _nouns() -> dict[str, Noun]:
    records = [model for model in apps.get_models() if issubclass(model, Record)]
    return {
        str(model._meta.model_name): Noun(
            f"{model._meta.app_label}.view_{model._meta.model_name}", not (model.scope_area or model.scope_organisation)
        )
        for model in records
    }


def _of_nouns(nouns: Iterable[str]) -> Q:
    """Return the condition that the subject is one of these nouns; none: nothing fits."""
    chosen = Q(pk__in=[])
    for noun in nouns:
        chosen |= Q(subject__startswith=f"{noun}:")
    return chosen


def _start(day: date) -> datetime:
    """Return the instant at which a legal day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=clock.ZONE)
