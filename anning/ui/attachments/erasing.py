"""What attachments keep about people, and how it is forgotten: files beside the person, names of files elsewhere."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.holders import Holder, hold
from anning.accounts.models import Person
from anning.journal import personal
from anning.ui.models import Attachment
from anning.vault import store

GONE = "×××"
SHORTEST = 5  # signs of a number; shorter ones, such as an extension, mean nobody


def copy_of(person: Person) -> dict[str, Any]:
    """Return the files beside the person and those that it uploaded."""
    found = Attachment.all_objects.filter(Q(about__in=_subjects(person)) | Q(by__in=_actors(person)))
    return {_("附件"): [{_("文件"): each.name, _("上传时间"): each.created_at.isoformat()} for each in found]}


def erase(person: Person) -> int:
    """Delete the files beside the person, and blot its name and numbers out of the names of all others."""
    numbers = (person.mobile, person.id_number, person.office_phone, person.email)
    return forget(_subjects(person)) + forget_names(person.name, *numbers)


def forget_names(name: str, *numbers: str) -> int:
    """Blot somebody's name and numbers out of the names of all files, and out of the journal; return how many files.

    A name of one sign, and a number of fewer than five, mean nobody.
    """
    words = [name] if len(name) > 1 else []
    words += [number for number in numbers if len(number) >= SHORTEST]
    done = 0
    for word in words:
        for found in Attachment.all_objects.filter(name__contains=word):
            Attachment.all_objects.filter(pk=found.pk).update(name=found.name.replace(word, GONE)[:120])
            done += 1
    personal.erase_mentions(*words, but=("user", *personal.bearers()))
    return done


def forget(subjects: Iterable[str]) -> int:
    """Delete the files beside these subjects, with their bytes once the transaction holds; return how many.

    Every service that erases somebody calls this and ``forget_names`` in the erasing transaction.
    """
    found = list(Attachment.all_objects.filter(about__in=list(subjects)))
    hashes = {digest for each in found for digest in (each.sha256, each.small_sha256) if digest}
    Attachment.all_objects.filter(pk__in=[each.pk for each in found]).delete()
    transaction.on_commit(lambda: store.remove_unnamed(hashes))
    return len(found)


def _subjects(person: Person) -> list[str]:
    others = (*person.users.all(), *person.memberships.all(), *person.appointments.all())
    return [person.subject, *(other.subject for other in others)]


def _actors(person: Person) -> list[str]:
    return [user.subject for user in person.users.all()]


hold(Holder("attachments", gettext_lazy("附件"), copy_of, erase, (Attachment,)))
