"""Questions about alarms, points and devices."""

from anning.monitoring.selectors.directory import Known, Point, directory, directory_stamp
from anning.monitoring.selectors.rulesets import defaults_of, limits_in_force, limits_of, ruleset, ruleset_stamp

__all__ = [
    "Known",
    "Point",
    "defaults_of",
    "directory",
    "directory_stamp",
    "limits_in_force",
    "limits_of",
    "ruleset",
    "ruleset_stamp",
]
