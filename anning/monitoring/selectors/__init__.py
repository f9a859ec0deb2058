"""Questions about alarms, points and devices."""

from anning.monitoring.selectors.rulesets import defaults_of, limits_in_force, limits_of, ruleset, ruleset_stamp

__all__ = ["defaults_of", "limits_in_force", "limits_of", "ruleset", "ruleset_stamp"]
