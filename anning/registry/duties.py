"""What the registry looks at again and again: which district this is, should nobody have said so."""

from anning.accounts.selectors import district_area
from anning.journal.registry import periodic
from anning.kernel import district


@periodic("district", every_s=60)
def know_the_district() -> int:
    """Keep the code of the district that stands in the table of areas: after a restore the home folder lacks it."""
    area = None if district.code() else district_area()
    if area is None or not district.CODE.fullmatch(area.code):
        return 0
    district.keep(area.code)
    return 1
