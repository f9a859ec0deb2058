"""Real measurements: faults of a gas array, a rainstorm, and labelled disturbances."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from anning.kernel.rulebook import PACKAGED, Rulebook
from anning.monitoring.judging import Limits, Ruleset, would_have
from anning.monitoring.observations import Quality
from tests.monitoring.pure.real_series import TELEMETRY, Series, lines, nab, skab, table

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/rules-on-real-series.md"
HOUR, CHINA = 3_600_000, timedelta(hours=8)
STORM = date(2016, 7, 20)

pytestmark = pytest.mark.skipif(not TELEMETRY.is_dir(), reason=f"real series are not at hand in {TELEMETRY}")


@pytest.fixture(scope="module")
def gas():
    """The hourly series of the gas array, by channel."""
    rows = table(TELEMETRY / "gas/airquality_uci_2004-03_2004-09.csv")
    at = [int(datetime.fromisoformat(f"{r['Date']}T{r['Time']}+00:00").timestamp() * 1000) for r in rows]
    return {name: Series.of(at, [float(r[name]) for r in rows]) for name in rows[0] if name not in {"Date", "Time"}}


def runs(flags):
    """How many runs of True there are."""
    return int(np.count_nonzero(np.diff([0, *flags.astype(int)]) == 1))


def test_the_gas_arrays_faults_become_faults_and_never_alarms(gas):
    found = {}
    for channel, series in gas.items():
        good = series.values[series.values != -200]
        low, high = np.quantile(good, [0.01, 0.99]).tolist()
        limits = Limits(1, low_low=-150.0, low=low, high=high, fault_values=(-200.0,))
        found[channel] = would_have(Ruleset((limits,)), {1: series})

    for channel, series in gas.items():
        faults = [each for each in found[channel] if each.condition == "fault"]
        alarms = [each for each in found[channel] if not each.is_fault]
        assert len(faults) == runs(series.values == -200)
        assert {each.value for each in faults} == ({-200.0} if faults else set())
        assert alarms and all(each.value > -200 and each.condition in {"low", "high"} for each in alarms)
        good = Series(*(column[series.values != -200] for column in series))
        low, high = (next(each.limit for each in alarms if each.condition == side) for side in ("low", "high"))
        assert len(alarms) == runs(good.values <= low) + runs(good.values >= high)
    assert sum(each.is_fault for told in found.values() for each in told) > 300


def test_without_the_declared_fault_value_they_would_have_been_alarms(gas):
    found = would_have(Ruleset((Limits(1, low_low=-100),)), {1: gas["CO(GT)"]})

    assert len(found) == runs(gas["CO(GT)"].values == -200) > 100


@pytest.fixture(scope="module")
def rain():
    """The hourly rain of Shunyi, 2015 and 2016; hours without a value are missing."""
    rows = table(TELEMETRY / "weather/prsa_shunyi_2015_2016.csv")
    at = [datetime(*(int(r[k]) for k in ("year", "month", "day", "hour")), tzinfo=UTC) - CHINA for r in rows]
    missing = np.array([r["RAIN"] == "NA" for r in rows])
    values = np.array([np.nan if r["RAIN"] == "NA" else float(r["RAIN"]) for r in rows])
    moments = np.array([int(each.timestamp() * 1000) for each in at], np.int64)
    return Series(moments, values, np.where(missing, Quality.MISSING, Quality.GOOD).astype(np.uint8))


@pytest.fixture(scope="module")
def alarms(rain):
    """What the rule pack's sums over an hour and more would have raised in the two years."""
    rule = Rulebook.load(PACKAGED).value("MON-RAIN", STORM)
    sums = [each for each in rule["sums"] if each["window_ms"] >= HOUR]  # the series has no five minutes
    return would_have(Ruleset((Limits.of(1, rule | {"sums": sums}),)), {1: rain})


def summed(rain, window):
    """Hour by hour the rain of the hours before, reckoned plainly."""
    fallen = dict(zip(rain.at_ms.tolist(), np.nan_to_num(rain.values).tolist(), strict=True))
    return {at: round(sum(fallen.get(at - k * HOUR, 0) for k in range(window // HOUR)), 6) for at in fallen}


def day_of(at_ms):
    return (datetime.fromtimestamp(at_ms / 1000, UTC) + CHINA).date()


def test_the_storm_gives_what_its_grades_prescribe(rain, alarms):
    storm = {each.rule: each for each in alarms if day_of(each.onset_ms) == STORM}
    day, three = summed(rain, 24 * HOUR), summed(rain, 3 * HOUR)
    fell = sum(np.nan_to_num(rain.values[[day_of(at) == STORM for at in rain.at_ms]]))

    assert fell == pytest.approx(143.5)  # 大暴雨: 100 to 249.9 mm in a day
    assert {"window_sum.1440m.50", "window_sum.1440m.100"} <= set(storm)
    assert "window_sum.1440m.250" not in {each.rule for each in alarms}
    assert storm["window_sum.1440m.50"].tier < storm["window_sum.1440m.100"].tier
    assert ("window_sum.180m.50" in storm) == (max(v for at, v in three.items() if day_of(at) == STORM) >= 50)
    assert storm["window_sum.1440m.100"].value == day[storm["window_sum.1440m.100"].onset_ms]


@pytest.mark.parametrize(("hours", "limit"), [(1, 20), (3, 50), (3, 100), (24, 50), (24, 100), (24, 250)])
def test_every_sum_of_two_years_begins_and_ends_when_plain_sums_do(rain, alarms, hours, limit):
    rule = f"window_sum.{hours * 60}m.{limit}"
    plain, told, stands = summed(rain, hours * HOUR), [], False
    for at, total in plain.items():
        if (total >= limit) != stands:
            stands = not stands
            told.append(at)

    assert [moment for each in alarms if each.rule == rule for moment in (each.onset_ms, each.return_ms)] == told


def test_the_document_states_what_the_tuned_rules_meet():
    text = DOCUMENT.read_text("utf-8")

    assert [line for line in [*lines(list(nab())), *lines(list(skab()))] if line not in text] == []
