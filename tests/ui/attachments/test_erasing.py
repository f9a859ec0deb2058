"""Who is erased leaves no file and no name of a file."""

import io

import pytest

from anning.accounts.services import copy_person, erase_person
from anning.journal.sealer import seal
from anning.journal.selectors import first_broken_entry
from anning.kernel.actor import system
from anning.ui.attachments import erasing, services
from anning.ui.models import Attachment
from anning.ui.records.register import find
from anning.vault import store
from tests.district import make_person

NAME, MOBILE = "欧阳曼殊", "13920001234"
ERASER = system("accounts.erase_person", "accounts.copy_person")


@pytest.fixture
def person(actor, district, document):
    """Somebody with a file of its own, and named in the name of a document's file."""
    made = make_person(district.bureau, NAME, mobile=MOBILE)
    services.add(find("people"), actor, made.pk, name="资格证书.txt", file=io.BytesIO(b"certificate"))
    for name in (f"{NAME}的说明.txt", f"联系{MOBILE}.txt"):
        services.add(find("documents"), actor, document.pk, name=name, file=io.BytesIO(name.encode()))
    return made


def test_the_copy_for_the_person_names_its_files(person):
    assert [each["文件"] for each in copy_person(person.pk, ERASER)["附件"]["附件"]] == ["资格证书.txt"]


@pytest.mark.django_db(transaction=True)
def test_files_and_names_of_files_go_with_the_person(person, document, browser):
    own = Attachment.all_objects.get(about=person.subject)
    seal()

    erase_person(person.pk, ERASER, reason="本人申请")
    seal()

    assert not store.path_of(own.sha256).exists()
    assert sorted(Attachment.all_objects.values_list("name", flat=True)) == ["×××的说明.txt", "联系×××.txt"]
    page = browser.get(f"/r/documents/{document.pk}/history/").content.decode()
    assert NAME not in page and MOBILE not in page
    assert first_broken_entry() is None


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_beside_another_record_stay(person, actor, document):
    twin = services.add(find("documents"), actor, document.pk, name="范本.txt", file=io.BytesIO(b"certificate"))

    assert erasing.forget([person.subject]) == 1

    assert store.is_whole(twin.sha256)
    assert not Attachment.all_objects.filter(about=person.subject).exists()
