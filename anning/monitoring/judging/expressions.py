"""Conditions over several points: a small language, read by Python's own parser and nothing else of Python.

``and or not``, comparisons (also chained), ``+ - * /``, numbers, names of points, and ``votes(n, condition, …)``
(at least n hold: 2-of-3), ``abs min max sum avg``. What is unknown stays unknown (None), as far as it matters:
``a > 5 or unknown`` holds when a does; two votes of three hold although the third is unknown.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from anning.kernel.errors import Refused
from anning.kernel.words import gettext as _

Values: TypeAlias = Mapping[str, float | None]
Number: TypeAlias = Callable[[Values], float | None]
Truth: TypeAlias = Callable[[Values], bool | None]

LONGEST, DEEPEST = 2000, 40
UNSPOKEN_MARKS = frozenset("'\"\\")
COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
RECKON: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
GATHER: dict[str, Callable[[Sequence[float]], float]] = {
    "min": min,
    "max": max,
    "sum": sum,
    "avg": lambda numbers: sum(numbers) / len(numbers),
}


class BadExpression(Refused):
    """The text is no condition; the message says what and where in plain words."""

    def __init__(self, why: str, node: ast.AST | None = None) -> None:
        place = _("（第 %(column)s 个字处）") % {"column": node.col_offset + 1} if isinstance(node, ast.expr) else ""
        super().__init__(f"{why}{place}", _("条件应形如：甲 > 25 and 乙 > 25，或 votes(2, 甲 > 25, 乙 > 25, 丙 > 25)"))


def parse_expression(text: str, names: set[str] | frozenset[str] | Mapping[str, int]) -> Truth:
    """Return the condition as a function of the named values. Raises BadExpression."""
    if len(text) > LONGEST:
        raise BadExpression(_("条件太长，超过 %(most)s 字") % {"most": LONGEST})
    if set(text) & UNSPOKEN_MARKS:  # the language has no texts
        raise BadExpression(_("条件读不懂，不能含引号和反斜杠"))
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadExpression(_("条件读不懂，请检查括号和符号")) from None
    return _Reader(names).truth(tree.body, 0)


def names_in(text: str) -> list[str]:
    """Return the names of points in the text, in order, each once. Raises BadExpression."""
    found: dict[str, None] = {}
    parse_expression(text, _Everything(found))
    return list(found)


class _Everything(dict[str, int]):
    """Knows every name, and notes those asked for."""

    def __init__(self, found: dict[str, None]) -> None:
        super().__init__()
        self._found = found

    def __contains__(self, name: object) -> bool:
        self._found[str(name)] = None
        return True


class _Reader:
    """Turns the parsed tree into functions; refuses whatever the language does not have."""

    def __init__(self, names: set[str] | frozenset[str] | Mapping[str, int]) -> None:
        self._names = names

    def truth(self, node: ast.expr, depth: int) -> Truth:
        """Read a condition."""
        _check_depth(node, depth)
        if isinstance(node, ast.BoolOp):
            parts = [self.truth(each, depth + 1) for each in node.values]
            return _all(parts) if isinstance(node.op, ast.And) else _any(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return _not(self.truth(node.operand, depth + 1))
        if isinstance(node, ast.Compare):
            return self._comparison(node, depth)
        if isinstance(node, ast.Call) and _called(node) == "votes":
            return self._votes(node, depth)
        raise BadExpression(_("这里应是一个条件，如 甲 > 25"), node)

    def number(self, node: ast.expr, depth: int) -> Number:
        """Read a quantity."""
        _check_depth(node, depth)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            constant = float(node.value)
            return lambda _values: constant
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            sign, inner = -1.0 if isinstance(node.op, ast.USub) else 1.0, self.number(node.operand, depth + 1)
            return lambda values: None if (found := inner(values)) is None else sign * found
        if isinstance(node, ast.BinOp) and type(node.op) in RECKON:
            return _reckon(RECKON[type(node.op)], self.number(node.left, depth + 1), self.number(node.right, depth + 1))
        if isinstance(node, ast.Call):
            return self._gathered(node, depth)
        raise BadExpression(_("这里应是点位、数字或算式"), node)

    def _name(self, node: ast.Name) -> Number:
        name = node.id
        if name not in self._names:
            raise BadExpression(_("没有名为 %(name)s 的点位") % {"name": name}, node)
        return lambda values: values.get(name)

    def _comparison(self, node: ast.Compare, depth: int) -> Truth:
        sides = [self.number(each, depth + 1) for each in (node.left, *node.comparators)]
        if not all(type(op) in COMPARE for op in node.ops):
            raise BadExpression(_("只能用 > >= < <= == != 比较"), node)
        parts = [
            _compare(COMPARE[type(op)], left, right)
            for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
        ]
        return parts[0] if len(parts) == 1 else _all(parts)

    def _votes(self, node: ast.Call, depth: int) -> Truth:
        needed, *conditions = node.args or [ast.Constant(None)]
        number = needed.value if isinstance(needed, ast.Constant) else None
        if type(number) is not int or not 1 <= number <= len(conditions):
            raise BadExpression(_("votes 应写成 votes(几票, 条件, 条件, …)，票数不超过条件数"), node)
        return _at_least(number, [self.truth(each, depth + 1) for each in conditions])

    def _gathered(self, node: ast.Call, depth: int) -> Number:
        name, parts = _called(node), [self.number(each, depth + 1) for each in node.args]
        if name == "abs" and len(parts) == 1:
            return lambda values: None if (found := parts[0](values)) is None else abs(found)
        if name not in GATHER or not parts:
            raise BadExpression(_("没有这个算法，可用 votes、abs、min、max、sum、avg"), node)
        gather = GATHER[name]

        def gathered(values: Values) -> float | None:
            numbers = [part(values) for part in parts]
            known = [number for number in numbers if number is not None]
            return gather(known) if len(known) == len(numbers) else None

        return gathered


def _check_depth(node: ast.expr, depth: int) -> None:
    if depth > DEEPEST:
        raise BadExpression(_("条件嵌套太深"), node)


def _called(node: ast.Call) -> str:
    if not isinstance(node.func, ast.Name) or node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
        raise BadExpression(_("没有这个算法，可用 votes、abs、min、max、sum、avg"), node)
    return node.func.id


def _reckon(reckon: Callable[[float, float], float], left: Number, right: Number) -> Number:
    def reckoned(values: Values) -> float | None:
        a, b = left(values), right(values)
        if a is None or b is None:
            return None
        try:
            return reckon(a, b)
        except (ZeroDivisionError, OverflowError):
            return None

    return reckoned


def _compare(compare: Callable[[float, float], bool], left: Number, right: Number) -> Truth:
    def compared(values: Values) -> bool | None:
        a, b = left(values), right(values)
        return None if a is None or b is None else compare(a, b)

    return compared


def _not(part: Truth) -> Truth:
    return lambda values: None if (found := part(values)) is None else not found


def _all(parts: Sequence[Truth]) -> Truth:
    return _at_least(len(parts), parts)


def _any(parts: Sequence[Truth]) -> Truth:
    return _at_least(1, parts)


def _at_least(number: int, parts: Sequence[Truth]) -> Truth:
    """At least ``number`` hold: yes or no as soon as what is unknown cannot change it."""

    def counted(values: Values) -> bool | None:
        found = [part(values) for part in parts]
        yes = found.count(True)
        return True if yes >= number else None if yes + found.count(None) >= number else False

    return counted
