"""What the centre owes a device and may ask of it, and what a device says; each function returns a packet."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from anning.protocols.hj212.commands import COMMANDS, ExeRtn, QnRtn, Way
from anning.protocols.hj212.frames import Flag, Frame, frame_of
from anning.protocols.hj212.times import qn_of, stamp, utc_ms

INTERACTION = "91"
Items = Iterable[Mapping[str, str]]


def owed(frame: Frame) -> Frame | None:
    """Return what the centre must send back to a device's packet; None when no answer is wanted."""
    command = COMMANDS.get(frame.cn)
    if not frame.flag.ack or (command and command.way is Way.ANSWER):
        return None
    return answer_notice(frame) if command and command.way is Way.NOTICE else answer_data(frame)


def answer_data(frame: Frame) -> Frame:
    """Return 9014: the data have arrived."""
    return _answer(frame, "9014")


def answer_notice(frame: Frame) -> Frame:
    """Return 9013: the notice has arrived."""
    return _answer(frame, "9013")


def answer_request(frame: Frame, verdict: QnRtn) -> Frame:
    """Return 9011: whether the request will be executed."""
    return _answer(frame, "9011", [{"QnRtn": str(int(verdict))}])


def report_result(frame: Frame, result: ExeRtn) -> Frame:
    """Return 9012: how the request ended."""
    return _answer(frame, "9012", [{"ExeRtn": str(int(result))}])


def request(device: Frame | Mapping[str, str], cn: str, at: datetime, items: Items = ()) -> Frame:
    """Return the centre's command to a device known by a packet of its own or by ST, PW, MN (and Flag)."""
    header = device.header if isinstance(device, Frame) else device
    version = Flag.of(header.get("Flag", "4")).version
    return _packet(header, cn, qn_of(at), Flag(version, split=False, ack=True), items)


def set_time(device: Frame | Mapping[str, str], at: datetime) -> Frame:
    """Return the command to set the device's clock to ``at``."""
    return request(device, "1012", at, [{"SystemTime": stamp(at)}])


def ask_history(device: Frame | Mapping[str, str], cn: str, at: datetime, begin: datetime, end: datetime) -> Frame:
    """Return the command to send again the data (2031 day, 2051 minute, 2061 hour …) of a time."""
    return request(device, cn, at, [{"BeginTime": stamp(begin)}, {"EndTime": stamp(end)}])


def report(
    device: Mapping[str, str], cn: str, at: datetime, items: Items, *, wants_answer: bool = True, version: int = 1
) -> Frame:
    """Return a device's data packet (``device``: ST, PW, MN); see ``packets.split`` for long ones."""
    return _packet(device, cn, qn_of(at), Flag(version, split=False, ack=wants_answer), items)


def check(
    frame: Frame, *, mn: str, pw: str, now_ms: int | None = None, st: str = "", within_ms: int = 24 * 3600 * 1000
) -> QnRtn:
    """Return what 9011 would say to a packet: READY, or the first field that is wrong.

    A QN may be missing (2005); with ``now_ms`` it must lie within ``within_ms`` of it. An empty ``st`` is any.
    """
    if frame.header.get("PW", "") != pw:
        return QnRtn.PW
    if frame.mn != mn:
        return QnRtn.MN
    if st and frame.header.get("ST", "") != st:
        return QnRtn.ST
    if "QN" in frame.header:
        said_ms = utc_ms(frame.header["QN"])
        if said_ms is None or (now_ms is not None and abs(said_ms - now_ms) > within_ms):
            return QnRtn.QN
    return QnRtn.READY if frame.cn in COMMANDS else QnRtn.CN


def _answer(frame: Frame, cn: str, items: Items = ()) -> Frame:
    flag = Flag(frame.flag.version, split=False, ack=False)
    return _packet({**frame.header, "ST": INTERACTION}, cn, frame.header.get("QN", ""), flag, items)


def _packet(device: Mapping[str, str], cn: str, qn: str, flag: Flag, items: Items) -> Frame:
    said = {
        "QN": qn,
        "ST": device.get("ST", ""),
        "CN": cn,
        "PW": device.get("PW", ""),
        "MN": device["MN"],
        "Flag": str(flag),
    }
    return frame_of({name: value for name, value in said.items() if value}, items)
