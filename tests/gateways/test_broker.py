"""The client of an outside broker: a real mosquitto, its clients, and an access list as the manual gives it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateways.conftest import free_port, point_of, refusals, until

ACCESS = """user anning
topic read #
pattern write devices/%u/telemetry
"""
MOSQUITTO = "/usr/sbin/mosquitto"


class Broker:
    """A mosquitto of this test: two devices and the platform have accounts."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        passwords = folder / "passwords"
        passwords.touch()
        for name in ("anning", "tank", "stranger"):
            subprocess.run(["mosquitto_passwd", "-b", passwords, name, f"pw-{name}"], check=True, capture_output=True)
        (folder / "access").write_text(ACCESS)
        (folder / "conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\nuser root\npassword_file {passwords}\n"
            f"acl_file {folder / 'access'}\npersistence true\npersistence_location {folder}/\nmax_queued_messages 0\n"
        )
        self.start()

    def start(self) -> None:
        """Start it."""
        self._process = subprocess.Popen([MOSQUITTO, "-c", str(self._folder / "conf")], stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(30)

    def publish(self, user: str, topic: str, message: str) -> int:
        """Publish as mosquitto's client does; return how it ended."""
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-u", user, "-P", f"pw-{user}"]
        command = ["mosquitto_pub", *address, "-q", "1", "-t", topic, "-m", message]
        return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running mosquitto."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    made = Broker(folder)
    yield made
    made.stop()


@pytest.fixture
def relayed(broker: Broker, gate: Any, settings: Any) -> Any:
    """The doors, set to hear the broker, not yet opened."""
    settings.MQTT_BROKER = f"mqtt://anning:pw-anning@127.0.0.1:{broker.port}"
    return gate


def test_what_devices_publish_at_the_broker_is_stored(broker, relayed, make_device):
    device = make_device("mqtt", "tank", "level")
    relayed.open("http")

    until(lambda: broker.publish("tank", "devices/tank/telemetry", '{"level": 7}') == 0 and relayed.stored())

    assert relayed.stored()[0][0::2] == (point_of(device, "level"), 7.0)


def test_what_is_published_while_the_platform_is_away_is_stored_when_it_is_back(broker, relayed, make_device):
    make_device("mqtt", "tank", "level")
    relayed.open("http")
    until(lambda: broker.publish("tank", "devices/tank/telemetry", '{"level": 1}') == 0 and relayed.stored())
    relayed.close()
    before = len(relayed.stored())

    broker.publish("tank", "devices/tank/telemetry", '{"level": 2}')
    relayed.open("http")

    until(lambda: len(relayed.stored()) > before)
    assert relayed.stored()[-1][2] == 2.0


def test_a_stranger_at_the_broker_is_counted_and_nobody_speaks_for_another(broker, relayed, make_device):
    make_device("mqtt", "tank", "level")
    relayed.open("http")

    until(lambda: broker.publish("stranger", "devices/stranger/telemetry", '{"level": 1}') == 0 and refusals(relayed))
    broker.publish("stranger", "devices/tank/telemetry", '{"level": 99}')

    assert ("stranger", "stranger") in refusals(relayed)
    assert relayed.stored() == []
