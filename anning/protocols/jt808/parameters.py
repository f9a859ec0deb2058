"""Parameters of a terminal: what 0104 reports and 8103 sets, each as (id, value)."""

from typing import Any

from anning.protocols.jt808.layout import U8, U32, Cursor, Values

_WORDS = {0x31, 0x5B, 0x5C, 0x5D, 0x5E, 0x81, 0x82, 0x101, 0x103}
_BYTES = {0x84, 0x90, 0x91, 0x92, 0x94}
_DOUBLES = {
    *(*range(0x01, 0x08), 0x18, 0x19, 0x1B, 0x1C, 0x20, 0x21, 0x22, 0x27, 0x28, 0x29, 0x2C, 0x2D, 0x2E, 0x2F, 0x30),
    *(0x45, 0x46, 0x47, *range(0x50, 0x5B), 0x64, 0x65, *range(0x70, 0x75), 0x80, 0x93, 0x95, 0x100, 0x102),
}
_TEXTS = {*range(0x10, 0x18), 0x1A, 0x1D, *range(0x23, 0x27), *range(0x40, 0x45), 0x48, 0x49, 0x83}
_SIZES = {**dict.fromkeys(_WORDS, 2), **dict.fromkeys(_BYTES, 1), **dict.fromkeys(_DOUBLES, 4)}


class Parameter:
    """One parameter: its value is a number or text where the standard says so, otherwise hex after ``0x``."""

    def read(self, cursor: Cursor, values: Values) -> Values:
        number = U32.read(cursor, values)
        return {"id": f"{number:04x}", "value": _value(number, cursor.take(U8.read(cursor, values)))}

    def write(self, value: Any, values: Values) -> bytes:
        number = int(value["id"], 16)
        data = _data(number, value["value"])
        return U32.write(number, values) + U8.write(len(data), values) + data


def _value(number: int, data: bytes) -> int | str:
    if len(data) == _SIZES.get(number):
        return int.from_bytes(data)
    if number in _TEXTS:
        text = data.decode("gbk", "replace")
        if text.isprintable() and not text.startswith("0x") and text.encode("gbk", "replace") == data:
            return text
    return "0x" + data.hex()


def _data(number: int, value: Any) -> bytes:
    if isinstance(value, int):
        return value.to_bytes(_SIZES.get(number, 4))
    return bytes.fromhex(value[2:]) if value.startswith("0x") else str(value).encode("gbk")
