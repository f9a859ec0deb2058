"""Judging values by limits and rules over event time: observations in, transitions out. Pure.

judge = Judge(Ruleset(limits, expressions))
judge.judge(observations)   # every transition that they bring
judge.tick(now_ms)          # what time alone brings
judge.dump(); judge.load(blob); judge.replace(ruleset)
"""

from anning.monitoring.judging.expressions import BadExpression, names_in, parse_expression
from anning.monitoring.judging.judge import Judge
from anning.monitoring.judging.ruleset import (
    ALARM,
    FAULTS,
    LEVELS,
    NO_TIER,
    NOTICE,
    WARNING,
    Expression,
    Limits,
    Profile,
    Ruleset,
    Transition,
    WindowSum,
)
from anning.monitoring.judging.tryout import Occurrence, explain, would_have

__all__ = [
    "ALARM",
    "FAULTS",
    "LEVELS",
    "NOTICE",
    "NO_TIER",
    "WARNING",
    "BadExpression",
    "Expression",
    "Judge",
    "Limits",
    "Occurrence",
    "Profile",
    "Ruleset",
    "Transition",
    "WindowSum",
    "explain",
    "names_in",
    "parse_expression",
    "would_have",
]
