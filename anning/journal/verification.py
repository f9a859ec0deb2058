"""Walking the chain: names the first entry that is not as it was sealed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from anning.journal.heads import SignedHead
from anning.journal.labels import deed, noun_label
from anning.journal.logic import COVERED, chained, instant_text
from anning.journal.models import Entry, Head

STEP = 5000
# SQLite keeps these as text or loosely typed: they are read as stored, since two texts may mean one instant.
RAW = ("at", "recorded_at", "exercise")


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that is not as it was sealed; ``kind`` and ``subject`` are empty when it is gone."""

    seq: int
    kind: str
    subject: str
    why: str

    def __str__(self) -> str:
        noun, _colon, key = self.subject.partition(":")
        what = f"{noun_label(noun)} {key} {deed(self.kind)}" if self.kind else ""
        return _("第 %(seq)s 条%(what)s：%(why)s") % {
            "seq": self.seq,
            "what": f"（{what}）" if what else "",
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Walk:
    """What a verification saw: how many entries up to which ``seq`` and digest, and the first break if any."""

    entries: int
    seq: int
    digest: str
    broken: Break | None


def verify(*, after: int = 0, promises: Iterable[SignedHead] = ()) -> Walk:
    """Walk the chain behind ``after`` and stop at the first break.

    The heads kept in the database count as promises too; those given come from outside. With ``after``
    the digest of that entry is taken as it stands.
    """
    seq, digest, entries = after, _digest_at(after), 0
    if odd := _stray() or _forged_head():
        return Walk(0, seq, digest, odd)
    promised = _promised(after, promises)
    for row in _rows(after):
        broken = _judge(row, seq, digest, promised)
        if broken:
            return Walk(entries, seq, digest, broken)
        seq, digest, entries = row["seq"], row["digest"], entries + 1
    if cut := min((s for s in promised if s > seq), default=0):
        why = _("链尾被截断：已签名的链头为第 %s 条") % cut
        return Walk(entries, seq, digest, Break(seq + 1, "", "", why))
    return Walk(entries, seq, digest, None)


def _judge(row: dict[str, Any], seq: int, digest: str, promised: dict[int, set[str]]) -> Break | None:
    """Return what is wrong with ``row``, whose forerunner is ``seq`` with ``digest``."""
    if row["seq"] != seq + 1:
        return Break(seq + 1, "", "", _("缺失，其后为第 %s 条") % row["seq"])
    name = row["seq"], str(row["kind"]), str(row["subject"])
    if _digest_of(row, digest) != row["digest"]:
        return Break(*name, _("内容与摘要不符"))
    if promised.get(row["seq"], set()) - {row["digest"]}:
        return Break(*name, _("与已签名的链头不符，此条或之前的日志被改写"))
    return None


def _digest_of(row: dict[str, Any], previous: str) -> str:
    """Return the digest that the row should have; empty when a column does not even hold a value of its kind."""
    try:
        facts = {name: row[name] for name in COVERED}
        for name in ("at", "recorded_at"):
            facts[name] = as_sealed(row[name])
        facts["exercise"] = {"0": False, "1": True, False: False, True: True}[row["exercise"]]
        return chained(previous, facts, row["body"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return ""


def as_sealed(stored: str | datetime) -> str:
    """Return the text of a stored instant as the digest covers it. Raises ValueError for a text not of our writing."""
    if isinstance(stored, datetime):
        return instant_text(stored)
    read = datetime.fromisoformat(stored)
    if str(read) != stored or read.tzinfo:
        raise ValueError(stored)
    return instant_text(read.replace(tzinfo=UTC))


def _rows(after: int) -> Iterator[dict[str, Any]]:
    """Yield the sealed entries behind ``after`` in order, in steps, so that no transaction stays open."""
    names = [*COVERED, "body", "digest"]
    as_stored = {f"raw_{name}": Cast(name, TextField()) for name in RAW} if connection.vendor == "sqlite" else {}
    columns = [name for name in names if f"raw_{name}" not in as_stored]
    while True:
        entries = Entry.objects.filter(seq__gt=after).order_by("seq")
        found = list(entries.values(*columns, **as_stored)[:STEP])
        for row in found:
            after = row["seq"]
            yield {name: row[f"raw_{name}"] if f"raw_{name}" in as_stored else row[name] for name in names}
        if len(found) < STEP:
            return


def _digest_at(seq: int) -> str:
    return Entry.objects.filter(seq=seq).values_list("digest", flat=True).first() or "" if seq else ""


def _promised(after: int, promises: Iterable[SignedHead]) -> dict[int, set[str]]:
    """Return the digests that heads promise, by ``seq``."""
    promised: dict[int, set[str]] = {}
    kept = Head.objects.filter(seq__gt=after).values_list("seq", "digest")
    for seq, digest in [*kept, *((p.seq, p.digest) for p in promises if p.seq > after)]:
        promised.setdefault(seq, set()).add(digest)
    return promised


def _stray() -> Break | None:
    """Return an entry outside the chain that bears marks of sealing, if any."""
    odd = Entry.objects.filter(Q(seq__lt=1) | (Q(seq=None) & ~Q(digest=""))).order_by("id")
    found = odd.only("seq", "kind", "subject").first()
    return Break(found.seq or 0, found.kind, found.subject, _("已封存的条目被移出链外")) if found else None


def _forged_head() -> Break | None:
    """Return the first kept head that our key did not sign as it stands, if any."""
    for head in Head.objects.order_by("seq", "id").iterator():
        signed = SignedHead.of(head)
        if not (signed.is_ours and signed.is_genuine):
            return Break(head.seq, "", "", _("为该条保存的链头签名不符，链头被改写或密钥被更换"))
    return None
