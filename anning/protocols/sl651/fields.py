"""Frames as plain fields, the form in which two decoders can be compared, and back."""

from typing import Any

from anning.kernel.frames import BadFrame
from anning.protocols.sl651.bodies import (
    MEASURED,
    content_of,
    elements_of,
    moment,
    rest_of,
    sent_digits,
    serial_of,
    write_parameters,
)
from anning.protocols.sl651.elements import Element, write_elements, write_words
from anning.protocols.sl651.frames import End, Frame

Fields = dict[str, Any]


def kind(frame: Frame) -> str:
    """Name the frame: ``data`` of measuring functions, ``pic`` of M3 packets and pictures, ``other``."""
    if frame.function == 0x36:
        return "pic"
    return "data" if frame.function in MEASURED - {0x39, 0x44} else "other"


def to_fields(frame: Frame) -> Fields:
    """Return the frame as JSON values; times are the station's own, without zone."""
    width = 0 if frame.total is None else 6 if frame.ascii else 3
    fields: Fields = {"dir": "down" if frame.down else "up", "centre": frame.centre, "station": frame.station}
    fields |= {"password": frame.password, "func": f"{frame.function:02X}", "len": len(frame.body) + width}
    fields |= {"start": "STX" if frame.total is None else "SYN", "end": frame.end.name}
    if frame.ascii:
        fields["ascii"] = True
    if frame.total is not None:
        fields |= {"pkt_total": frame.total, "pkt_no": frame.number}
    serial, sent = serial_of(frame), sent_digits(frame)
    if serial is None or sent is None:
        return fields | {"raw": frame.body.hex()}
    at = moment(sent)
    fields |= {"serial": serial, "sent": at.strftime("%Y-%m-%dT%H:%M:%S") if at else sent}
    fields["rest"] = rest_of(frame).hex()
    return fields | (_meaning(frame) if frame.total is None else {})


def _meaning(frame: Frame) -> Fields:
    found: Fields = {}
    if frame.function in MEASURED and not frame.down:
        elements, left = elements_of(frame)
        found["elements"] = [[each.code, each.value, *filter(None, [each.station_class])] for each in elements]
        if left:
            found["left"] = left.hex()
    return found | content_of(frame)


def from_fields(fields: Fields) -> Frame:
    """Return the frame of ``to_fields``; ``raw`` and ``rest`` go before ``elements`` and ``parameters``.

    Raises BadFrame: fields.
    """
    try:
        return Frame(
            station=str(fields["station"]),
            function=int(fields["func"], 16),
            body=_body(fields),
            centre=int(fields.get("centre", 1)),
            password=str(fields.get("password", "0000")),
            end=End[fields.get("end", "ETX")],
            down=fields.get("dir") == "down",
            total=int(fields["pkt_total"]) if "pkt_total" in fields else None,
            number=int(fields["pkt_no"]) if "pkt_no" in fields else None,
            ascii=bool(fields.get("ascii")),
        )
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        if isinstance(error, BadFrame):
            raise
        raise BadFrame("fields", f"{type(error).__name__} {error}") from error


def _body(fields: Fields) -> bytes:
    if "raw" in fields:
        return bytes.fromhex(fields["raw"])
    ascii_form = bool(fields.get("ascii"))
    digits = "".join(each for each in fields["sent"] if each.isdecimal() or each in "abcdefABCDEF")
    head = f"{int(fields['serial']):04X}" + digits[-12:]
    if len(head) != 16:
        raise BadFrame("fields", "serial or time of sending does not fit its field")
    return (head.encode() if ascii_form else bytes.fromhex(head)) + _rest(fields, ascii_form=ascii_form)


def _rest(fields: Fields, *, ascii_form: bool) -> bytes:
    if "rest" in fields:
        return bytes.fromhex(fields["rest"])
    if "elements" in fields:
        elements = [Element(*each) for each in fields["elements"]]
        return write_words(elements).encode("gbk") if ascii_form else write_elements(elements)
    address = b"\xf1\xf1" + bytes.fromhex(fields["address"]) if "address" in fields else b""
    return address + write_parameters(fields.get("parameters", []))
