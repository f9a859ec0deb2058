"""Letting several threads do something at the same moment, each on its own database connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

PATIENCE_S = 60


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run ``works`` at once in real threads; return what each returned, or the exception that it raised.

    Needs ``@pytest.mark.django_db(transaction=True)``: a thread sees only what is committed.
    """
    start = Barrier(len(works), timeout=PATIENCE_S)

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return [done.result(PATIENCE_S) for done in [threads.submit(run, work) for work in works]]


def successes(results: list[Any]) -> list[Any]:
    """Return the results that are no exceptions."""
    return [result for result in results if not isinstance(result, Exception)]
