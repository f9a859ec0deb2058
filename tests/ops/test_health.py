"""Health for machines and for system administrators."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from anning.journal.models import Cursor, Entry, Heartbeat
from anning.journal.registry import listeners
from anning.journal.services import beat, record
from anning.kernel import clock
from anning.kernel.actor import system
from anning.ops import findings
from anning.ops.clockwatch import Watch
from anning.ops.findings import Level, examine, worst
from anning.ops.selectors import health

WATCHER = system("ops.view_health")

pytestmark = pytest.mark.django_db


def seen(check: str) -> findings.Result:
    """Return the worst result of one check."""
    results = [result for result in examine() if result.check == check]
    return max(results, key=lambda result: list(Level).index(result.level))


def make_entry() -> Entry:
    """Record one fact."""
    with transaction.atomic():
        return record("area.create", "area:1", system(), name="甲")


def test_strangers_learn_only_that_it_is_alive():
    answer = Client().get("/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_administrators_learn_what_is_wrong(client_of):
    Heartbeat.objects.create(process="work", instance="here:1", at=clock.now() - timedelta(hours=1))

    answer = client_of("admin").get("/health").json()

    assert answer["level"] == "warning"
    assert any(each["check"] == "processes" and "work" in each["seen"] for each in answer["checks"])


@pytest.mark.parametrize("path", ["/metrics", "/ops/state/"])
def test_numbers_and_the_page_need_the_permission(client_of, path):
    assert client_of("admin").get(path).status_code == 200
    assert client_of("duty").get(path).status_code == 403


def test_the_numbers_are_in_the_form_of_prometheus(client_of):
    beat("work", 'odd"name\\\n')

    lines = client_of("admin").get("/metrics").content.decode().splitlines()

    label = r"\{\w+=\"(?:[^\"\\]|\\.)*\"\}"
    assert all(re.fullmatch(rf"# (HELP|TYPE) \w+ .*|\w+({label})? [\d.e+-]+", line) for line in lines)
    assert any(line.startswith('anning_heartbeat_age_seconds{process="work"}') for line in lines)


def test_a_late_sealer_is_an_error():
    entry = make_entry()
    Entry.objects.filter(pk=entry.pk).update(recorded_at=clock.now() - timedelta(minutes=5))

    assert seen("sealer").level == Level.ERROR and "anning work" in seen("sealer").remedy


def test_a_stuck_listener_is_an_error_that_names_it():
    name = next(iter(listeners))
    Cursor.objects.create(listener=name, seq=4, failures=3, error="ValueError: 坏了")

    result = seen("reactions")

    assert result.level == Level.ERROR and name in result.seen and "坏了" in result.seen


def test_a_clock_that_was_set_back_is_an_error():
    entry = make_entry()
    Entry.objects.filter(pk=entry.pk).update(recorded_at=clock.now() + timedelta(minutes=5))

    assert seen("clock").level == Level.ERROR


def test_a_jump_of_the_clock_is_remembered_for_an_hour():
    watch = Watch()
    assert watch.look() == 0.0
    watch._offset -= 60  # as if the wall clock had been set forward by a minute

    assert watch.look() == pytest.approx(60, abs=1)
    beat("serve", "here:2", jump=watch.last_jump)
    assert any(
        "serve" in result.seen and result.level == Level.WARNING for result in examine() if result.check == "clock"
    )


def test_a_check_that_fails_is_an_error_and_not_silence(monkeypatch):
    def breaks() -> list[findings.Finding]:
        raise ZeroDivisionError("nothing to divide")

    monkeypatch.setitem(findings.checks, "odd", findings.Check("odd", "怪", breaks, running=True))

    results = list(examine(running_only=True))

    assert worst(results) == Level.ERROR
    assert any("ZeroDivisionError" in result.seen for result in results)


def test_the_state_is_told_with_its_numbers():
    make_entry()

    state = health(WATCHER)

    assert state.unsealed.count == 1 and state.free_mb > 0
    assert {life.process for life in state.lives} == {"serve", "live", "work", "gateways"}


def test_the_home_of_administrators_names_what_is_wrong(client_of):
    Heartbeat.objects.create(process="work", instance="here:1", at=clock.now() - timedelta(hours=1))

    page = client_of("admin").get("/admin").content.decode()

    assert "没有心跳" in page and "各项检查正常" not in page
