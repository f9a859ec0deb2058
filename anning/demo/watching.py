"""How the demo district is watched: limits, a rule, whom to tell, a window, forty days of alarms, mostly false."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from anning.accounts.models import Post, User
from anning.accounts.selectors import actor_for
from anning.demo.places import Places
from anning.demo.sheets import read_sheet
from anning.demo.wires import number
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.judging import Transition
from anning.monitoring.logic import milliseconds
from anning.monitoring.models import AlarmStep, Datastream, LimitVersion, Rule, Window
from anning.monitoring.services import acknowledge, close, hand_up, judge_verdict, take_transitions

SEED = 95
DAYS, A_DAY = 40, 3
DAY = 24 * 60  # minutes
TRUE_EVERY = 20  # 95 % of alarms are false
FALSE = (
    ("检定校准", "已恢复运行，标定记录已存档"),
    ("停电检修", "来电后恢复正常"),
    ("开停车操作", "工况稳定后恢复"),
    ("探头进水受潮", "已烘干并更换防护罩"),
    ("清罐作业挥发", "作业结束，通风后恢复"),
    ("通信干扰瞬时跳变", "已加装屏蔽"),
)
TRUE = (
    ("卸车软管接头渗漏，现场可闻到气味", "停止卸车，更换密封垫"),
    ("阀门填料渗漏", "已紧固并更换填料"),
    ("除尘风机停机，粉尘积聚", "停产清灰，恢复通风"),
)


def add_watching(places: Places, sheet: dict[str, dict[str, str]]) -> None:
    """Write limits by design, gauges' marks, a rule, the steps of telling and a window of calibration."""
    users = {user.username: user.subject for user in User.objects.filter(is_demo=True)}
    drafter, approver = users["monitor"], users["section"]
    points = Datastream.objects.in_bulk(field_name="code")
    rows = [each for each in _limits(sheet) if not points[each[0]].limits.exists()]
    now = clock.now()
    LimitVersion.all_objects.bulk_create(
        LimitVersion(
            datastream=points[code],
            reason=reason,
            state="approved",
            in_force_at=now - timedelta(days=300),
            drafted_by=drafter,
            drafted_at=now - timedelta(days=302),
            approved_by=approver,
            approved_at=now - timedelta(days=300),
            **levels,
        )
        for code, reason, levels in rows
    )
    _add_rule(points, drafter, approver)
    _add_steps(places)
    _add_window(points, drafter, approver, now)


def _limits(sheet: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, dict[str, float | None]]]:
    for code, row in sheet.items():
        high, high_high = number(row["limit_high"]), number(row["limit_high_high"])
        if high is not None:
            deadband = 0.01 * (float(row["high"]) - float(row["low"]))
            yield code, "按设计文件", {"high": high, "high_high": high_high, "deadband": deadband}
    for place, row in enumerate(read_sheet("gauges"), 1):
        if row["high"]:
            marks = {"high": number(row["high"]), "high_high": number(row["high_high"])}
            yield f"SW{place:03d}_Z", "警戒、保证水位（演示值，大沽高程，待水务部门核定）", marks
    for place in range(1, 31):
        yield f"XF{place:03d}_4", "静水压力不低于100千帕", {"low": 100.0, "deadband": 5.0, "delay_s": 60.0}
        yield f"XF{place:03d}_5", "探测器设定值300毫安", {"high": 0.3, "deadband": 0.02, "delay_s": 30.0}


def _add_rule(points: dict[str, Datastream], drafter: str, approver: str) -> None:
    """Add the two-of-three of the liquefied gas station."""
    station = points_of_lpg(points)
    if len(station) < 3 or Rule.all_objects.exists():
        return
    votes = ", ".join(f"{point.code} > 20" for point in station[:3])
    rule = Rule(
        name="液化气罐区三取二",
        datastream=station[0],
        text=f"votes(2, {votes})",
        hold_s=3,
        tier=3,
        state="approved",
        drafted_by=drafter,
        approved_by=approver,
        approved_at=clock.now() - timedelta(days=200),
    )
    rule.derive()
    rule.save()


