"""Telemetry of MQTT and HTTP: whose values they are, and into which channels they go."""

from anning.gateways.session import Session
from anning.monitoring.selectors import Known
from anning.protocols import telemetry
from anning.protocols.telemetry import GATEWAY, Telemetry


def hear_telemetry(session: Session, sender: Known, topic: str, payload: bytes) -> None:
    """Observe what ``sender`` publishes under ``topic``. Raises BadFrame for a payload that cannot be read."""
    if topic.startswith(GATEWAY) and not topic.endswith(("telemetry", "attributes")):
        return  # connect, disconnect, rpc answers: nothing to store
    observe(session, sender, telemetry.decode(topic, payload))


def observe(session: Session, sender: Known, found: Telemetry) -> None:
    """Observe the readings; those of another device only when the sender is its gateway."""
    session.turn.is_kept = True
    devices: dict[str | None, Known | None] = {None: sender, sender.identity: sender}
    for reading in found.readings:
        if reading.device not in devices:
            devices[reading.device] = _behind(session, sender, reading.device or "")
        if known := devices[reading.device]:
            session.observe(known, reading.key, reading.at_ms, reading.value)


def _behind(session: Session, gateway: Known, identity: str) -> Known | None:
    """Return the device of this name when it stands behind the gateway."""
    known = session.desk.directory.find("mqtt", identity)
    if known and known.parameters.get("gateway") == gateway.identity:
        session.turn.heard[known.pk] = known
        return known
    session.refuse("stranger" if known is None else "not_behind_gateway", identity=identity)
    return None
