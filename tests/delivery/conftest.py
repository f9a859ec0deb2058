"""A sender, a receiver with a telephone and an address, and a real mail server."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller

from anning.accounts.models import Person, User
from anning.accounts.selectors import actor_for
from anning.kernel.actor import Actor
from anning.vault.cipher import blind_index

DAY = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)  # 10:00 in Asia/Shanghai
NIGHT = datetime(2026, 7, 20, 15, 0, tzinfo=UTC)  # 23:00


class Mailbox:
    """Takes mail, or refuses it with the answers that it was told to give."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        """Answer one recipient."""
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        """Keep one mail."""
        self.mails.append((envelope.rcpt_tos[0], envelope.content.decode()))
        return "250 OK"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    """A mail server on a free port of this machine, and settings that name it."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield box
    server.stop()


@pytest.fixture
def sender(actor_of) -> Actor:
    """A duty officer."""
    return actor_of("duty")


@pytest.fixture
def reader_user(user_of) -> User:
    """An officer of town A with a telephone and an address."""
    user = user_of("town")
    Person.objects.filter(pk=user.person.pk).update(
        email="town-a@example.org", mobile="13900001111", mobile_index=blind_index("13900001111")
    )
    user.person.refresh_from_db()
    return user


@pytest.fixture
def reader(reader_user) -> Actor:
    """An officer of town A."""
    return actor_for(reader_user)
