"""What a person does with an alarm: the table of deeds, from which forms, keys and buttons follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.accounts.selectors import find_scoped
from anning.kernel.actor import Actor
from anning.monitoring import permissions, services
from anning.monitoring.lifecycle import ALARM
from anning.monitoring.models import Alarm, Verdict
from anning.ui.registries import Text


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed: its key on the desk, what its form asks, and the service that does it."""

    name: str
    label: Text
    permission: str
    do: Callable[[int, Actor, dict[str, Any]], Any]
    is_open: Callable[[Alarm], bool]
    key: str = ""
    minutes: Sequence[int] = ()
    usual: int = 0
    minutes_label: Text = ""
    minutes_hint: Text = ""
    text_label: Text = ""
    phrases: Sequence[Text] = ()
    needs_text: bool = False
    verdicts: Sequence[tuple[str, Text]] = ()


VERDICTS = ((Verdict.FALSE.value, Verdict.FALSE.label), (Verdict.TRUE.value, Verdict.TRUE.label))


def _confirm_and_hand_up(key: int, actor: Actor, asked: dict[str, Any]) -> Any:
    """Hand up; who hands up an alarm that nobody has judged confirms it with the same words."""
    if find_scoped(Alarm.objects.all(), actor, key).verdict != Verdict.TRUE:
        services.judge_verdict(key, actor, verdict=Verdict.TRUE, reason=asked["text"])
    return services.hand_up(key, actor, text=asked["text"])


def _can(move: str) -> Callable[[Alarm], bool]:
    return lambda alarm: move in ALARM.moves_from(alarm.state)


DEEDS = {
    deed.name: deed
    for deed in (
        Deed(
            "acknowledge",
            _("签收"),
            permissions.ACKNOWLEDGE,
            lambda key, actor, asked: services.acknowledge(key, actor, minutes=asked["minutes"], text=asked["text"]),
            _can("acknowledge"),
            "a",
            (10, 30, 60, 120),
            30,
            _("多久之内处置"),
            _("到期仍未恢复将重新报警；最高等级在电话和视频核实前按核实时限计"),
            _("说明"),
            (_("已电话联系企业核实"), _("已通知现场人员查看"), _("正在调看视频")),
        ),
        Deed(
            "judge",
            _("研判"),
            permissions.JUDGE,
            lambda key, actor, asked: services.judge_verdict(
                key, actor, verdict=asked["verdict"], reason=asked["text"]
            ),
            lambda alarm: not alarm.closed_at,
            "v",
            text_label=_("理由"),
            phrases=(
                _("检定校准"),
                _("停电检修"),
                _("开停车操作"),
                _("探头进水受潮"),
                _("通信中断"),
                _("现场确认泄漏"),
                _("现场确认超温超压"),
                _("现场确认明火烟雾"),
            ),
            needs_text=True,
            verdicts=VERDICTS,
        ),
        Deed(
            "hand-up",
            _("上报"),
            permissions.HAND_UP,
            _confirm_and_hand_up,
            lambda alarm: alarm.handed_up_at is None,
            "h",
            text_label=_("情况"),
            phrases=(_("现场确认，请应急值班接报"), _("多点同时报警，企业未应答"), _("企业报告险情")),
            needs_text=True,
        ),
        Deed(
            "shelve",
            _("搁置"),
            permissions.SHELVE,
            lambda key, actor, asked: services.shelve(key, actor, minutes=asked["minutes"], reason=asked["text"]),
            _can("shelve"),
            "s",
            (15, 30, 60, 120),
            30,
            _("搁置多久"),
            _("到时仍在越限将重新报警；搁置期间照常记录"),
            _("原因"),
            (_("检定校准"), _("停电检修"), _("探头待更换")),
            needs_text=True,
        ),
        Deed(
            "unshelve",
            _("取消搁置"),
            permissions.SHELVE,
            lambda key, actor, asked: services.unshelve(key, actor),
            _can("unshelve"),
        ),
        Deed(
            "reset",
            _("复位"),
            permissions.CLOSE,
            lambda key, actor, asked: services.reset(key, actor),
            _can("reset"),
        ),
        Deed(
            "close",
            _("消警"),
            permissions.CLOSE,
            lambda key, actor, asked: services.close(
                key, actor, reason=asked["text"], measure=asked["text"], verdict=asked["verdict"]
            ),
            lambda alarm: not alarm.is_active and not alarm.closed_at,
            text_label=_("消警原因和措施"),
            phrases=(_("现场恢复正常"), _("探头已更换"), _("企业已整改")),
            needs_text=True,
            verdicts=VERDICTS,
        ),
    )
}


def open_deeds(alarm: Alarm, actor: Actor) -> list[Deed]:
    """Return the deeds that the actor may do with the alarm as it stands."""
    return [deed for deed in DEEDS.values() if actor.may(deed.permission) and deed.is_open(alarm)]
