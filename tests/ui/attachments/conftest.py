"""Fixtures of the attachments: somebody who may do everything, somebody of a town, a document, and uploads."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anning.accounts.models import Role, User
from anning.accounts.selectors import actor_for
from anning.kernel.actor import Actor
from anning.office.models import Document
from anning.ui.records import services
from anning.ui.records.register import find
from tests.district import District, make_user

Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path) -> None:
    """Files of one test lie apart."""
    settings.FILES = tmp_path / "files"


@pytest.fixture
def officer(district: District) -> User:
    role = Role.objects.create(code="all", name="all", permissions=["*"], reach=Role.Reach.DISTRICT)
    return make_user(role, organisation=district.bureau)


@pytest.fixture
def actor(officer: User) -> Actor:
    return actor_for(officer)


@pytest.fixture
def browser(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def document(actor: Actor) -> Document:
    facts = {"code": "1号", "title": "防汛预案", "kind": "plan", "issuer": "区应急局"}
    made: Document = services.create(find("documents"), actor, facts)
    return made


@pytest.fixture
def send(browser: Client) -> Send:
    """``send(row, {"a.txt": b"…"})`` uploads files to a row of a register and returns the answer."""

    def upload(row: Any, named: dict[str, bytes], register: str = "documents", client: Client = browser) -> Any:
        files = [SimpleUploadedFile(name, content) for name, content in named.items()]
        return client.post(f"/r/{register}/{row.pk}/attachments/add/", {"file": files})

    return upload
