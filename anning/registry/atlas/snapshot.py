"""The map as a picture for paper, drawn on the server: title, legend, scale bar, time, and whose sketch it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from math import asinh, cos, radians, tan
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFont

from anning.kernel.geo import Box
from anning.registry.atlas.fonts import face
from anning.registry.atlas.symbols import SHAPES, Symbol

SHARP = 2  # drawn so many times larger, then made smaller: smooth edges
WIDTH, HEIGHT = 1754, 1240  # A4 across at 150 dpi
MARGIN, HEAD, FOOT, SIDE = 24, 84, 56, 300
LINE, MOST_LINES = 30, 26  # of the legend
EARTH_M = 6_378_137.0
INK, GREY, PAPER, SEA, LAND, DRAWN = "#1d2733", "#55606f", "#ffffff", "#e6ebf0", "#ffffff", "#6a1b9a"
LINES = {
    "outline": ("#0b3d91", 3),
    "town": ("#8e99a6", 1),
    "village": ("#b8c0ca", 1),
    "river": ("#a9c3d0", 4),
    "lake": ("#a9c3d0", 1),
    "road": ("#cdc6b8", 2),
    "railway": ("#8e99a6", 2),
    "enclave": ("#7b8794", 2),
}
FILLS = {"outline": LAND, "lake": "#cfdfe7"}
NAMED = {"town": "#3a4654", "enclave": "#3a4654", "river": "#35607a", "lake": "#35607a"}
NICE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What somebody drew on the map: a geometry, the outline of what lies around it, words at places."""

    geometry: dict[str, Any] | None = None
    around: dict[str, Any] | None = None
    labels: Sequence[tuple[str, float, float]] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the picture."""

    title: str
    box: Box
    ground: Sequence[dict[str, Any]]
    layers: Sequence[tuple[Symbol, str, Sequence[dict[str, Any]]]]
    note: str
    made: str  # who and when
    legend: str  # the legend's heading
    scale_unit: tuple[str, str]  # the words for metres and kilometres
    drawing: Drawing = field(default_factory=Drawing)
    facts: Sequence[str] = ()  # lines below the legend: what is inside the drawing


class Snapshot:
    """One picture on its way; ``png`` gives it."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.frame = (MARGIN, HEAD, WIDTH - SIDE - MARGIN, HEIGHT - FOOT)  # left, top, right, bottom
        left, top, right, bottom = self.frame
        self.picture = Image.new("RGB", (WIDTH * SHARP, HEIGHT * SHARP), PAPER)
        self.pen = ImageDraw.Draw(self.picture)
        west, south, east, north = sheet.box
        self.scale = min((right - left) / (_x(east) - _x(west)), (bottom - top) / (_y(north) - _y(south)))
        self.middle = ((_x(west) + _x(east)) / 2, (_y(south) + _y(north)) / 2)

    def png(self) -> bytes:
        """Return the finished picture."""
        self._map()
        self._cover()
        self._legend()
        self._scale_bar()
        out = BytesIO()
        self.picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "PNG", dpi=(150, 150))
        return out.getvalue()

    def _map(self) -> None:
        left, top, right, bottom = (side * SHARP for side in self.frame)
        self.pen.rectangle((left, top, right, bottom), fill=SEA)
        for feature in self.sheet.ground:
            kind = feature["properties"]["kind"]
            colour, width = LINES.get(kind, LINES["road"])
            if kind == "enclave":
                self._hatch(feature["geometry"], colour)
            self._draw(feature["geometry"], colour, width, FILLS.get(kind))
        drawing = self.sheet.drawing
        for geometry, width in ((drawing.around, 2), (drawing.geometry, 4)):
            if geometry:
                self._draw(geometry, DRAWN, width)
        for symbol, _title, features in self.sheet.layers:
            for feature in features:
                self._feature(symbol, feature)
        for feature in self.sheet.ground:
            said = feature["properties"]
            if said["kind"] in NAMED and "at" in said:
                self._write(said["title"], self._at(said["at"]), 18, NAMED[said["kind"]])
        for text, east, north in drawing.labels:
            self._label(text, self._at((east, north)))

    def _feature(self, symbol: Symbol, feature: dict[str, Any]) -> None:
        said = feature["properties"]
        at = self._at(said["at"])
        if feature["geometry"]["type"] != "Point":
            self._draw(feature["geometry"], symbol.colour, 3)
        if "count" in said:
            x, y, r = *at, 16 * SHARP
            self.pen.ellipse((x - r, y - r, x + r, y + r), fill=PAPER, outline=symbol.colour, width=3 * SHARP)
            self._write(str(said["count"]), at, 14, INK, halo=False)
        else:
            self._sign(symbol, at)

    def _sign(self, symbol: Symbol, at: tuple[float, float]) -> None:
        x, y = at
        corners = [(x + (a - 10) * SHARP, y + (b - 10) * SHARP) for a, b in SHAPES[symbol.shape]]
        self.pen.polygon(corners, fill=symbol.colour, outline=PAPER)
        self._write(symbol.letter, at, 12, PAPER, halo=False)

    def _draw(self, geometry: dict[str, Any], colour: str, width: int, fill: str | None = None) -> None:
        if geometry["type"] == "Point":
            x, y, r = *self._at(geometry["coordinates"]), 5 * SHARP
            self.pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)
            return
        for rings in _rings(geometry):
            lines = [[self._at(position) for position in ring] for ring in rings]
            if fill and len(lines) == 1 and len(lines[0]) > 2:
                self.pen.polygon(lines[0], fill=fill)
            elif fill:
                self.picture.paste(fill, mask=self._mask(lines))
            for line in lines:
                self.pen.line(line, fill=colour, width=width * SHARP, joint="curve")

    def _hatch(self, geometry: dict[str, Any], colour: str) -> None:
        hatch = Image.new("L", self.picture.size, 0)
        pen, (wide, tall), step = ImageDraw.Draw(hatch), self.picture.size, 10 * SHARP
        for shift in range(-tall, wide, step):
            pen.line((shift, tall, shift + tall, 0), fill=255, width=SHARP)
        for rings in _rings(geometry):
            mask = self._mask([[self._at(position) for position in ring] for ring in rings])
            self.picture.paste(colour, mask=ImageChops.darker(hatch, mask))

    def _mask(self, lines: Sequence[Sequence[tuple[float, float]]]) -> Image.Image:
        mask = Image.new("L", self.picture.size, 0)
        pen = ImageDraw.Draw(mask)
        for place, line in enumerate(lines):  # the first ring is the outer one, the others are holes
            if len(line) > 2:
                pen.polygon(line, fill=0 if place else 255)
        return mask

    def _write(self, text: str, at: tuple[float, float], size: int, colour: str, *, halo: bool = True) -> None:
        font, stroke = face(size * SHARP), 2 * SHARP if halo else 0
        self.pen.text(at, text, font=font, fill=colour, anchor="mm", stroke_width=stroke, stroke_fill=PAPER)

    def _label(self, text: str, at: tuple[float, float]) -> None:
        left, top, right, bottom = self.pen.textbbox(at, text, font=face(18 * SHARP), anchor="mm")
        gap = 6 * SHARP
        box = (left - gap, top - gap, right + gap, bottom + gap)
        self.pen.rectangle(box, fill=PAPER, outline=DRAWN, width=SHARP)
        self._write(text, at, 18, INK, halo=False)

    def _cover(self) -> None:
        """Cover what was drawn beyond the frame, then write head and foot."""
        left, top, right, bottom = (side * SHARP for side in self.frame)
        wide, tall = self.picture.size
        for box in ((0, 0, wide, top), (0, bottom, wide, tall), (0, 0, left, tall), (right, 0, wide, tall)):
            self.pen.rectangle(box, fill=PAPER)
        self.pen.rectangle((left, top, right, bottom), outline=INK, width=SHARP)
        self.pen.text((wide // 2, top // 2), self.sheet.title, font=face(38 * SHARP), fill=INK, anchor="mm")
        line = (bottom + tall) // 2
        self.pen.text((left, line), self.sheet.note, font=face(18 * SHARP), fill=INK, anchor="lm")
        self.pen.text((wide - left, line), self.sheet.made, font=face(18 * SHARP), fill=GREY, anchor="rm")

    def _legend(self) -> None:
        left, top = (WIDTH - SIDE + 6) * SHARP, HEAD * SHARP
        self.pen.text((left, top), self.sheet.legend, font=face(22 * SHARP), fill=INK, anchor="lt")
        shown = self.sheet.layers[:MOST_LINES]
        for place, (symbol, title, features) in enumerate(shown):
            y = top + (48 + place * LINE) * SHARP
            self._sign(symbol, (left + 12 * SHARP, y))
            count = sum(feature["properties"].get("count", 1) for feature in features)
            text = f"{title} {count}"
            self.pen.text((left + 32 * SHARP, y), text, font=face(18 * SHARP), fill=INK, anchor="lm")
        for place, text in enumerate(self.sheet.facts, len(shown) + 1):
            y = top + (48 + place * LINE) * SHARP
            self.pen.text((left, y), text, font=self._fitting(text), fill=INK, anchor="lm")

    def _fitting(self, text: str) -> ImageFont.FreeTypeFont:
        """Return the largest font in which the text stays beside the map."""
        fonts = [face(size * SHARP) for size in range(18, 9, -1)]
        return next((font for font in fonts if font.getlength(text) <= (SIDE - 24) * SHARP), fonts[-1])

    def _scale_bar(self) -> None:
        left, top, _right, bottom = self.frame
        south, north = self.sheet.box[1], self.sheet.box[3]
        metres_a_pixel = cos(radians((south + north) / 2)) * EARTH_M / self.scale
        length = _nice(metres_a_pixel * 200)
        wide = length / metres_a_pixel
        x, y = (left + 16) * SHARP, (bottom - 18) * SHARP
        ends = (x, y, x + wide * SHARP, y)
        self.pen.rectangle((x - 8 * SHARP, y - 34 * SHARP, ends[2] + 8 * SHARP, y + 8 * SHARP), fill=PAPER)
        self.pen.line(ends, fill=INK, width=3 * SHARP)
        for end in (ends[0], ends[2]):
            self.pen.line((end, y - 8 * SHARP, end, y), fill=INK, width=2 * SHARP)
        metres, kilometres = self.sheet.scale_unit
        text = f"{length:g} {metres}" if length < 1000 else f"{length / 1000:g} {kilometres}"
        self.pen.text(((ends[0] + ends[2]) / 2, y - 12 * SHARP), text, font=face(16 * SHARP), fill=INK, anchor="mb")
        top += 12
        tip = ((left + 30) * SHARP, top * SHARP)
        self.pen.polygon(
            (tip, (tip[0] - 9 * SHARP, tip[1] + 30 * SHARP), (tip[0] + 9 * SHARP, tip[1] + 30 * SHARP)), fill=INK
        )
        self._write("N", (tip[0], tip[1] + 44 * SHARP), 18, INK)

    def _at(self, position: Sequence[float]) -> tuple[float, float]:
        left, top, right, bottom = self.frame
        x = (left + right) / 2 + (_x(position[0]) - self.middle[0]) * self.scale
        y = (top + bottom) / 2 - (_y(position[1]) - self.middle[1]) * self.scale
        return x * SHARP, y * SHARP


def zoom_of(box: Box) -> int:
    """Return the zoom at which a screen shows about this box."""
    west, _south, east, _north = box
    zoom = 0
    while zoom < 19 and 256 * 2 ** (zoom + 1) * (east - west) / 360 < WIDTH - SIDE:
        zoom += 1
    return zoom


def box_within(box: Box) -> Box:
    """Return a box that a Mercator map can show."""
    west, south, east, north = box
    return west, max(south, -85.0), east, min(north, 85.0)


def _rings(geometry: dict[str, Any]) -> list[list[Any]]:
    """Return the parts of a line or polygon, each a list of rings."""
    coordinates = geometry["coordinates"]
    match geometry["type"]:
        case "LineString":
            return [[coordinates]]
        case "MultiLineString":
            return [[each] for each in coordinates]
        case "Polygon":
            return [coordinates]
        case "MultiPolygon":
            return list(coordinates)
    return []


def _x(longitude: float) -> float:
    return radians(longitude)


def _y(latitude: float) -> float:
    return asinh(tan(radians(latitude)))


def _nice(metres: float) -> float:
    """Return the longest of 1, 2, 5, 10 … metres that is not longer than ``metres``."""
    best, step = 1.0, 1.0
    while step <= metres:
        for factor in NICE:
            if step * factor <= metres:
                best = step * factor
        step *= 10
    return best
