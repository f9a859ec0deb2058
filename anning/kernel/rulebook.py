"""Limits and deadlines of laws and standards: data with a source, resolved at the time of the event, never at now.

A pack is ``anning/rules/<pack>.yaml``; a site lays its own packs over it in ``ANNING_HOME/rules``.
Of several rules in force the most local wins (CN-120117 over CN-12 over CN), then the later folder.
Packs are read once in a process; a changed pack takes effect at the next start.
"""

import copy
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from anning.kernel import clock, district
from anning.kernel.errors import AnningError
from anning.kernel.words import gettext as _
from anning.kernel.yamlfile import BadYaml, read_yaml

PACKAGED = Path(__file__).resolve().parent.parent / "rules"
CONFIDENCES = {
    "checked": "已核对原文",
    "confident": "据通行文本，待核对",
    "uncertain": "不确定，须核对",
    "design_default": "平台默认，非法定",
}
JURISDICTION = re.compile(r"CN(-\d{2}(\d{2}){0,2})?\Z")  # country, province, city, district (GB/T 2260)
NAME = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+\Z")
KEYS = {"id", "title", "value", "unit", "source", "confidence", "valid_from", "valid_to", "jurisdiction", "note"}


class BadRulePack(AnningError):
    """A rule pack that cannot be used; the message names file, rule and what is wrong."""

    def __init__(self, file: Path, rule: str, what: str) -> None:
        place = f"规则包 {file.name} " + (f"的规则 {rule} " if rule else "")
        super().__init__(f"{place}有误：{what}", "请改正该文件后重新启动")
        self.file, self.rule, self.what = file, rule, what


class NoRule(AnningError):
    """No rule of this name is in force on that day in that place."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One value with its source; in force from ``valid_from`` through ``valid_to`` (both days included)."""

    id: str
    value: Any
    source: str
    confidence: str
    jurisdiction: str = "CN"
    valid_from: date = date.min
    valid_to: date = date.max
    title: str = ""
    unit: str = ""
    note: str = ""
    pack: str = ""
    layer: int = 0

    def in_force(self, day: date) -> bool:
        """Whether the rule holds on ``day``."""
        return self.valid_from <= day <= self.valid_to

    def covers(self, jurisdiction: str) -> bool:
        """Whether the rule reaches ``jurisdiction``: its own place and every place inside."""
        return jurisdiction.startswith(self.jurisdiction)

    @property
    def confidence_label(self) -> str:
        """The confidence as screens show it."""
        return CONFIDENCES[self.confidence]


class Rulebook:
    """Rules by name."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._rules[rule.id].append(rule)

    @classmethod
    def load(cls, *folders: Path) -> Self:
        """Read every pack of the folders, later folders laid over earlier ones. Raises BadRulePack."""
        return cls(
            rule
            for layer, folder in enumerate(folders)
            for rule in _without_overlap(
                (file, rule) for file in sorted(folder.glob("*.yaml")) for rule in read_pack(file, layer)
            )
        )

    def __iter__(self) -> Iterator[Rule]:
        return (rule for name in sorted(self._rules) for rule in self._rules[name])

    def rule(self, name: str, at: datetime | date | None = None, jurisdiction: str = "") -> Rule:
        """Return the rule ``name`` in force at ``at`` (default now) in ``jurisdiction`` (default this district).

        An instant counts by its Asia/Shanghai day. Raises NoRule, and ValueError for a naive datetime.
        """
        day, place = _legal_day(at), jurisdiction or here()
        fitting = [rule for rule in self._rules.get(name, ()) if rule.in_force(day) and rule.covers(place)]
        if not fitting:
            raise NoRule(
                _("规则 %(name)s 在 %(day)s 没有适用于 %(place)s 的取值") % {"name": name, "day": day, "place": place},
                _("请在规则包中补充该规则及其生效日期"),
            )
        return max(fitting, key=lambda rule: (len(rule.jurisdiction), rule.layer))

    def value(self, name: str, at: datetime | date | None = None, jurisdiction: str = "") -> Any:
        """Return a copy of the value of the rule; see ``rule``."""
        return copy.deepcopy(self.rule(name, at, jurisdiction).value)


@lru_cache(maxsize=1)
def rules() -> Rulebook:
    """Return the packaged rules under the site's own; read once."""
    return Rulebook.load(PACKAGED, site_folder())


def rule(name: str, at: datetime | date | None = None, jurisdiction: str = "") -> Rule:
    """Return the rule ``name`` of this installation; see ``Rulebook.rule``."""
    return rules().rule(name, at, jurisdiction)


