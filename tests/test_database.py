"""The database of the tests is a real one, with the product's own options."""

import threading

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for():
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[settings.TEST_DATABASE]


@pytest.mark.django_db(transaction=True)
def test_another_thread_sees_what_was_committed():
    Session.objects.create(session_key="a" * 32, session_data="", expire_date="2099-01-01T00:00:00Z")
    seen: list[int] = []

    def look() -> None:
        seen.append(Session.objects.count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]


@pytest.mark.skipif("settings.TEST_DATABASE != 'sqlite'", reason="options of SQLite")
@pytest.mark.django_db
def test_sqlite_keeps_the_promises_of_the_product():
    with connection.cursor() as cursor:
        values = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "secure_delete")}

    assert values == {"journal_mode": "wal", "secure_delete": 1}
