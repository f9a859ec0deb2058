"""Fixtures of the history: places where it can lie."""

from collections.abc import Callable, Iterator

import pytest

from anning.monitoring.history import History
from anning.monitoring.history.database import FileDatabase

Opener = Callable[..., History]


@pytest.fixture
def opened(tmp_path) -> Iterator[Opener]:
    """``opened(writable=True)`` opens the history of this test, as often as wanted."""
    histories = []

    def open_it(*, writable: bool = False) -> History:
        histories.append(History(FileDatabase(tmp_path / "history", writable=writable), writable=writable))
        return histories[-1]

    yield open_it
    for history in histories:
        history.close()


@pytest.fixture
def history(opened: Opener) -> History:
    """The history of this test, to be written."""
    return opened(writable=True)
