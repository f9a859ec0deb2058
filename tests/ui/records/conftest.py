"""Fixtures of the record pages: somebody who may do everything with the books, and the way a file is brought."""

import io
from collections.abc import Callable

import pytest
from django.test import Client

from anning.accounts.models import Role, User
from anning.accounts.selectors import actor_for
from anning.kernel.actor import Actor
from tests.district import District, make_user

Upload = Callable[..., str]


@pytest.fixture
def officer(district: District) -> User:
    role = Role.objects.create(code="all", name="all", permissions=["*"], reach=Role.Reach.DISTRICT)
    return make_user(role, organisation=district.bureau)


@pytest.fixture
def town_officer(district: District) -> User:
    role = Role.objects.create(code="town-all", name="town-all", permissions=["*"], reach=Role.Reach.AREA)
    return make_user(role, organisation=district.town_a.government)


@pytest.fixture
def actor(officer: User) -> Actor:
    return actor_for(officer)


@pytest.fixture
def browser(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def upload(browser: Client) -> Upload:
    """``upload("documents", content)`` gives the address of the batch; ``refused=True`` the page that says why not."""

    def send(register: str, content: bytes, filename: str = "测试.xlsx", *, refused: bool = False, **facts: str) -> str:
        file = io.BytesIO(content)
        file.name = filename
        answer = browser.post(f"/r/{register}/import/", {"file": file, **facts})
        if refused:
            assert answer.status_code == 422, answer.status_code
            return answer.content.decode()
        assert answer.status_code == 302, answer.content.decode()
        return str(answer.headers["Location"])

    return send
