"""The bodies of all messages as tables: (name, kind) in the order of the wire, for the headers of 2013 and 2019."""

from anning.protocols.jt808.layout import (
    TIME,
    U8,
    U16,
    U32,
    UTC_TIME,
    Hex,
    Layout,
    Many,
    Sized,
    Text,
    Values,
    When,
)
from anning.protocols.jt808.parameters import Parameter

_SHORT = Sized(U8, Text())


def _registration(maker: int, model: int, terminal: int) -> Layout:
    return (
        ("province", U16),
        ("city", U16),
        ("maker", Text(maker)),
        ("model", Text(model)),
        ("terminal", Text(terminal)),
        ("color", U8),
        ("plate", Text()),
    )


REGISTRATIONS: dict[int, Layout] = {
    2011: _registration(5, 8, 7),
    2013: _registration(5, 20, 7),
    2019: _registration(11, 30, 30),
}


def edition_of(size: int, *, versioned: bool) -> int:
    """Return the year of a registration body of ``size`` bytes: the header decides first, then the length."""
    if versioned:
        return 2019
    return 2013 if size >= 37 else 2011


def _timed(values: Values) -> bool:
    return bool(values["attributes"] & 1)


def _limited(values: Values) -> bool:
    return bool(values["attributes"] & 2)


_SPAN: Layout = (("start", When(_timed, TIME)), ("end", When(_timed, TIME)))
_SPEED: Layout = (("max_speed_kmh", When(_limited, U16)), ("overspeed_s", When(_limited, U8)))
_NIGHT: Layout = (("night_speed_kmh", When(_limited, U16)),)
_NAME: Layout = (("name", Sized(U16, Text())),)
_AREA: Layout = (("area", U32), ("attributes", U16))
_POINT: Layout = (("lat_udeg", U32), ("lon_udeg", U32))
_CORNERS: Layout = (("top_udeg", U32), ("left_udeg", U32), ("bottom_udeg", U32), ("right_udeg", U32))
_TURN: Layout = (
    ("turn", U32),
    ("section", U32),
    *_POINT,
    ("width_m", U8),
    ("attributes", U8),
    ("longest_s", When(_timed, U16)),
    ("shortest_s", When(_timed, U16)),
    *_SPEED,
)
_IDS: Layout = (("ids", Many(U32, U8)),)


def _areas(shape: Layout, *, named: bool) -> Layout:
    area = (*_AREA, *shape, *_SPAN, *_SPEED, *(_NIGHT + _NAME if named else ()))
    return (("action", U8), ("areas", Many(area, U8)))


def _polygon(*, named: bool) -> Layout:
    return (*_AREA, *_SPAN, *_SPEED, ("points", Many(_POINT, U16)), *(_NIGHT + _NAME if named else ()))


def _route(*, named: bool) -> Layout:
    turn = _TURN + _NIGHT if named else _TURN
    head: Layout = (("route", U32), ("attributes", U16), *_SPAN, ("turns", Many(turn, U16)))
    return head + _NAME if named else head


def _attributes(maker: int, model: int, terminal: int) -> Layout:
    return (
        ("type", U16),
        ("maker", Text(maker)),
        ("model", Text(model)),
        ("terminal", Text(terminal)),
        ("iccid", Hex(10)),
        ("hardware", _SHORT),
        ("firmware", _SHORT),
        ("gnss", U8),
        ("communication", U8),
    )


_ANSWER: Layout = (("reply_seq", U16), ("reply_id", Hex(2)), ("result", U8))
_MEDIA: Layout = (("media", U32), ("type", U8), ("format", U8), ("event", U8), ("channel", U8))
_QUERY: Layout = (("type", U8), ("channel", U8), ("event", U8), ("start", TIME), ("end", TIME))
_DRIVER: Layout = (
    ("status", U8),
    ("time", TIME),
    ("result", When(lambda values: values["status"] == 1, U8)),
)


def _present(values: Values) -> bool:
    return bool(values["result"] == 0 and values["status"] == 1)


_CARD: Layout = (
    ("name", When(_present, _SHORT)),
    ("certificate", When(_present, Text(20))),
    ("issuer", When(_present, _SHORT)),
    ("valid_until", When(_present, Hex(4))),
)

