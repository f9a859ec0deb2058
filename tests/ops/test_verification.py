"""The nightly walk over the whole chain, and how loud a break is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import system
from anning.ops.duties import verify_whole_chain
from anning.ops.findings import Level, examine

NIGHT = datetime(2026, 7, 20, 20, 0, tzinfo=UTC)  # 04:00 in Asia/Shanghai

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(monkeypatch, settings):
    """Three sealed entries, and a clock that stands at four in the morning."""
    settings.VERIFY_AT = "03:30"
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    for number in range(3):
        with transaction.atomic():
            record("area.create", f"area:{number + 1}", system(), name="甲")
    seal()


def walks() -> list[Entry]:
    return list(Entry.objects.filter(kind="journal.verify").order_by("id"))


def tamper(text: str, into: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET body = replace(body, %s, %s) WHERE seq = 2", [text, into])


def look() -> tuple[Level, str]:
    (result,) = (result for result in examine(running_only=True) if result.check == "verification")
    return result.level, result.seen


def test_the_chain_is_walked_once_a_night_and_the_result_is_journaled(sealed, monkeypatch):
    assert look() == (Level.OK, "尚未到首次校验的时间")

    verify_whole_chain()
    verify_whole_chain()

    (walk,) = walks()
    assert (walk.data["count"], walk.data["broken"], walk.actor) == (3, "", "system")
    assert look()[0] == Level.OK and "核对全部 3 条" in look()[1]
    monkeypatch.setattr(clock, "now", lambda: NIGHT + timedelta(hours=23))
    verify_whole_chain()
    assert len(walks()) == 1
    monkeypatch.setattr(clock, "now", lambda: NIGHT + timedelta(hours=24))
    verify_whole_chain()
    assert len(walks()) == 2


def test_nothing_is_walked_when_nothing_is_sealed_or_it_is_switched_off(sealed, settings):
    settings.VERIFY_AT = ""
    verify_whole_chain()

    assert not walks() and look()[0] == Level.WARNING


def test_a_walk_that_is_long_ago_is_doubtful(sealed, monkeypatch):
    verify_whole_chain()
    monkeypatch.setattr(clock, "now", lambda: NIGHT + timedelta(days=3))

    assert look() == (Level.WARNING, "已 3 天没有校验")


def test_a_break_is_loud_for_the_three_until_the_chain_is_whole(sealed, client_of, monkeypatch):
    clients = {role: client_of(role) for role in ("admin", "security", "auditor", "duty")}
    pages = {"admin": "/admin", "security": "/admin", "auditor": "/audit", "duty": "/duty"}

    def alarmed() -> set[str]:
        return {role for role, client in clients.items() if "bar-alarm" in client.get(pages[role]).content.decode()}

    tamper("甲", "乙")
    verify_whole_chain()

    assert "第 2 条" in walks()[-1].data["broken"] and look()[0] == Level.ERROR
    assert alarmed() == {"admin", "security", "auditor"}
    tamper("乙", "甲")
    monkeypatch.setattr(clock, "now", lambda: NIGHT + timedelta(days=1))
    verify_whole_chain()
    assert not alarmed()
