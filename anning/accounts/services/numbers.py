"""Official numbers (文号): taken at signing, in the order of signing, without gaps, never twice."""

from django.db import connection

from anning.accounts.models import NumberSeries
from anning.kernel import clock
from anning.kernel.numbers import OfficialNumber


def take_number(prefix: str, year: int | None = None) -> OfficialNumber:
    """Take the next number of the series in the caller's transaction: undone, it is free again and nothing is skipped.

    Others who sign in the same series wait until this transaction ends. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("take_number() belongs in the transaction of the signing")
    year = year or clock.today().year
    NumberSeries.objects.get_or_create(prefix=prefix, year=year)
    series = NumberSeries.objects.select_for_update().get(prefix=prefix, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return OfficialNumber(prefix, year, series.last)