def points_of_lpg(points: dict[str, Datastream]) -> list[Datastream]:
    """Return the gas detectors of the liquefied gas station."""
    return [p for _code, p in sorted(points.items()) if p.medium == "液化石油气" and p.kind == "combustible_gas"]


def _add_steps(places: Places) -> None:
    """Say whom an alarm is told to when nobody acknowledges, by tier."""
    if AlarmStep.all_objects.exists():
        return
    watch = Post.objects.get(organisation=places.units["安防网中心"], name="监测员")
    duty = Post.objects.get(organisation=places.units["区值班室"], name="主班值班员")
    lines = {
        1: (("enterprise", 10, None), ("post", 5, watch)),
        2: (("post", 5, watch), ("town", 5, None), ("post", 5, duty)),
        3: (("post", 3, watch), ("post", 2, duty), ("town", 2, None), ("leader", 5, duty)),
    }
    AlarmStep.all_objects.bulk_create(
        AlarmStep(tier=tier, position=position, after_minutes=minutes, target=target, post=post)
        for tier, steps in lines.items()
        for position, (target, minutes, post) in enumerate(steps, 1)
    )


def _add_window(points: dict[str, Datastream], drafter: str, approver: str, now: datetime) -> None:
    if Window.all_objects.exists():
        return
    level = next(point for _code, point in sorted(points.items()) if point.kind == "level")
    Window.all_objects.create(
        datastream=level,
        kind="calibration",
        since_at=now - timedelta(hours=2),
        until_at=now + timedelta(hours=22),
        reason="液位计年度检定",
        measures="人工检尺，每2小时一次",
        state="approved",
        applied_by=drafter,
        applied_at=now - timedelta(days=1),
        decided_by=approver,
        decided_at=now - timedelta(hours=3),
    )


def add_past_alarms() -> None:
    """Have forty days of alarms happen and be handled, through the services, as they would have been."""
    random = Random(SEED)  # noqa: S311 - facts for show
    operator = actor_for(User.objects.get(username="monitor"))
    probes = Datastream.objects.filter(device__family="watch", device__is_online=True).exclude(kind="camera")
    points = [point for point in probes.order_by("code") if point.kind in ("combustible_gas", "toxic_gas", "level")]
    minutes = sorted(random.sample(range(DAY, DAYS * DAY), DAYS * A_DAY), reverse=True)
    for count, back in enumerate(minutes):
        at = clock.now() - timedelta(minutes=back)
        _happen(random.choice(points), at, operator, random, is_true=count % TRUE_EVERY == 7)


def _happen(point: Datastream, at: datetime, operator: Actor, random: Random, *, is_true: bool) -> None:
    limit = {"combustible_gas": 25.0, "toxic_gas": 25.0, "level": 85.0}[point.kind]
    value = min(limit * (1 + 0.2 * random.random()), 0.98 * (point.range_high or limit))
    began = Transition(point.pk, "high", "high", milliseconds(at), True, round(value, 1), limit, 1)
    alarm = take_transitions([began], now=at).raised[0]
    minutes = random.choice((1, 2, 3, 4, 6, 9, 14))
    acknowledge(alarm.pk, operator, text="已电话联系企业核实", now=at + timedelta(minutes=minutes))
    reason, measure = random.choice(TRUE if is_true else FALSE)
    verdict = "true" if is_true else "false"
    judge_verdict(alarm.pk, operator, verdict=verdict, reason=reason, now=at + timedelta(minutes=minutes + 3))
    if is_true:
        hand_up(alarm.pk, operator, text=reason, now=at + timedelta(minutes=minutes + 4))
    over = at + timedelta(minutes=minutes + random.randint(5, 40))
    take_transitions([began._replace(at_ms=milliseconds(over), is_active=False, value=limit * 0.6)], now=over)
    close(alarm.pk, operator, reason=reason, measure=measure, now=over + timedelta(minutes=5))
