"""The devices of the demo run beside the platform only where there is a demo, and only while they are wanted."""

import sqlite3
from pathlib import Path

from tests.ops.conftest import PlatformOf, run


def give_demo_account(home: Path) -> None:
    """Make the first account of a home one of the demo; nothing else of the demo is there."""
    assert run(home, "ops_first_accounts").returncode == 0
    with sqlite3.connect(home / "anning.sqlite3") as database:
        assert database.execute("UPDATE accounts_user SET is_demo = 1").rowcount


def test_devices_start_beside_the_platform_and_refuse_what_is_no_demo_district(platform_of: PlatformOf, home: Path):
    give_demo_account(home)

    platform = platform_of("--no-demo")

    platform.wait_for("devices 意外停止")
    assert platform.wait_for("这里不是演示环境")
    assert platform.wait_for("已启动")


def test_devices_stay_away_when_they_are_not_wanted(platform_of: PlatformOf, home: Path):
    give_demo_account(home)

    platform = platform_of("--no-demo", ANNING_DEMO_DEVICES="off")
    platform.wait_for("已启动")

    assert set(platform.children()) == {"serve", "live", "work", "gateways"}
    assert not any("devices" in line for line in platform.said)
