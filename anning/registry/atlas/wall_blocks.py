"""The numbers of the wall: counted from rows as the actor may see them, each with the address of its rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from anning.journal import selectors as journal
from anning.journal.labels import label
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.registry.atlas import layers
from anning.registry.selectors.baseline import baseline
from anning.ui.records import selectors
from anning.ui.records.register import Register, every
from anning.ui.registries import Text, allowed, todo_sources

MOST_BLOCKS = 6
MOST = 8  # lines of a block: what one reads from across the room
COUNTED = ("enterprises", "sites", "facilities", "report-points", "radios", "evacuation-lists")
ASKED = (
    ("enterprises", "major_hazards"),
    ("enterprises", "uninsured"),
    ("enterprises", "insurance_ending"),
    ("enterprises", "without_first_persons"),
    ("households", "without_guardian"),
    ("sites", "protected"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A number with its words and the address of its rows, or a line of news."""

    title: Text
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the wall; ``tiles`` draws large numbers, else lines."""

    title: Text
    lines: list[Line]
    tiles: bool = False


_offered: list[tuple[Text, Callable[[Actor], Iterable[Line]], str]] = []


def offer(title: Text, lines: Callable[[Actor], Iterable[Line]], permission: str) -> None:
    """Let a higher room show a block on the wall, before the books."""
    _offered.append((title, lines, permission))


def of(actor: Actor) -> list[Block]:
    """Return the blocks that have something to say: first those of higher rooms, six at most."""
    asked: tuple[tuple[Text, Callable[[Actor], Iterable[Line]], bool], ...] = (
        *((title, lines, False) for title, lines, permission in _offered if actor.may(permission)),
        (_("规划基期"), _baseline, False),
        (_("底册"), _counted, True),
        (_("重点"), _concerns, False),
        (_("场所设施"), _mapped, False),
        (_("待办"), _waiting, False),
        (_("最近动态"), _news, False),
    )
    blocks = [Block(title, list(lines(actor))[:MOST], tiles) for title, lines, tiles in asked]
    return [block for block in blocks if block.lines][:MOST_BLOCKS]


def _baseline(actor: Actor) -> Iterable[Line]:
    """What is counted now beside the plan's numbers; the plan speaks of the whole district."""
    found = baseline(actor) if actor.scope.everything else None
    for number in found.numbers if found else ():
        beside = _("%(count)s / 规划 %(planned)s") % {"count": number.count, "planned": number.planned}
        yield Line(number.title, beside, number.url)


def _counted(actor: Actor) -> Iterable[Line]:
    for register in _registers(COUNTED, actor):
        yield Line(register.plural, str(selectors.rows(register, actor).count()), _list(register))


def _concerns(actor: Actor) -> Iterable[Line]:
    for name, question in ASKED:
        for register in _registers((name,), actor):
            title, cut = register.questions[question]
            count = cut(selectors.rows(register, actor)).count()
            yield Line(title, str(count), f"{_list(register)}?only={question}")


def _mapped(actor: Actor) -> Iterable[Line]:
    """The kinds of sites and facilities with most places on the map."""
    for layer in sorted(layers.of_registers(("sites", "facilities"), actor), key=lambda each: -each.count):
        assert layer.register is not None
        yield Line(layer.title, str(layer.count), f"{_list(layer.register)}?{layer.split}={layer.value}")


def _waiting(actor: Actor) -> Iterable[Line]:
    for source in allowed(todo_sources, actor):
        yield Line(source.title, str(source.count(actor)), reverse("ui:home"))


def _news(actor: Actor) -> Iterable[Line]:
    """What happened last; kinds and times only, for a wall is read by visitors too."""
    for entry in journal.entries(actor).exclude(actor="system")[:MOST]:
        yield Line(label(entry.kind), f"{clock.local(entry.at):%m-%d %H:%M}", "")


def _registers(names: Iterable[str], actor: Actor) -> list[Register]:
    known = {register.name: register for register in every()}
    return [known[name] for name in names if name in known and actor.may(known[name].permission("view"))]


def _list(register: Register) -> str:
    return reverse("records:list", args=(register.name,))
