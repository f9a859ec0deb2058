"""Questions about the running platform."""

from dataclasses import dataclass

from anning.kernel.actor import Actor
from anning.ops import disk, lags
from anning.ops.findings import Level, Result, examine, worst


@dataclass(frozen=True, slots=True)
class Health:
    """What the checks of the running platform found, and its numbers."""

    level: Level
    results: list[Result]
    lives: list[lags.Life]
    listeners: list[lags.ListenerLag]
    unsealed: lags.Unsealed
    waiting: dict[str, int]
    free_mb: int


def health(actor: Actor) -> Health:
    """Return the state of the running platform. Raises NotAllowed without ``ops.view_health``."""
    actor.require("ops.view_health")
    results = list(examine(running_only=True))
    return Health(
        worst(results),
        results,
        lags.lives(),
        lags.listeners(),
        lags.unsealed(),
        lags.waiting_messages(),
        disk.free_mb(),
    )
