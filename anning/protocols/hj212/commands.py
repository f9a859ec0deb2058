"""The commands of HJ 212 (table 5 of 2017) and what its numbers stand for; identifiers, not words for a screen."""

from enum import Enum, IntEnum
from typing import NamedTuple


class Way(Enum):
    """How a command is spoken."""

    REQUEST = "request"  # the centre asks or orders: 9011 at once, data if any, 9012 at the end
    DATA = "data"  # as a request, and the device also sends it of its own accord: answered by 9014
    NOTICE = "notice"  # answered by 9013
    ANSWER = "answer"


class Command(NamedTuple):
    """One command: its English word and how it is spoken."""

    word: str
    way: Way


COMMANDS: dict[str, Command] = {
    "1000": Command("set_timeouts", Way.REQUEST),
    "1011": Command("device_time", Way.DATA),
    "1012": Command("set_device_time", Way.REQUEST),
    "1013": Command("ask_for_time", Way.NOTICE),
    "1061": Command("realtime_interval", Way.DATA),
    "1062": Command("set_realtime_interval", Way.REQUEST),
    "1063": Command("minute_interval", Way.DATA),
    "1064": Command("set_minute_interval", Way.REQUEST),
    "1072": Command("set_password", Way.REQUEST),
    "2011": Command("realtime", Way.DATA),
    "2012": Command("stop_realtime", Way.NOTICE),
    "2013": Command("realtime_history", Way.DATA),  # 2025
    "2021": Command("equipment_state", Way.DATA),
    "2022": Command("stop_equipment_state", Way.NOTICE),
    "2031": Command("day", Way.DATA),
    "2041": Command("running_time", Way.DATA),
    "2051": Command("minute", Way.DATA),
    "2061": Command("hour", Way.DATA),
    "2062": Command("hour_2025", Way.DATA),  # 2025; its text was not at hand
    "2081": Command("restart_time", Way.DATA),
    "3011": Command("calibrate", Way.REQUEST),
    "3012": Command("sample_now", Way.REQUEST),
    "3013": Command("clean", Way.REQUEST),
    "3014": Command("compare", Way.REQUEST),
    "3015": Command("hold_sample", Way.DATA),
    "3016": Command("set_sampling_period", Way.REQUEST),
    "3017": Command("sampling_period", Way.DATA),
    "3018": Command("sampling_duration", Way.DATA),
    "3019": Command("equipment_number", Way.DATA),
    "3020": Command("equipment_information", Way.DATA),
    "3021": Command("set_parameter", Way.REQUEST),
    "3022": Command("control_3022", Way.REQUEST),  # 2025; its text was not at hand
    "3024": Command("control_3024", Way.REQUEST),  # 2025; its text was not at hand
    "9011": Command("request_answer", Way.ANSWER),
    "9012": Command("execution_result", Way.ANSWER),
    "9013": Command("notice_answer", Way.ANSWER),
    "9014": Command("data_answer", Way.ANSWER),
    "9015": Command("heartbeat_2025", Way.ANSWER),  # 2025; its text was not at hand
}


class QnRtn(IntEnum):
    """What 9011 says to a request (table 7)."""

    READY = 1
    REFUSED = 2
    PW = 3
    MN = 4
    ST = 5
    FLAG = 6
    QN = 7
    CN = 8
    CRC = 9
    UNKNOWN = 100


class ExeRtn(IntEnum):
    """What 9012 says at the end (table 6)."""

    DONE = 1
    FAILED = 2
    CONDITION = 3
    TIMEOUT = 4
    BUSY = 5
    FAULT = 6
    NO_DATA = 100


NORMAL = "N"  # the only mark whose values may raise alarms
MARKS: dict[str, str] = {
    NORMAL: "normal",
    "F": "stopped",
    "M": "maintenance",
    "S": "set_by_hand",
    "D": "fault",
    "C": "calibration",
    "T": "over_range",
    "B": "communication_lost",
}

SYSTEMS: dict[str, str] = {
    "21": "surface_water",
    "22": "air",
    "23": "noise",
    "24": "groundwater",
    "25": "soil",
    "26": "sea",
    "27": "volatile_organics",
    "31": "air_source",
    "32": "water_source",
    "39": "site_dust",
    "41": "electromagnetic",
    "44": "electricity",  # 2025
    "51": "flue_gas_process",
    "52": "sewage_process",
    "91": "interaction",
}
