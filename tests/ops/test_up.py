"""``anning up`` with real processes."""

import json
import os
import signal
import socket
import sqlite3
import ssl
import time
import urllib.error
from pathlib import Path

import pytest

from tests.ops.conftest import PlatformOf, free_port, run


def is_alive(pid: int) -> bool:
    """Whether the process still runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_platform_answers_restarts_what_dies_and_stops_cleanly(platform_of: PlatformOf):
    platform = platform_of("--no-demo")
    assert json.load(platform.get("health")) == {"status": "ok"}
    before = platform.children()
    assert set(before) == {"serve", "live", "work", "gateways"}

    os.kill(before["work"], signal.SIGKILL)
    platform.wait_for("work 意外停止")
    platform.wait_for("work 已重启")
    os.kill(before["serve"], signal.SIGKILL)
    platform.wait_for("serve 已重启")
    after = platform.children()

    assert after["work"] != before["work"] and after["live"] == before["live"]
    assert json.load(platform.get("health")) == {"status": "ok"}
    start = time.monotonic()
    assert platform.stop() == 0
    assert time.monotonic() - start < 10
    assert not any(is_alive(pid) for pid in after.values())
    assert {path.name for path in (platform.home / "logs").iterdir()} >= {"serve.log", "work.log"}


def test_no_child_outlives_a_killed_supervisor(platform_of: PlatformOf, home: Path):
    platform = platform_of("--no-demo")
    address = platform.address
    children = platform.children()

    platform.process.kill()
    platform.process.wait()

    until = time.monotonic() + 15
    while any(is_alive(pid) for pid in children.values()) and time.monotonic() < until:
        os.sched_yield()
    assert [name for name, pid in children.items() if is_alive(pid)] == []
    with pytest.raises(urllib.error.URLError):
        platform.get("health")
    assert address


def test_a_second_start_on_one_home_is_refused(platform_of: PlatformOf, home: Path):
    platform = platform_of("--no-demo")
    platform.wait_for("已启动")

    second = run(platform.home, "up", "--no-demo")

    assert second.returncode == 1
    assert f"进程号 {platform.process.pid}" in second.stderr and "ANNING_HOME" in second.stderr


def test_a_busy_port_is_named_replaced_and_printed(platform_of: PlatformOf, home: Path):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        busy = squatter.getsockname()[1]

        platform = platform_of("--no-demo", ANNING_PORT=str(busy))

        line = platform.wait_for("网页端口", str(busy), "ANNING_PORT")
        replacement = line.partition("改用 ")[2].partition("（")[0]
        assert platform.address.endswith(f":{replacement}/")
        assert json.load(platform.get("health")) == {"status": "ok"}


def test_a_start_keeps_the_data(platform_of: PlatformOf, home: Path):
    key = (home / "keys" / "data.key").read_bytes()
    with sqlite3.connect(home / "anning.sqlite3") as database:
        database.execute("UPDATE accounts_role SET name = '改过的名称' WHERE code = 'duty'")

    platform = platform_of("--no-demo")
    platform.wait_for("已启动")
    platform.stop()

    with sqlite3.connect(home / "anning.sqlite3") as database:
        assert database.execute("SELECT name FROM accounts_role WHERE code = 'duty'").fetchone() == ("改过的名称",)
    assert (home / "keys" / "data.key").read_bytes() == key
    assert not any("更新数据库" in line for line in platform.said)


def test_tls_is_served_by_a_certificate_of_our_own_authority(platform_of: PlatformOf, home: Path):
    platform = platform_of("--tls", "--no-demo")
    authority = platform.home / "keys" / "ca.pem"
    platform.wait_for("指纹")

    answer = platform.get("health", authority=authority)

    assert platform.address.startswith("https://")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    with pytest.raises(urllib.error.URLError) as refused:
        platform.get("health")
    assert isinstance(refused.value.reason, ssl.SSLCertVerificationError)


def test_the_children_share_one_accelerated_clock(platform_of: PlatformOf, home: Path):
    platform = platform_of("--no-demo", ANNING_CLOCK="2026-07-20T08:00+08:00@60")
    platform.wait_for("已启动")

    clocks = {
        line.decode()
        for pid in platform.children().values()
        for line in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        if line.startswith(b"ANNING_CLOCK=")
    }

    assert len(clocks) == 1 and clocks.pop().count("@") == 2


def test_an_address_of_the_network_is_refused_while_demo_accounts_exist(platform_of: PlatformOf):
    platform = platform_of(ANNING_HOST="0.0.0.0")

    assert platform.process.wait(90) == 1
    assert any("演示账号仍可登录" in line for line in platform.said)


def test_an_impossible_setting_is_refused_by_name(tmp_path: Path):
    done = run(tmp_path / "home", "up", ANNING_PORT="zero")

    assert done.returncode != 0
    assert "ANNING_PORT" in done.stderr and "Traceback" not in done.stderr


def test_a_free_port_is_free():
    from anning.ops.ports import choose, is_free

    port = free_port()

    assert is_free("127.0.0.1", port)
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        assert not is_free("127.0.0.1", port)
        chosen = choose("127.0.0.1", {"a": port, "b": port + 1})
    assert chosen["a"] not in {port, chosen["b"]}
