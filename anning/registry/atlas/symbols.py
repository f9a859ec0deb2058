"""How layers look: a colour, a shape and a letter, never one alone; the four level colours are not among them."""

from collections.abc import Mapping
from dataclasses import dataclass

NAVY, GREEN, PURPLE, TEAL, BROWN, SLATE = "#0b3d91", "#2e7d32", "#6a1b9a", "#00695c", "#5d4037", "#455a64"
# Outlines in a square of 20: drawn by the browser, by the legend's SVG and by the picture alike.
SHAPES: Mapping[str, tuple[tuple[int, int], ...]] = {
    "square": ((2, 2), (18, 2), (18, 18), (2, 18)),
    "diamond": ((10, 0), (20, 10), (10, 20), (0, 10)),
    "triangle": ((10, 0), (20, 18), (0, 18)),
    "hexagon": ((5, 1), (15, 1), (20, 10), (15, 19), (5, 19), (0, 10)),
    "circle": (
        (10, 1), (14, 2), (18, 6), (19, 10), (18, 14), (14, 18), (10, 19), (6, 18), (2, 14), (1, 10), (2, 6), (6, 2),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Symbol:
    """A sign on the map."""

    shape: str
    colour: str
    letter: str

    @property
    def points(self) -> str:
        """The outline as SVG writes it."""
        return " ".join(f"{x},{y}" for x, y in SHAPES[self.shape])


_SIGNS: dict[str, tuple[str, str]] = {
    "sites": ("square", GREEN),
    "sites.hospital": ("square", PURPLE),
    "sites.care": ("square", PURPLE),
    "sites.shelter": ("hexagon", GREEN),
    "facilities": ("diamond", TEAL),
    "facilities.hydrant": ("diamond", SLATE),
    "facilities.fire_station": ("hexagon", SLATE),
    "facilities.gas": ("diamond", BROWN),
    "facilities.pipeline": ("diamond", BROWN),
    "facilities.waterlogging": ("triangle", TEAL),
    "facilities.underpass": ("triangle", TEAL),
    "enterprises": ("circle", SLATE),
    "enterprises.hazmat": ("triangle", BROWN),
    "enterprises.metallurgy": ("triangle", BROWN),
    "households": ("circle", GREEN),
    "report-points": ("hexagon", NAVY),
    "radios": ("hexagon", PURPLE),
}
_SHAPES, _COLOURS = tuple(SHAPES), (NAVY, GREEN, PURPLE, TEAL, BROWN, SLATE)


def symbol_of(name: str, title: str) -> Symbol:
    """Return the sign of a layer: its own, its register's, or one that its name settles; the letter heads its title."""
    register = name.partition(".")[0]
    sign = _SIGNS.get(name) or _SIGNS.get(register)
    if sign is None:
        turn = sum(register.encode())
        sign = _SHAPES[turn % len(_SHAPES)], _COLOURS[turn % len(_COLOURS)]
    return Symbol(*sign, title[:1])
