"""Elements: what a station measures, as (identifier, definition, digits) in HEX and as names in ASCII."""

import re
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from anning.kernel.frames import BadFrame


class Kind(NamedTuple):
    """One element of the standard's list: its ASCII name, our name with unit, digits and decimals of its value."""

    code: str
    letters: str
    name: str
    digits: int
    decimals: int


_TABLE = """
01 AC section_area_m2 8 2
02 AI air_temperature_c 3 1
03 C water_temperature_c 3 1
05 DT period_h_min 5 2
06 ED evaporation_day_mm 5 1
07 EJ evaporation_mm 5 1
08 FL air_pressure_hpa 5 0
09 GH gate_opening_m 5 2
0A GN gate_number 3 0
0B GS gate_kind 1 0
0C GT gates_open 3 0
0D GTP ground_temperature_c 3 1
0E H groundwater_depth_m 6 2
0F HW wave_height_m 5 2
10 M10 soil_moisture_10cm_pct 4 1
11 M20 soil_moisture_20cm_pct 4 1
12 M30 soil_moisture_30cm_pct 4 1
13 M40 soil_moisture_40cm_pct 4 1
14 M50 soil_moisture_50cm_pct 4 1
15 M60 soil_moisture_60cm_pct 4 1
16 M80 soil_moisture_80cm_pct 4 1
17 M100 soil_moisture_100cm_pct 4 1
18 MST humidity_pct 4 1
19 NS machines_running 2 0
1A P1 rain_1h_mm 5 1
1B P2 rain_2h_mm 5 1
1C P3 rain_3h_mm 5 1
1D P6 rain_6h_mm 5 1
1E P12 rain_12h_mm 5 1
1F PD rain_day_mm 5 1
20 PJ rain_since_08_mm 5 1
21 PN01 rain_1min_mm 5 1
22 PN05 rain_5min_mm 5 1
23 PN10 rain_10min_mm 5 1
24 PN30 rain_30min_mm 5 1
25 PR rain_storm_mm 5 1
26 PT rain_total_mm 6 1
27 Q flow_m3s 9 3
30 QA outflow_total_m3s 9 3
31 QZ outflow_m3s 9 3
32 SW sediment_10kt 11 3
33 UC wind_direction 2 0
34 UE wind_force 2 0
35 US wind_speed_ms 4 1
36 VA velocity_mean_ms 5 3
37 VJ velocity_ms 5 3
38 VT supply_v 4 2
39 Z level_m 7 3
3A ZB level_lower_m 7 3
3B ZU level_upper_m 7 3
44 SQ sediment_kgm3 9 3
46 PH ph 4 2
47 DO oxygen_mgl 4 2
48 COND conductivity_uscm 5 0
49 TURB turbidity_ntu 3 0
4A CODMN permanganate_mgl 4 1
4B REDOX redox_mv 5 1
4C NH4N ammonia_mgl 6 2
4D TP phosphorus_mgl 5 3
4E TN nitrogen_mgl 5 2
4F TOC organic_carbon_mgl 4 2
50 CU copper_mgl 7 4
51 ZN zinc_mgl 6 4
52 SE selenium_mgl 7 5
53 AS arsenic_mgl 7 5
54 THG mercury_mgl 7 5
55 CD cadmium_mgl 7 5
56 PB lead_mgl 7 5
57 CHLA chlorophyll_mgl 4 2
70 VTA voltage_a_v 4 1
71 VTB voltage_b_v 4 1
72 VTC voltage_c_v 4 1
73 VIA current_a_a 4 1
74 VIB current_b_a 4 1
75 VIC current_c_a 4 1
"""
_EIGHT = """
28 Q flow_{}_m3s 9 3
3C Z level_{}_m 7 3
58 WP pressure_{}_kpa 5 2
60 SYL meter_{}_left_m3 11 3
68 SBL meter_{}_m3h 10 2
"""


