"""What the record pages look at again and again: jobs to run, files to remove."""

from anning.journal.registry import periodic
from anning.ui.records import jobs
from anning.vault import store


@periodic("ui.jobs", every_s=1.0)
def run_jobs() -> int:
    """Run the next export or import that waits."""
    return jobs.run_next()


@periodic("ui.expire", every_s=300.0)
def expire_files() -> int:
    """Remove exports and uploads whose time is over."""
    return jobs.expire()


@periodic("ui.sweep_files", every_s=86_400.0)
def sweep_files() -> int:
    """Delete stored files that no row names any more, once a day."""
    return store.sweep()
