"""JSON telemetry over MQTT and HTTP: ThingsBoard's payload forms, and the topics of plain devices. Pure.

ThingsBoard: ``{"k": v}``, ``[{"k": v}, …]``, ``{"ts": ms, "values": {…}}``, a list of the latter; a gateway sends
``{"device": [one of these, …]}``. Plain devices: ``<site>/<device>/<metric>`` with a bare number or
``{"value", "ts", "unit"}``; Tasmota's ``tele/<device>/SENSOR``; Zigbee2MQTT's ``zigbee2mqtt/<device>``.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from anning.kernel.frames import BadFrame

MOST = 20_000  # values of one payload
LATEST_MS = 4_102_444_800_000  # the year 2100; what lies beyond is no time in milliseconds
DEEPEST = 4  # levels of nested objects that are flattened, their keys joined by dots
NUMBERS = frozenset((float, int))
WORDS = {"on": 1.0, "off": 0.0, "true": 1.0, "false": 0.0, "online": 1.0, "offline": 0.0}

ME = "v1/devices/me/"
OWN = frozenset((f"{ME}telemetry", f"{ME}attributes"))
GATEWAY = "v1/gateway/"
PRESENCE = "online"  # the key of a device's last will


class Reading(NamedTuple):
    """One value: the device's name where the payload names one, the key, ms since 1970 UTC where a time is given.

    ``value`` is None when the device says that it has none.
    """

    device: str | None
    key: str
    at_ms: int | None
    value: float | None


class Values(NamedTuple):
    """What one device says of one moment: numbers by key, None where it says that it has none."""

    device: str | None
    at_ms: int | None
    numbers: dict[str, float | None]


@dataclass(slots=True)
class Telemetry:
    """What one payload says, and beside it what is no number: kept, not judged."""

    sets: list[Values] = field(default_factory=list)
    others: dict[str, Any] = field(default_factory=dict)

    @property
    def readings(self) -> list[Reading]:
        """The values one by one."""
        return [
            Reading(each.device, key, each.at_ms, number) for each in self.sets for key, number in each.numbers.items()
        ]


def decode(topic: str, payload: bytes) -> Telemetry:
    """Return what ``payload``, published under ``topic``, says. Raises BadFrame."""
    if topic in OWN:
        return decode_device(payload)
    match topic.split("/"):
        case ["v1", "gateway", "telemetry" | "attributes"]:
            return decode_gateway(payload)
        case ["tele", device, "LWT"] | ["zigbee2mqtt", device, "availability"]:
            return _presence(device, payload)
        case ["tele", device, "SENSOR" | "STATE"] | ["zigbee2mqtt", device]:
            return _collect([(device, None, _object(_load(payload)))])
        case [*_site, device, metric] if device and metric:
            return _plain(device, metric, payload)
    raise BadFrame("topic", f"topic {topic[:80]!r} is not one of telemetry")


def decode_device(payload: bytes) -> Telemetry:
    """Return the readings of one device, from any of ThingsBoard's four forms. Raises BadFrame."""
    return _collect(_sets(None, _load(payload)))


def decode_gateway(payload: bytes) -> Telemetry:
    """Return the readings of the devices behind a gateway. Raises BadFrame."""
    devices = _object(_load(payload))
    return _collect(each for device, sets in devices.items() for each in _sets(device, sets))


def encode_device(values: dict[str, float], at_ms: int | None = None) -> bytes:
    """Return ``values`` as a device publishes them."""
    return json.dumps(values if at_ms is None else {"ts": at_ms, "values": values}, separators=(",", ":")).encode()


def _refuse_constant(name: str) -> float:
    raise BadFrame("json", f"{name} is not JSON")


DECODER = json.JSONDecoder(parse_constant=_refuse_constant)  # json.loads would make one for every payload


def _load(payload: bytes) -> Any:
    try:
        return DECODER.decode(payload.decode())
    except BadFrame:
        raise
    except (ValueError, RecursionError) as error:
        raise BadFrame("json", f"payload is not JSON: {error}") from None


def _object(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise BadFrame("form", f"an object is expected, not {type(given).__name__}")
    return given


def _sets(device: str | None, given: Any) -> Iterator[tuple[str | None, int | None, dict[str, Any]]]:
    """Yield device, time and values of each set."""
    for each in given if isinstance(given, list) else (given,):
        facts = _object(each)
        if "values" in facts and len(facts) == 1 + ("ts" in facts):
            yield device, _time(facts.get("ts")), _object(facts["values"])
        else:
            yield device, None, facts


def _time(given: Any) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < LATEST_MS:
        raise BadFrame("time", f"ts {str(given)[:40]} is not a time in milliseconds")
    return int(given)


def _collect(sets: Iterable[tuple[str | None, int | None, dict[str, Any]]]) -> Telemetry:
    found, count = Telemetry(), 0
    for device, at_ms, values in sets:
        numbers = values if _are_numbers(values) else _numbers(values, found.others)
        count += len(numbers)
        if count + len(found.others) > MOST:
            raise BadFrame("too_many", f"more than {MOST} values in one payload")
        if numbers:
            found.sets.append(Values(device, at_ms, numbers))
    return found


def _are_numbers(values: dict[str, Any]) -> bool:
    """Whether all values are finite numbers, as those of nearly all devices are."""
    try:
        return NUMBERS.issuperset(map(type, values.values())) and math.isfinite(sum(values.values(), 0.0))
    except OverflowError:
        return False


def _numbers(values: dict[str, Any], others: dict[str, Any]) -> dict[str, float | None]:
    """Return the numbers among the values, what is nested flattened; put the rest into ``others``."""
    numbers: dict[str, float | None] = {}
    for key, given in _flat("", values, 1):
        number = _number(given)
        if number is not None or given is None:
            numbers[key] = number
        else:
            others[key] = given
        if len(numbers) + len(others) > MOST:
            raise BadFrame("too_many", f"more than {MOST} values in one payload")
    return numbers


def _flat(prefix: str, values: dict[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    """Yield keys and values; what is nested comes with its keys joined."""
    for key, given in values.items():
        if isinstance(given, dict) and depth < DEEPEST:
            yield from _flat(f"{prefix}{key}.", given, depth + 1)
        else:
            yield prefix + key, given


def _number(given: Any) -> float | None:
    """Return ``given`` as a finite number; None when it is none."""
    if isinstance(given, str):
        if (word := WORDS.get(given.lower())) is not None:
            return word
        if len(given) > 32 or not given[-1:].isdigit():
            return None
    elif not isinstance(given, int | float):
        return None
    try:
        value = float(given)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _plain(device: str, metric: str, payload: bytes) -> Telemetry:
    given = _load(payload)
    if isinstance(given, dict) and "value" in given:
        found = _collect([(device, _time(given.get("ts")), {metric: given["value"]})])
        found.others.update({key: rest for key, rest in given.items() if key not in {"value", "ts"}})
        return found
    return _collect([(device, None, {metric: given})])


def _presence(device: str, payload: bytes) -> Telemetry:
    word = payload[:16].decode(errors="replace").strip().lower()
    if word not in {"online", "offline"}:
        raise BadFrame("form", "presence is Online or Offline")
    return Telemetry([Values(device, None, {PRESENCE: WORDS[word]})])
