import re
from datetime import UTC, date, datetime

import pytest

from anning.kernel import rulebook
from anning.kernel.rulebook import CONFIDENCES, PACKAGED, BadRulePack, NoRule, Rulebook

GROUND = {
    "ACC-PASSWORD-LENGTH", "ACC-PASSWORD-CLASSES", "ACC-PASSWORD-HISTORY", "ACC-PASSWORD-DAYS", "ACC-LOCK-FAILURES",
    "ACC-LOCK-MINUTES", "ACC-SESSION-IDLE-MINUTES", "ACC-SESSION-HOURS", "ACC-SESSION-PARALLEL", "ACC-DEVICE-DAYS",
    "ACC-TOKEN-DAYS", "DEL-QUIET-HOURS", "DEL-CALL-ANSWER-MINUTES", "TSK-ACK-MINUTES", "TSK-ESCALATE-FAILURES",
    "IMP-UNDO-HOURS", "EXP-JOB-ROWS", "EXP-KEEP-DAYS", "APP-VERBAL-CHASE-HOURS",
}  # fmt: skip
RULE = """
  - id: RPT-ENT-1H
    value: {minutes: 60}
    source: 国务院令第493号 第九条
    valid_from: 2007-06-01
    confidence: checked
"""


@pytest.fixture(autouse=True)
def _in_ninghe(monkeypatch):
    monkeypatch.setenv("ANNING_DISTRICT", "120117")


def write(folder, text, name="deadlines"):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(f"pack: {name}\nrules:{text}", "utf-8")
    return folder


def rule_text(value, *, since="2007-06-01", until="null", place="CN", name="RPT-ENT-1H"):
    return f"""
  - id: {name}
    value: {value}
    source: 某令 第九条
    valid_from: {since}
    valid_to: {until}
    jurisdiction: {place}
    confidence: confident
"""


def test_every_rule_of_the_ground_is_shipped_with_source_and_confidence():
    book = Rulebook.load(PACKAGED)

    assert {rule.id for rule in book} >= GROUND
    assert all(rule.source and rule.title and rule.confidence in CONFIDENCES for rule in book)


def test_the_rules_of_this_installation_are_at_hand():
    assert rulebook.value("ACC-DEVICE-DAYS") == 30
    assert rulebook.value("DEL-QUIET-HOURS") == {"from": "22:00", "to": "07:00"}
    assert rulebook.rule("EXP-JOB-ROWS").confidence_label == "平台默认，非法定"


def test_a_value_that_is_changed_by_its_reader_stays_as_it_was_for_the_next():
    rulebook.value("DEL-QUIET-HOURS")["from"] = "00:00"

    assert rulebook.value("DEL-QUIET-HOURS")["from"] == "22:00"


def test_a_case_is_judged_by_the_rule_in_force_at_its_time(tmp_path):
    write(tmp_path, rule_text(30, until="2026-01-31") + rule_text(90, since="2026-02-01"))
    book = Rulebook.load(tmp_path)

    assert book.value("RPT-ENT-1H", date(2026, 1, 31)) == 30
    assert book.value("RPT-ENT-1H", date(2026, 2, 1)) == 90


def test_an_instant_counts_by_its_day_in_shanghai(tmp_path):
    write(tmp_path, rule_text(30, until="2026-01-31") + rule_text(90, since="2026-02-01"))
    book = Rulebook.load(tmp_path)

    assert book.value("RPT-ENT-1H", datetime(2026, 1, 31, 15, 59, tzinfo=UTC)) == 30
    assert book.value("RPT-ENT-1H", datetime(2026, 1, 31, 16, 0, tzinfo=UTC)) == 90


def test_a_naive_instant_is_refused(tmp_path):
    book = Rulebook.load(write(tmp_path, RULE))

    with pytest.raises(ValueError, match="aware"):
        book.rule("RPT-ENT-1H", datetime(2026, 1, 31))  # noqa: DTZ001


def test_the_most_local_rule_wins(tmp_path):
    write(tmp_path, rule_text(60) + rule_text(40, place="CN-12") + rule_text(20, place="CN-120117"))
    book, day = Rulebook.load(tmp_path), date(2026, 5, 1)

    assert book.value("RPT-ENT-1H", day, "CN-120117") == 20
    assert book.value("RPT-ENT-1H", day, "CN-120115") == 40
    assert book.value("RPT-ENT-1H", day, "CN-130207") == 60


