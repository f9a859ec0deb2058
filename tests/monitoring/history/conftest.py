"""Fixtures of the history: places where it can lie."""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.conf import settings

from anning.monitoring.history import History
from anning.monitoring.history.database import Database, FileDatabase
from anning.monitoring.history.postgres import PostgresDatabase
from tests import postgres

Opener = Callable[..., History]
NAME = f"history_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture(scope="session")
def server() -> str:
    """A database of its own in the tests' PostgreSQL, as a connection string."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
    return postgres.url(NAME)


@pytest.fixture
def empty_server(server: str) -> str:
    """The same without the tables of the test before."""
    empty(server)
    return server


def empty(server: str) -> None:
    """Drop all tables there."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


@pytest.fixture
def place(request, tmp_path) -> Callable[[bool], Database]:
    """``place(True)`` opens the store of this test to be written, ``place(False)`` to be read."""
    if settings.TEST_DATABASE == "sqlite":
        return lambda writable: FileDatabase(tmp_path / "history", writable=writable)
    parameters = {"conninfo": request.getfixturevalue("empty_server")}
    return lambda writable: PostgresDatabase(parameters, writable=writable)


@pytest.fixture
def opened(place) -> Iterator[Opener]:
    """``opened(writable=True)`` opens the history of this test, as often as wanted."""
    histories = []

    def open_it(*, writable: bool = False, **facts: int) -> History:
        histories.append(History(place(writable), writable=writable, **facts))
        return histories[-1]

    yield open_it
    for history in histories:
        history.close()


@pytest.fixture
def history(opened: Opener) -> History:
    """The history of this test, to be written."""
    return opened(writable=True)
