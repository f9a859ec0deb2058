"""How a maker deviates from the standard inside the application data; the frame layer never bends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """What may be different in the application data of one maker.

    ``tolerant``: keep what cannot be structured as hex instead of refusing it, and take a last object that ends
    before its time tag. ``bcd``: time tags are BCD. ``year_first``: time tags begin with the year.
    """

    tolerant: bool = False
    bcd: bool = False
    year_first: bool = False


STANDARD = Profile()
TOLERANT = Profile(tolerant=True)
FSCN8001 = Profile(tolerant=True, bcd=True, year_first=True)
