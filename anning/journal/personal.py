"""Personal values in the journal: the chain keeps a keyed digest and a reference, so that erasing leaves it whole."""

import base64
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar, Protocol, TypeVar

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext as _

from anning.journal.models import PersonalKey, PersonalValue
from anning.kernel.digest import canonical

Facts = TypeVar("Facts")
EMPTY: tuple[Any, ...] = (None, "")
STEP = 500  # values that are deleted at once


class Personal(Protocol):
    """A record that names its personal fields."""

    personal_fields: ClassVar[tuple[str, ...]]

    @property
    def subject(self) -> str: ...


def protect(subject: str, value: Any) -> Any:
    """Return what an entry keeps in place of a personal value; an empty value tells nothing and stays."""
    return _protected(subject, [value])[0]


def protect_changes(
    record: Personal | str, changes: Mapping[str, Sequence[Any]], personal_fields: Iterable[str] | None = None
) -> dict[str, list[Any]]:
    """Return ``changes`` ({field: [before, after]}) with the values of personal fields protected."""
    subject = record if isinstance(record, str) else record.subject
    if personal_fields is None:
        personal_fields = () if isinstance(record, str) else record.personal_fields
    named = set(personal_fields)
    fields = [name for name in changes if name in named]
    values = iter(_protected(subject, [value for name in fields for value in changes[name]]))
    return {name: [next(values) for _value in pair] if name in named else list(pair) for name, pair in changes.items()}


def resolve(facts: Facts) -> Facts:
    """Return ``facts`` (of one entry, or a list of many) with the personal values that still exist in their places."""
    refs = set(_refs(facts))
    kept = PersonalValue.objects.filter(ref__in=refs) if refs else ()
    values = {value.ref: json.loads(value.value) for value in kept}
    replaced: Facts = _replaced(facts, values)
    return replaced


def erase(subject: str) -> int:
    """Destroy the subject's key and values; return how many values. The chain still verifies."""
    with transaction.atomic():
        gone = PersonalValue.objects.filter(key__subject=subject).delete()[0]
        PersonalKey.objects.filter(subject=subject).delete()
        transaction.on_commit(_forget_pages)
    return gone


def bearers() -> tuple[str, ...]:
    """Return the nouns of records that are somebody: others may bear the same name."""
    return tuple(str(m._meta.model_name) for m in apps.get_models() if "name" in getattr(m, "personal_fields", ()))


def erase_mentions(*words: str, but: Iterable[str] = ()) -> int:
    """Destroy every kept value that speaks of a name or number, such as a reason that somebody wrote; return how many.

    Subjects whose nouns are in ``but`` keep theirs: others may bear the same name. The values are encrypted, so each
    of the others is read.
    """
    read = PersonalValue.objects.all()
    for noun in but:
        read = read.exclude(key__subject__startswith=f"{noun}:")
    found = [kept.pk for kept in read.only("value").iterator() if any(word in kept.value for word in words)]
    steps = range(0, len(found), STEP)
    return sum(PersonalValue.objects.filter(pk__in=found[at : at + STEP]).delete()[0] for at in steps)


def _protected(subject: str, values: list[Any]) -> list[Any]:
    """Protect several values of one subject; a value that was kept before keeps its reference."""
    texts = [None if value in EMPTY else canonical({"value": value}) for value in values]
    if not any(texts):
        return values
    key = _key_of(subject)
    secret = base64.b64decode(key.key)
    digests = [text and hmac.new(secret, text.encode(), sha256).hexdigest() for text in texts]
    fresh = {digest: canonical_value(value) for digest, value in zip(digests, values, strict=True) if digest}
    refs = _refs_of(key, fresh)
    if missing := [digest for digest in fresh if digest not in refs]:
        PersonalValue.objects.bulk_create(
            [PersonalValue(key=key, digest=digest, value=fresh[digest]) for digest in missing], ignore_conflicts=True
        )
        refs = _refs_of(key, fresh)
    return [
        {"personal": refs[digest], "digest": digest} if digest else value
        for digest, value in zip(digests, values, strict=True)
    ]


def canonical_value(value: Any) -> str:
    """Return the JSON text of one value."""
    return json.dumps(value, ensure_ascii=False)


def _key_of(subject: str) -> PersonalKey:
    made = base64.b64encode(secrets.token_bytes(32)).decode()
    return PersonalKey.objects.get_or_create(subject=subject, defaults={"key": made})[0]


def _refs_of(key: PersonalKey, digests: Iterable[str]) -> dict[str, str]:
    return dict(PersonalValue.objects.filter(key=key, digest__in=list(digests)).values_list("digest", "ref"))


def _is_reference(facts: Any) -> bool:
    return isinstance(facts, dict) and facts.keys() == {"personal", "digest"}


def _refs(facts: Any) -> Iterable[str]:
    if _is_reference(facts):
        yield facts["personal"]
    elif isinstance(facts, dict | list | tuple):
        for part in facts.values() if isinstance(facts, dict) else facts:
            yield from _refs(part)


def _replaced(facts: Any, values: Mapping[str, Any]) -> Any:
    if _is_reference(facts):
        return values.get(facts["personal"], _("已删除"))
    if isinstance(facts, dict):
        return {name: _replaced(part, values) for name, part in facts.items()}
    if isinstance(facts, list | tuple):
        return [_replaced(part, values) for part in facts]
    return facts


def _forget_pages() -> None:
    """Fold SQLite's write-ahead log into the file, so that erased values do not linger beside it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
