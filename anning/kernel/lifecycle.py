"""Tables of states and moves: buttons, column choices, the picture in the docs and the tests come from one table."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from anning.kernel.errors import IllegalMove
from anning.kernel.words import gettext as _

Text = Any  # plain or lazily translated text


@dataclass(frozen=True, slots=True)
class Move:
    """One kind of arrow: ``name`` leads from any of ``sources`` to ``target``; ``label`` is what its button says."""

    name: str
    sources: Set[str]
    target: str
    label: Text = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """All arrows of one kind of record. Data only: it never touches a database.

    ``labels`` names the states on screen. Raises ValueError for a table in which one button of one
    state would lead to two states.
    """

    initial: str
    moves: tuple[Move, ...]
    labels: Mapping[str, Text] = field(default_factory=dict)

    def __post_init__(self) -> None:
        arrows = Counter((move.name, source) for move in self.moves for source in move.sources)
        for (name, source), times in arrows.items():
            if times > 1:
                raise ValueError(f"move {name!r} leads from {source!r} to {times} states")
        if strange := set(self.labels) - set(self.states):
            raise ValueError(f"labels of unknown states: {', '.join(sorted(strange))}")

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, the initial one first, then in the order of the table."""
        named = [self.initial]
        for move in self.moves:
            named += [*sorted(move.sources), move.target]
        return tuple(dict.fromkeys(named))

    @property
    def choices(self) -> list[tuple[str, Text]]:
        """States with their labels, for the column."""
        return [(state, self.label(state)) for state in self.states]

    def after(self, state: str, move_name: str) -> str:
        """Return the state that ``move_name`` leads to, or raise IllegalMove."""
        for move in self.moves:
            if move.name == move_name and state in move.sources:
                return move.target
        raise IllegalMove(
            _("当前状态为“%(state)s”，不能“%(move)s”")
            % {"state": self.label(state), "move": self.move_label(move_name)},
            _("可能已有人处理过，请刷新页面查看最新状态"),
        )

    def moves_from(self, state: str) -> list[str]:
        """Return the names of the moves open in ``state`` (the buttons to show)."""
        return list(dict.fromkeys(move.name for move in self.moves if state in move.sources))

    def label(self, state: str) -> Text:
        """Return what screens call the state."""
        return self.labels.get(state) or state

    def move_label(self, name: str) -> Text:
        """Return what the button of the move says."""
        return next((move.label for move in self.moves if move.name == name and move.label), name)


def draw_table(lifecycle: Lifecycle) -> str:
    """Return the moves as a Markdown table, for the docs."""
    rows = [
        f"| `{move.name}` {move.label} | {_names(lifecycle, move)} | {lifecycle.label(move.target)} |"
        for move in lifecycle.moves
    ]
    return "\n".join(["| 动作 | 由 | 到 |", "|---|---|---|", *rows]) + "\n"


def draw_mermaid(lifecycle: Lifecycle) -> str:
    """Return the moves as a mermaid state diagram, for the docs."""
    names = [f"    {state} : {lifecycle.label(state)}" for state in lifecycle.states]
    arrows = [
        f"    {source} --> {move.target} : {lifecycle.move_label(move.name)}"
        for move in lifecycle.moves
        for source in sorted(move.sources)
    ]
    return "\n".join(["stateDiagram-v2", *names, f"    [*] --> {lifecycle.initial}", *arrows]) + "\n"


def _names(lifecycle: Lifecycle, move: Move) -> str:
    return "、".join(str(lifecycle.label(source)) for source in sorted(move.sources))
