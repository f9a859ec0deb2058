"""What the numbers of GB/T 26875.3-2011 stand for (tables 3 to 12); identifiers, not words for a screen."""

from enum import IntFlag
from typing import NamedTuple


class SystemState(IntFlag):
    """Bits of a system's status; without NORMAL the system is being tested."""

    NORMAL = 1 << 0
    FIRE = 1 << 1
    FAULT = 1 << 2
    SHIELDED = 1 << 3
    SUPERVISION = 1 << 4
    STARTED = 1 << 5
    FEEDBACK = 1 << 6
    DELAY = 1 << 7
    MAIN_POWER_FAULT = 1 << 8
    BACKUP_POWER_FAULT = 1 << 9
    BUS_FAULT = 1 << 10
    MANUAL = 1 << 11
    CONFIGURATION_CHANGED = 1 << 12
    RESET = 1 << 13


class ComponentState(IntFlag):
    """Bits of a component's status; without NORMAL the component is being tested."""

    NORMAL = 1 << 0
    FIRE = 1 << 1
    FAULT = 1 << 2
    SHIELDED = 1 << 3
    SUPERVISION = 1 << 4
    STARTED = 1 << 5
    FEEDBACK = 1 << 6
    DELAY = 1 << 7
    POWER_FAULT = 1 << 8


class DeviceState(IntFlag):
    """Bits of the transmission device's status; without NORMAL it is being tested."""

    NORMAL = 1 << 0
    FIRE = 1 << 1
    FAULT = 1 << 2
    MAIN_POWER_FAULT = 1 << 3
    BACKUP_POWER_FAULT = 1 << 4
    LINK_FAULT = 1 << 5
    LINE_FAULT = 1 << 6


class Operation(IntFlag):
    """Bits of an operation; CONFIRM is the answer to a duty check when the device itself reports it."""

    RESET = 1 << 0
    MUTE = 1 << 1
    MANUAL_ALARM = 1 << 2
    ALARM_CLEARED = 1 << 3
    SELF_TEST = 1 << 4
    CONFIRM = 1 << 5
    TEST = 1 << 6


class Measure(NamedTuple):
    """What an analogue type measures, its unit, and how many steps of the wire make one unit."""

    name: str
    unit: str
    steps_per_unit: int


ANALOGUES: dict[int, Measure] = {
    1: Measure("count", "1", 1),
    2: Measure("height", "m", 100),
    3: Measure("temperature", "°C", 10),
    4: Measure("pressure_mpa", "MPa", 10),
    5: Measure("pressure_kpa", "kPa", 10),
    6: Measure("gas", "%LEL", 10),
    7: Measure("time", "s", 1),
    8: Measure("voltage", "V", 10),
    9: Measure("current", "A", 10),
    10: Measure("flow", "L/s", 10),
    11: Measure("air_volume", "m³/min", 10),
    12: Measure("wind_speed", "m/s", 1),
}

SYSTEM_TYPES: dict[int, str] = {
    0: "general",
    1: "fire_alarm",
    10: "linkage_controller",
    11: "hydrant",
    12: "sprinkler",
    13: "gas_extinguishing",
    14: "water_spray_pump",
    15: "water_spray_pressure",
    16: "foam",
    17: "powder",
    18: "smoke_control",
    19: "fire_door",
    20: "lift",
    21: "emergency_broadcast",
    22: "emergency_lighting",
    23: "power",
    24: "fire_telephone",
}

COMPONENT_TYPES: dict[int, str] = {
    0: "general",
    1: "alarm_controller",
    **dict.fromkeys(range(10, 14), "combustible_gas_detector"),
    **dict.fromkeys(range(16, 19), "electrical_fire_detector"),
    21: "loop",
    22: "fire_display",
    23: "manual_call_point",
    24: "hydrant_button",
    25: "detector",
    **dict.fromkeys(range(30, 38), "heat_detector"),
    **dict.fromkeys(range(40, 45), "smoke_detector"),
    **dict.fromkeys(range(50, 54), "combined_detector"),
    61: "ultraviolet_flame_detector",
    62: "infrared_flame_detector",
    69: "flame_detector",
    74: "gas_detector",
    78: "image_detector",
    79: "sound_detector",
    81: "gas_extinguishing_controller",
    82: "electrical_control",
    83: "graphic_display",
    **dict.fromkeys(range(84, 89), "module"),
    91: "pump",
    92: "tank",
    95: "sprinkler_pump",
    96: "flow_switch",
    97: "signal_valve",
    98: "alarm_valve",
    99: "pressure_switch",
    101: "valve_actuator",
    102: "fire_door",
    103: "fire_damper",
    104: "ventilation",
    105: "foam_pump",
    106: "pipe_solenoid",
    111: "smoke_fan",
    113: "smoke_damper",
    114: "air_inlet",
    115: "smoke_outlet",
    116: "smoke_curtain",
    117: "fire_shutter",
    118: "fire_door_monitor",
    121: "alarm_device",
}


def component_name(ctype: int) -> str:
    """Return the identifier of a component type; ``user`` from 128 on, ``reserved`` otherwise."""
    return COMPONENT_TYPES.get(ctype, "user" if ctype >= 128 else "reserved")