LAYOUTS: dict[int, Layout] = {
    # what a terminal says
    0x0001: _ANSWER,
    0x0002: (),
    0x0003: (),
    0x0004: (),
    0x0005: (("reply_seq", U16), ("packets", Many(U16, U8))),
    0x0102: (("auth", Text()),),
    0x0104: (("reply_seq", U16), ("parameters", Many(Parameter(), U8))),
    0x0107: _attributes(5, 20, 7),
    0x0108: (("type", U8), ("result", U8)),
    0x0301: (("event", U8),),
    0x0302: (("reply_seq", U16), ("answer", U8)),
    0x0303: (("type", U8), ("wanted", U8)),
    0x0608: (("type", U8), ("count", U32), ("data", Hex())),
    0x0700: (("reply_seq", U16), ("command", U8), ("data", Hex())),
    0x0701: (("waybill", Sized(U32, Hex())),),
    0x0702: (*_DRIVER, *_CARD),
    0x0800: _MEDIA,
    0x0801: (*_MEDIA, ("position", Hex(28)), ("data", Hex())),
    0x0802: (
        ("reply_seq", U16),
        ("found", Many((("media", U32), *_QUERY[:3], ("position", Hex(28))), U16)),
    ),
    0x0805: (
        ("reply_seq", U16),
        ("result", U8),
        ("media", When(lambda values: values["result"] == 0, Many(U32, U16))),
    ),
    0x0900: (("type", U8), ("data", Hex())),
    0x0901: (("packed", Sized(U32, Hex())),),
    0x0A00: (("exponent", U32), ("modulus", Hex(128))),
    # what the platform says
    0x8001: _ANSWER,
    0x8003: (("reply_seq", U16), ("packets", Many(U16, U8))),
    0x8004: (("time", UTC_TIME),),
    0x8100: (
        ("reply_seq", U16),
        ("result", U8),
        ("auth", When(lambda values: values["result"] == 0, Text())),
    ),
    0x8103: (("parameters", Many(Parameter(), U8)),),
    0x8104: (),
    0x8105: (("command", U8), ("text", Text())),
    0x8106: _IDS,
    0x8107: (),
    0x8108: (("type", U8), ("maker", Text(5)), ("version", _SHORT), ("data", Sized(U32, Hex()))),
    0x8201: (),
    0x8202: (("interval_s", U16), ("valid_s", When(lambda values: values["interval_s"] != 0, U32))),
    0x8203: (("reply_seq", U16), ("alarms", U32)),
    0x8204: (),
    0x8300: (("flags", U8), ("text", Text())),
    0x8301: (("action", U8), ("events", Many((("event", U8), ("text", _SHORT)), U8))),
    0x8302: (
        ("flags", U8),
        ("question", _SHORT),
        ("answers", Many((("answer", U8), ("text", Sized(U16, Text()))))),
    ),
    0x8303: (("action", U8), ("menu", Many((("type", U8), ("text", Sized(U16, Text()))), U8))),
    0x8304: (("type", U8), ("text", Sized(U16, Text()))),
    0x8400: (("flag", U8), ("phone", Text())),
    0x8401: (
        ("action", U8),
        ("contacts", Many((("flag", U8), ("phone", _SHORT), ("name", _SHORT)), U8)),
    ),
    0x8500: (("flags", U8),),
    0x8600: _areas((*_POINT, ("radius_m", U32)), named=False),
    0x8601: _IDS,
    0x8602: _areas(_CORNERS, named=False),
    0x8603: _IDS,
    0x8604: _polygon(named=False),
    0x8605: _IDS,
    0x8606: _route(named=False),
    0x8607: _IDS,
    0x8608: (("type", U8), ("ids", Many(U32, U32))),
    0x8700: (("command", U8), ("data", Hex())),
    0x8701: (("command", U8), ("data", Hex())),
    0x8702: (),
    0x8800: (("media", U32), ("packets", Many(U16, U8))),
    0x8801: (
        ("channel", U8),
        ("command", U16),
        ("interval_s", U16),
        ("store", U8),
        ("resolution", U8),
        ("quality", U8),
        ("brightness", U8),
        ("contrast", U8),
        ("saturation", U8),
        ("chroma", U8),
    ),
    0x8802: _QUERY,
    0x8803: (*_QUERY, ("delete", U8)),
    0x8804: (("command", U8), ("seconds", U16), ("store", U8), ("rate", U8)),
    0x8805: (("media", U32), ("delete", U8)),
    0x8900: (("type", U8), ("data", Hex())),
    0x8A00: (("exponent", U32), ("modulus", Hex(128))),
}
LAYOUTS_2019: dict[int, Layout] = LAYOUTS | {
    0x0005: (("reply_seq", U16), ("packets", Many(U16, U16))),
    0x0102: (("auth", _SHORT), ("imei", Text(15)), ("sw", Text(20))),
    0x0107: _attributes(11, 30, 30),
    0x0702: (*_DRIVER, *_CARD, ("identity_card", When(_present, Text(20)))),
    0x8003: (("reply_seq", U16), ("packets", Many(U16, U16))),
    0x8108: (("type", U8), ("maker", Text(11)), ("version", _SHORT), ("data", Sized(U32, Hex()))),
    0x8300: (("flags", U8), ("type", U8), ("text", Text())),
    0x8500: (("controls", Many((("control", U16), ("value", U8)), U16)),),
    0x8600: _areas((*_POINT, ("radius_m", U32)), named=True),
    0x8602: _areas(_CORNERS, named=True),
    0x8604: _polygon(named=True),
    0x8606: _route(named=True),
}


def layout_of(message: int, size: int, *, versioned: bool) -> Layout | None:
    """Return the table of a message with a body of ``size`` bytes, or None if its id is not known."""
    if message == 0x0100:
        return REGISTRATIONS[edition_of(size, versioned=versioned)]
    return (LAYOUTS_2019 if versioned else LAYOUTS).get(message)