def _kinds() -> dict[str, Kind]:
    rows = [line.split() for line in _TABLE.split("\n") if line]
    for first, letters, name, digits, decimals in (line.split() for line in _EIGHT.split("\n") if line):
        for number in range(8):
            code = f"{int(first, 16) + number:02X}"
            rows.append([code, f"{letters}{number + 1}", name.format(number + 1), digits, decimals])
    return {row[0]: Kind(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in rows}


KINDS = _kinds()
TIME, STATION, MANUAL, PICTURE, RAINS, STEP, STATUS = "F0", "F1", "F2", "F3", "F4", "04", "45"
LEVELS = [f"F{each:X}" for each in range(5, 13)]
_LETTERS = {kind.letters: code for code, kind in KINDS.items()}
_LETTERS |= {"ZT": STATUS, "TT": TIME, "ST": STATION, "RGZS": MANUAL, "PIC": PICTURE, "DRP": RAINS}
_LETTERS |= {f"DRZ{number + 1}": code for number, code in enumerate(LEVELS)}
_NAMES = {code: letters for letters, code in _LETTERS.items()}
_STEP = re.compile(r"DR([DHN])(\d\d)")

Value: TypeAlias = str | list[float | None] | None


class Element(NamedTuple):
    """One element: a number as decimal text, digits, hex or text; a row of twelve; None if it is missing.

    ``station_class`` goes with the station (F1): H river, P rain, K reservoir, Z sluice and so on.
    """

    code: str
    value: Value
    station_class: str | None = None


def read_elements(data: bytes) -> tuple[list[Element], bytes]:
    """Return the elements of a HEX body and the bytes after them that are no element."""
    found, at = [], 0
    while at + 2 <= len(data):
        element, size = _read(data, at)
        if element is None:
            break
        found.append(element)
        at += size
    return found, data[at:]


def _read(data: bytes, at: int) -> tuple[Element | None, int]:
    """Return the element here and its size, None if what stands here is none."""
    code, definition = f"{data[at]:02X}", data[at + 1]
    if code in (TIME, STATION, MANUAL, PICTURE):
        return _guided(code, data, at + 2) if definition == data[at] else (None, 0)
    head = 2
    if code == "FF":
        if at + 3 > len(data):
            return None, 0
        code, definition, head = f"FF{data[at + 1]:02X}", data[at + 2], 3
    size, decimals = definition >> 3, definition & 7
    value = data[at + head : at + head + size]
    if len(value) < size:
        return None, 0
    return Element(code, _value(code, value, decimals)), head + size


def _guided(code: str, data: bytes, at: int) -> tuple[Element | None, int]:
    """Return the element behind one of the doubled guides F0F0 to F3F3, and its size with the guide."""
    if code == TIME:
        return (Element(code, data[at : at + 5].hex()), 7) if at + 5 <= len(data) else (None, 0)
    if code == STATION:
        if at + 6 > len(data):
            return None, 0
        letter = chr(data[at + 5]) if 0x21 <= data[at + 5] < 0x7F else f"{data[at + 5]:02X}"
        return Element(code, data[at : at + 5].hex(), letter), 8
    rest = data[at:]
    return Element(code, rest.hex() if code == PICTURE else rest.decode("gbk", "replace")), 2 + len(rest)


def _value(code: str, data: bytes, decimals: int) -> Value:
    if code == RAINS:
        return [None if each == 0xFF else each / 10 for each in data]
    if code in LEVELS and len(data) % 2 == 0:
        pairs = (data[at : at + 2] for at in range(0, len(data), 2))
        return [None if pair == b"\xff\xff" else int.from_bytes(pair) / 100 for pair in pairs]
    if code in (STEP, STATUS):
        return data.hex()
    return read_number(data.hex(), decimals)


def read_number(digits: str, decimals: int) -> str | None:
    """Return the number of BCD digits as decimal text, None for all F; what is no number stays hex after 0x."""
    if not digits.strip("f"):
        return None
    sign = "-" if digits.startswith("ff") else ""
    plain = digits.removeprefix("ff")
    if not plain.isdecimal():
        return "0x" + digits
    whole = plain.lstrip("0").zfill(decimals + 1)
    return sign + (f"{whole[:-decimals]}.{whole[-decimals:]}" if decimals else whole)


def write_elements(elements: list[Element]) -> bytes:
    """Return the elements as a HEX body, numbers with the digits of the standard.

    Raises BadFrame: fields.
    """
    return b"".join(_write(element) for element in elements)


def _write(element: Element) -> bytes:
    code, value = element.code, element.value
    if code in (TIME, STATION, PICTURE):
        letter = (element.station_class or "").encode() if code == STATION else b""
        return bytes.fromhex(code * 2) + bytes.fromhex(str(value)) + letter
    if code == MANUAL:
        return b"\xf2\xf2" + str(value).encode("gbk")
    data, decimals = _data(element)
    if len(data) > 31:
        raise BadFrame("fields", f"{len(data)} bytes of {code} are more than 31")
    return bytes.fromhex(code) + bytes([len(data) << 3 | decimals]) + data


def _data(element: Element) -> tuple[bytes, int]:
    code, value = element.code, element.value
    if isinstance(value, list):
        size, unit = (1, 10) if code == RAINS else (2, 100)
        missing = 256**size - 1
        return b"".join((missing if each is None else round(each * unit)).to_bytes(size) for each in value), 0
    if isinstance(value, str) and (code in (STEP, STATUS) or value.startswith("0x")):
        return bytes.fromhex(value.removeprefix("0x")), 0
    kind = KINDS.get(code)
    if kind is None:
        raise BadFrame("fields", f"{code} is no element of the standard, give the body as rest")
    return write_number(value, kind.digits, kind.decimals), kind.decimals


def write_number(value: str | None, digits: int, decimals: int) -> bytes:
    """Return a number as BCD with a leading FF if it is negative, all F for None.

    Raises BadFrame: fields.
    """
    size = (digits + 1) // 2
    if value is None:
        return b"\xff" * size
    scaled = Decimal(str(value)).scaleb(decimals)
    if scaled != scaled.to_integral_value() or abs(scaled) >= 10**digits:
        raise BadFrame("fields", f"{value} has not {digits} digits with {decimals} decimals")
    data = bytes.fromhex(f"{abs(int(scaled)):0{size * 2}d}")
    return b"\xff" + data if scaled < 0 else data


def read_words(text: str) -> list[Element]:
    """Return the elements of an ASCII body: names and values between blanks, M for what is missing."""
    words = text.split()
    found: list[Element] = []
    at = 0
    while at < len(words):
        code = _LETTERS.get(words[at], words[at])
        if step := _STEP.fullmatch(words[at]):
            found.append(Element(STEP, "".join(step[2] if step[1] == unit else "00" for unit in "DHN")))
            at += 1
        elif code == STATION:
            station, letter = [*words[at + 1 : at + 3], "", ""][:2]
            found.append(Element(code, station, letter))
            at += 3
        elif code == MANUAL:
            return [*found, Element(code, " ".join(words[at + 1 :]))]
        else:
            found.append(Element(code, _word(code, words[at + 1] if at + 1 < len(words) else "M")))
            at += 2
    return found


def _word(code: str, word: str) -> Value:
    if word == "M":
        return None
    if code in (RAINS, *LEVELS):
        try:
            return _value(code, bytes.fromhex(word), 0)
        except ValueError:
            return "0x" + word
    return word


def write_words(elements: list[Element]) -> str:
    """Return the elements as an ASCII body; a blank follows every word.

    Raises BadFrame: fields.
    """
    words: list[str] = []
    for element in elements:
        if element.code == STEP:
            words.append(_step_word(str(element.value)))
            continue
        words.append(_NAMES.get(element.code, element.code))
        if isinstance(element.value, list):
            words.append(_data(element)[0].hex().upper())
        else:
            words.append("M" if element.value is None else element.value)
        words += [element.station_class] if element.station_class else []
    return "".join(f"{word} " for word in words)


def _step_word(digits: str) -> str:
    for unit, at in (("N", 4), ("H", 2), ("D", 0)):
        if digits[at : at + 2] != "00":
            return f"DR{unit}{digits[at : at + 2]}"
    raise BadFrame("fields", f"{digits} is no time step")
