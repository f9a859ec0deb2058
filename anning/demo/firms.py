"""The 3000 enterprises of the district: a few that everybody knows, the many by the shares of trades and towns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from anning.demo.ground import Ground, Spot
from anning.demo.ledger import Ledger
from anning.demo.sheets import add_missing, read_sheet
from anning.kernel import clock
from anning.kernel.creditcode import check_sign
from anning.registry.models import Enterprise, HowLocated

SEED = 120117
SPREAD_M = 1200  # around the point of the village
LUCK, GAIN = "鑫盛隆兴金宏恒瑞祥德永华润泰福安津顺达信", "源达旺通泽利丰和盈茂发成昌运升荣康海洋林"
INSURERS = ("演示财险甲公司", "演示财险乙公司", "演示财险丙公司")
LATE = {"120117105", "120117112"}  # the two towns that hand in late: old or missing facts
SMALL_FORMS = {"厂": "{stem}{luck}{word}厂", "": "{stem}{luck}{word}", "专业合作社": "天津{stem}{luck}{word}专业合作社"}
PLACELESS_EVERY, CODELESS_EVERY, SILENT_EVERY, PAUSED_EVERY, CLOSED_EVERY, PLANLESS_EVERY = 53, 127, 23, 29, 71, 17
LAPSED, UNKNOWN = {7, 31}, {19}  # among the 48 obliged to insure


@dataclass(frozen=True, slots=True)
class Trade:
    """One row of ``industries.csv``, and the number of the firm within it."""

    facts: dict[str, str]
    number: int

    def is_among_first(self, column: str) -> bool:
        """Whether this firm is among the first so many that the column names."""
        return self.number < int(self.facts[column] or 0)


def add_firms(ground: Ground, ledger: Ledger) -> list[Enterprise]:
    """Write the enterprises; return all of them."""
    random, numbers = Random(SEED), count(1)  # noqa: S311 - facts for show
    firms = list(_known(ground, random, numbers))
    firms += _many(ground, random, numbers, taken={firm.name for firm in firms})
    _insure([firm for firm in firms if firm.is_insurance_due])
    for firm in firms:
        where = (firm.area.code if firm.area else "", firm.longitude, firm.latitude)
        ledger.add("enterprise", firm.name, firm.credit_code, firm.industry, *where, firm.employees)
    return list(add_missing(firms, lambda firm: firm.credit_code or (firm.name, firm.area_id)).values())


def _known(ground: Ground, random: Random, numbers: Iterator[int]) -> Iterator[Enterprise]:
    """Yield the firms that are units of the directory too and have an account or people there."""
    for facts in read_sheet("enterprises"):
        if facts["kind"] == "enterprise":
            spot = random.choice(ground.by_town[facts["area"]])
            unit = ground.places.units[facts["short_name"]]
            trade = Trade(facts | {"scales": facts["scale"]}, 0)
            firm = _firm(trade, facts["name"], spot, random, next(numbers))
            firm.organisation, firm.phone, firm.employees = unit, unit.phone, int(facts["employees"])
            firm.state = Enterprise.State.RUNNING
            yield firm


def _many(ground: Ground, random: Random, numbers: Iterator[int], taken: set[str]) -> Iterator[Enterprise]:
    """Yield the others, each named once, spread over towns and parks by their shares."""
    spots = _spots(ground, random, len(taken))
    trades = [Trade(facts, number) for facts in read_sheet("industries") for number in range(int(facts["count"]))]
    random.shuffle(spots)
    for trade, spot in zip(trades, spots, strict=True):
        while (name := _name(trade.facts, spot, random)) in taken:
            continue
        taken.add(name)
        yield _firm(trade, name, spot, random, next(numbers))


def _spots(ground: Ground, random: Random, known: int) -> list[Spot]:
    """Return one spot per firm: so many for each town and park; a few firms are known already."""
    shares = {row["code"]: int(row["enterprises"]) for row in (*read_sheet("towns"), *read_sheet("parks"))}
    spots = [random.choice(ground.by_town[code]) for code, share in shares.items() for _number in range(share)]
    return spots[known:]


def _name(facts: dict[str, str], spot: Spot, random: Random) -> str:
    word, luck = random.choice(facts["words"].split()), random.choice(LUCK) + random.choice(GAIN)
    stem = stem_of(spot)
    pattern = SMALL_FORMS.get(facts["form"]) or random.choice(
        ("天津{luck}{word}{form}", "天津市{stem}{luck}{word}{form}", "宁河{luck}{word}{form}")
    )
    return pattern.format(stem=stem, luck=luck, word=word, form=facts["form"])


def stem_of(spot: Spot) -> str:
    """Return the name of the village without what every village is called."""
    if spot.area.level == "town":
        return spot.area.name.removeprefix("宁河区").removeprefix("天津未来科技城宁河片区").removesuffix("组团")
    return spot.area.name.removesuffix("社区").removesuffix("村")


def _firm(trade: Trade, name: str, spot: Spot, random: Random, number: int) -> Enterprise:
    facts, hazards = trade.facts, trade.facts["hazards"]
    is_watched = trade.is_among_first("monitored") or trade.is_among_first("fire") or trade.is_among_first("insured")
    longitude, latitude = spot.near(random, SPREAD_M)
    is_placed = is_watched or number % PLACELESS_EVERY != 0
    least, most = int(facts.get("least") or 1), int(facts.get("most") or 9)
    firm = Enterprise(
        name=name,
        credit_code="" if not is_watched and number % CODELESS_EVERY == 0 else credit_code(number),
        industry=facts["industry"],
        scale=random.choice(facts["scales"].split()),
        business=facts["business"],
        employees=random.randint(least, most),
        state=_state(number, is_watched),
        address=f"{ground_name(spot)}{random.randint(1, 199)}号",
        phone="" if number % SILENT_EVERY == 0 else f"022-6902 {number:04d}",
        is_key_chemical="c" in hazards,
        is_key_process="p" in hazards,
        is_major_hazard="m" in hazards,
        is_insurance_due=trade.is_among_first("insured"),
        is_monitored=trade.is_among_first("monitored"),
        is_in_fire_iot=trade.is_among_first("fire"),
        has_plan=is_watched or number % PLANLESS_EVERY != 0,
        area=spot.area,
        longitude=longitude if is_placed else None,
        latitude=latitude if is_placed else None,
        how_located=HowLocated.SKETCHED if is_placed else "",
        note="" if is_placed else "位置待补",
    )
    for field, value in _standard(firm, random).items():
        setattr(firm, field, value)
    return firm


def ground_name(spot: Spot) -> str:
    """Return how an address in this spot begins."""
    town = spot.area.parent
    return spot.area.name if spot.area.level == "town" or town is None else f"{town.name}{spot.area.name}"


def credit_code(number: int) -> str:
    """Return a credit code with right check signs whose organisation part, YX…, no registrar has given out."""
    body = f"YX{number:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
    values = (int(sign, 36) for sign in body)
    rest = 11 - sum(weight * value for weight, value in zip(weights, values, strict=True)) % 11
    code = f"91120117{body}" + {10: "X", 11: "0"}.get(rest, str(rest))
    return code + check_sign(code)


def _state(number: int, is_watched: bool) -> str:
    if not is_watched and number % CLOSED_EVERY == 0:
        return Enterprise.State.CLOSED
    return Enterprise.State.PAUSED if not is_watched and number % PAUSED_EVERY == 0 else Enterprise.State.RUNNING


def _standard(firm: Enterprise, random: Random) -> dict[str, Any]:
    """Return the level of standardisation: the rule where danger is, the exception in a shop; some ran out."""
    odds = {"hazmat": 1.0, "metallurgy": 1.0, "gas": 0.9, "trade": 0.35, "storage": 0.3, "construction": 0.3}
    if random.random() >= odds.get(firm.industry, 0.02):
        return {}
    level = Enterprise.Standard.TWO if firm.scale in ("large", "medium") else Enterprise.Standard.THREE
    return {"standard": level, "standard_until_on": clock.today() + timedelta(days=random.randint(-150, 1000))}


def _insure(obliged: list[Enterprise]) -> None:
    """Insure all that must, but for two policies that ran out and one that nobody has seen."""
    for number, firm in enumerate(obliged):
        if number in UNKNOWN:
            firm.note = "已催报保单"
            continue
        firm.insurer = INSURERS[number % len(INSURERS)]
        firm.policy_number = f"YX-AZX-{number + 1:05d}"
        firm.insured_until_on = clock.today() + timedelta(days=-20 - number if number in LAPSED else 12 + 7 * number)