def test_a_local_rule_that_has_ended_gives_way_to_the_national_one(tmp_path):
    write(tmp_path, rule_text(60) + rule_text(20, place="CN-12", until="2025-12-31"))

    assert Rulebook.load(tmp_path).value("RPT-ENT-1H", date(2026, 5, 1)) == 60


def test_the_sites_own_pack_lies_over_the_packaged_one_but_not_over_a_more_local_rule(tmp_path):
    packaged = write(tmp_path / "a", rule_text(60) + rule_text(20, place="CN-12", name="RPT-OTHER"))
    site = write(tmp_path / "b", rule_text(45) + rule_text(99, name="RPT-OTHER"))
    book = Rulebook.load(packaged, site)

    assert book.value("RPT-ENT-1H", date(2026, 5, 1)) == 45
    assert book.value("RPT-OTHER", date(2026, 5, 1)) == 20


def test_the_site_folder_is_looked_for_in_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ANNING_HOME", str(tmp_path))
    write(tmp_path / "rules", rule_text(7, name="ACC-LOCK-MINUTES", place="CN-120117"), "ours")
    rulebook.rules.cache_clear()

    try:
        assert rulebook.value("ACC-LOCK-MINUTES") == 7
    finally:
        rulebook.rules.cache_clear()


def test_no_rule_in_force_is_said_with_name_day_and_place(tmp_path):
    book = Rulebook.load(write(tmp_path, RULE))

    with pytest.raises(NoRule, match="RPT-ENT-1H 在 2007-05-31 没有适用于 CN-120117"):
        book.rule("RPT-ENT-1H", date(2007, 5, 31))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (RULE.replace("checked", "sure"), "confidence 应为"),
        (RULE.replace("    source: 国务院令第493号 第九条\n", ""), "缺少 source"),
        (RULE.replace("    value: {minutes: 60}\n", ""), "缺少 value"),
        (RULE.replace("    valid_from: 2007-06-01\n", ""), "缺少 valid_from"),
        (RULE.replace("2007-06-01", "去年六月"), "valid_from 应为日期"),
        (RULE.replace("2007-06-01", "2007-02-30"), "month"),
        (RULE + "    valid_to: 2006-01-01\n", "valid_to 早于 valid_from"),
        (RULE + "    jurisdiction: 天津\n", "jurisdiction 应为"),
        (RULE + "    deadline: 60\n", "不认识的键 deadline"),
        (RULE + "    value: 61\n", "value 重复"),
        (RULE.replace("RPT-ENT-1H", "一小时"), "id 应为"),
        ("\n  - 60\n", "应为键值对"),
        ("\n  - [60\n", "不是正确的 YAML"),
        (" 60", "rules（规则列表）"),
        (RULE + RULE, "有效期重叠"),
        (rule_text(1, until="2026-03-01") + rule_text(2, since="2026-03-01"), "有效期重叠"),
    ],
)
def test_a_malformed_pack_is_refused_with_its_name_and_what_is_wrong(tmp_path, text, what):
    write(tmp_path, text)

    with pytest.raises(BadRulePack) as caught:
        Rulebook.load(tmp_path)
    assert "deadlines.yaml" in caught.value.message and what in caught.value.message


def test_a_malformed_rule_is_named(tmp_path):
    with pytest.raises(BadRulePack) as caught:
        Rulebook.load(write(tmp_path, RULE.replace("checked", "sure")))
    assert caught.value.rule == "RPT-ENT-1H"


def test_a_pack_under_a_strange_name_or_in_a_strange_encoding_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_text(f"pack: b\nrules:{RULE}", "utf-8")
    with pytest.raises(BadRulePack, match="与文件名相同"):
        Rulebook.load(tmp_path)

    (tmp_path / "a.yaml").write_bytes(f"pack: a\nrules:{RULE}".encode("gb18030"))
    with pytest.raises(BadRulePack, match="UTF-8"):
        Rulebook.load(tmp_path)


def test_every_rule_that_the_code_asks_for_is_shipped():
    asked = re.compile(r"[\"']((?:ACC|AGR|APP|DEL|EXP|IMP|LIA|OPS|TSK)(?:-[A-Z0-9]+)+)[\"']")
    named = {name for path in PACKAGED.parent.rglob("*.py") for name in asked.findall(path.read_text("utf-8"))}

    assert len(named) > 10
    assert named - {rule.id for rule in Rulebook.load(PACKAGED)} == set()
