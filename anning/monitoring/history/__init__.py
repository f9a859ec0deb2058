"""The historian: keeps every reading as it came, small and quick to ask, behind one narrow door."""

from anning.monitoring.history.door import History
from anning.monitoring.history.errors import ExportMissing, HistoryBusy, HistoryDamaged, HistoryForeign, HistoryFull
from anning.monitoring.history.last import Last
from anning.monitoring.history.reading import Series
from anning.monitoring.history.trends import Days, Trend

__all__ = [
    "Days",
    "ExportMissing",
    "History",
    "HistoryBusy",
    "HistoryDamaged",
    "HistoryForeign",
    "HistoryFull",
    "Last",
    "Series",
    "Trend",
    "open_history",
]


def open_history(*, writable: bool = False) -> History:
    """Open the history that belongs to the settings' database: a file beside SQLite, tables in PostgreSQL.

    Raises HistoryBusy when ``writable`` and another process writes it already, HistoryForeign for tables of another
    format.
    """
    from django.conf import settings
    from django.db import connection

    from anning.monitoring.history.database import Database, FileDatabase
    from anning.monitoring.history.postgres import PostgresDatabase

    if connection.vendor == "postgresql":
        database: Database = PostgresDatabase(connection.get_connection_params(), writable=writable)
    else:
        database = FileDatabase(settings.HOME / "history", writable=writable)
    return History(database, writable=writable, days=settings.HISTORY_DAYS, frames_days=settings.FRAMES_DAYS)
