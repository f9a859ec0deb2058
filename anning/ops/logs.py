"""Rotated logs: one file per process under ANNING_HOME/logs."""

import logging
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE = 2 * 1024 * 1024  # bytes per file
OLD_FILES = 5
KEPT_LINES = 20


class ProcessLog:
    """Keeps what one process writes, in a rotated file; remembers the last lines to explain a crash."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.last: deque[str] = deque(maxlen=KEPT_LINES)
        self._file = RotatingFileHandler(folder / f"{name}.log", maxBytes=SIZE, backupCount=OLD_FILES, encoding="utf-8")
        self._file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._file.handleError = lambda record: None  # type: ignore[method-assign]  # a full disk must not stop the platform
        self._name = name

    def write(self, line: str) -> None:
        """Add one line."""
        self.last.append(line)
        self._file.handle(logging.LogRecord(self._name, logging.INFO, "", 0, line.replace("%", "%%"), (), None))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
