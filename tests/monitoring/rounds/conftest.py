"""Rounds need readings: the history of the desk's tests serves here too."""

from tests.monitoring.desk.conftest import history, record

__all__ = ["history", "record"]
