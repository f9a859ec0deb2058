"""What must be looked at again and again: sessions that ran out, erased people's freed pages."""

from anning.accounts.services import guards, scrub_erased, sweep_sessions
from anning.journal.registry import periodic


@periodic("accounts.sessions", every_s=60)
def close_sessions() -> int:
    """Close sessions that ran out; forget old ones and old failures."""
    sweep_sessions()
    guards.sweep()
    return 0  # nothing waits: one look a minute is enough


@periodic("accounts.scrub", every_s=5)
def scrub() -> int:
    """Make the database forget the freed pages of erased people."""
    return scrub_erased()
