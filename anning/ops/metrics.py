"""The numbers of the running platform in Prometheus' text form."""

from collections.abc import Iterable, Iterator, Mapping

from anning.ops.findings import Level
from anning.ops.selectors import Health

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Samples = Iterable[tuple[Mapping[str, str], float]]


def text(health: Health) -> str:
    """Return all numbers; labels are escaped."""
    return "\n".join(line for family in _families(health) for line in family) + "\n"


def _families(health: Health) -> Iterator[list[str]]:
    level = {Level.OK: 0, Level.WARNING: 1, Level.ERROR: 2}
    yield _family("anning_level", "0 well, 1 warning, 2 error", [({}, level[health.level])])
    yield _family(
        "anning_check_level",
        "as anning_level, by check",
        [({"check": r.check}, level[r.level]) for r in health.results],
    )
    yield _family("anning_unsealed_entries", "entries that the sealer has not reached", [({}, health.unsealed.count)])
    yield _family("anning_unsealed_age_seconds", "age of the oldest of them", [({}, health.unsealed.oldest_s)])
    yield _family(
        "anning_listener_behind",
        "entries not heard yet",
        [({"listener": each.name}, each.behind) for each in health.listeners],
    )
    yield _family(
        "anning_listener_failures",
        "failures in a row",
        [({"listener": each.name}, each.failures) for each in health.listeners],
    )
    yield _family(
        "anning_heartbeat_age_seconds",
        "since the last sign of life",
        [({"process": life.process}, life.silent_s) for life in health.lives if life.silent_s is not None],
    )
    yield _family(
        "anning_delivery_attempts", "by state", [({"state": state}, n) for state, n in sorted(health.waiting.items())]
    )
    yield _family("anning_disk_free_bytes", "beside the data", [({}, health.free_mb * 1024 * 1024)])


def _family(name: str, help_text: str, samples: Samples) -> list[str]:
    lines = [f"# HELP {name} {help_text}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        lines.append(f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}")
    return lines


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
