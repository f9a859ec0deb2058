"""What each register offers to the search box and to the one map."""

from anning.ui.records.register import Register


def offer(register: Register) -> None:
    """Add the register's search source and map layer."""