def value(name: str, at: datetime | date | None = None, jurisdiction: str = "") -> Any:
    """Return the value of the rule ``name`` of this installation; see ``Rulebook.rule``."""
    return rules().value(name, at, jurisdiction)


def site_folder() -> Path:
    """Return the folder of the site's own packs."""
    return Path(os.environ.get("ANNING_HOME") or "var") / "rules"


def here() -> str:
    """Return this district as a jurisdiction, e.g. ``CN-120117``; ``CN`` while nobody has said which it is."""
    return f"CN-{code}" if (code := district.code()) else "CN"


def read_pack(file: Path, layer: int = 0) -> list[Rule]:
    """Return the rules of one pack file. Raises BadRulePack."""
    try:
        content = read_yaml(file)
    except BadYaml as error:
        raise BadRulePack(file, "", str(error)) from None
    if not isinstance(content, dict) or not isinstance(content.get("rules"), list):
        raise BadRulePack(file, "", "应有 pack（包名）和 rules（规则列表）")
    if content.get("pack") != file.stem:
        raise BadRulePack(file, "", f"pack 应与文件名相同，为 {file.stem}")
    return [_read_rule(file, number, facts, layer) for number, facts in enumerate(content["rules"], 1)]


def _read_rule(file: Path, number: int, facts: Any, layer: int) -> Rule:
    name = str(facts.get("id", "")) if isinstance(facts, dict) else ""
    for complaint in _complaints(facts):
        raise BadRulePack(file, name or f"第 {number} 条", complaint)
    return Rule(
        id=name,
        value=facts["value"],
        source=facts["source"].strip(),
        confidence=facts["confidence"],
        jurisdiction=facts.get("jurisdiction", "CN"),
        valid_from=facts.get("valid_from") or date.min,
        valid_to=facts.get("valid_to") or date.max,
        title=str(facts.get("title", "")),
        unit=str(facts.get("unit", "")),
        note=str(facts.get("note", "")),
        pack=file.stem,
        layer=layer,
    )


def _complaints(facts: Any) -> Iterator[str]:
    """Say why these facts are no rule, the gravest first; nothing when they are one."""
    if not isinstance(facts, dict):
        yield "应为键值对"
        return
    if strange := set(map(str, facts)) - KEYS:
        yield f"有不认识的键 {'、'.join(sorted(strange))}"
    if not NAME.match(str(facts.get("id", ""))):
        yield "id 应为大写字母、数字和连字符，如 RPT-ENT-1H"
    if facts.get("value") is None:
        yield "缺少 value（取值）"
    if not isinstance(facts.get("source"), str) or not facts["source"].strip():
        yield "缺少 source（来源）"
    if facts.get("confidence") not in CONFIDENCES:
        yield f"confidence 应为 {'、'.join(CONFIDENCES)} 之一，现为 {facts.get('confidence')!r}"
    if not JURISDICTION.match(str(facts.get("jurisdiction", "CN"))):
        yield f"jurisdiction 应为 CN、CN-12、CN-120117 这样的形式，现为 {facts['jurisdiction']!r}"
    yield from _complaints_about_days(facts)


def _complaints_about_days(facts: dict[str, Any]) -> Iterator[str]:
    since, until = facts.get("valid_from"), facts.get("valid_to")
    for key, day in (("valid_from", since), ("valid_to", until)):
        if day is not None and type(day) is not date:
            yield f"{key} 应为日期，如 2026-05-01，现为 {day!r}"
    if since is None and facts["confidence"] != "design_default":
        yield "缺少 valid_from（生效日期）"
    if since and until and until < since:
        yield "valid_to 早于 valid_from"


def _without_overlap(found: Iterable[tuple[Path, Rule]]) -> list[Rule]:
    """Return the rules; raise BadRulePack when two of one id and jurisdiction are in force on one day."""
    same: dict[tuple[str, str], list[tuple[Path, Rule]]] = defaultdict(list)
    for file, rule in found:
        same[rule.id, rule.jurisdiction].append((file, rule))
    for group in same.values():
        for (_file, before), (file, after) in pairwise(sorted(group, key=lambda pair: pair[1].valid_from)):
            if after.valid_from <= before.valid_to:
                raise BadRulePack(file, after.id, f"与 {before.pack} 中同一规则的有效期重叠（{after.jurisdiction}）")
    return [rule for group in same.values() for _file, rule in group]


def _legal_day(at: datetime | date | None) -> date:
    if at is None:
        return clock.today()
    if not isinstance(at, datetime):
        return at
    if at.tzinfo is None:
        raise ValueError("a rule is asked for at an aware instant or a day")
    return clock.local(at).date()
