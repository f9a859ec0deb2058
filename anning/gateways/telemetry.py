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
    """Observe the values; those of another device only when the sender is its gateway."""
    session.turn.is_kept = True
    for device, at_ms, numbers in found.sets:
        own = device is None or device == sender.identity
        known = sender if own else _behind(session, sender, device or "")
        if known:
            session.observe_all(known, at_ms, numbers)


def _behind(session: Session, gateway: Known, identity: str) -> Known | None:
    """Return the device of this name when it stands behind the gateway."""
    known = session.desk.directory.find("mqtt", identity)
    if known and known.parameters.get("gateway") == gateway.identity:
        session.turn.heard[known.pk] = known
        return known
    session.refuse("stranger" if known is None else "not_behind_gateway", identity=identity)
    return None
