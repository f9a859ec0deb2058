"""A working morning in the demo district, done by its accounts through the services: every step is journaled."""

from datetime import timedelta

from anning.accounts.models import User
from anning.accounts.selectors import actor_for
from anning.delivery.services import send_message
from anning.demo.places import Places
from anning.demo.sheets import read_sheet
from anning.demo.staff import Staff
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.office.models import Document, Liaison
from anning.tasks.services import assign_task, move_task, start_approval, submit
from anning.ui.records.register import find
from anning.ui.records.services import change

NOTICE = "本周三14时召开防汛抗旱物资清点会，请转告分管负责人，并带上物资清单。"
CHANGE = "本周四、周五带班领导对调，值班表已更新，请夜间交接时核对。"
PAPER = (
    "各镇人民政府、街道办事处，各园区管委会：\n"
    "为做好冬季火灾防控工作，现将有关事项通知如下：\n"
    "一、开展苇地、坟地、秸秆堆放点巡查。\n"
    "二、检查消火栓和取水口，11月底前报送清单。\n"
    "三、严格24小时值班，重要情况1小时内报告。"
)


def add_working_morning(places: Places, staff: Staff) -> None:
    """Verify some telephone numbers, correct a document, assign tasks, send a notice, draft a paper."""
    actors = {user.username: actor_for(user) for user in User.objects.filter(is_demo=True).select_related("person")}
    _keep_books(actors)
    _assign_tasks(places, staff, actors)
    _send_notice(actors)
    _draft_paper(places, staff, actors["section"])


def _keep_books(actors: dict[str, Actor]) -> None:
    lines = find("liaisons")
    for line in Liaison.objects.filter(is_round_the_clock=True, line="department").order_by("pk")[:3]:
        change(lines, actors["duty"], line.pk, {"verified_on": clock.today()})
    law = Document.objects.get(code="国务院令第591号")
    change(
        find("documents"),
        actors["section"],
        law.pk,
        {"summary": f"{law.summary}（2026年5月1日起先查危险化学品安全法）"},
    )


def _assign_tasks(places: Places, staff: Staff, actors: dict[str, Actor]) -> None:
    units = places.units | {unit.short_name: unit for unit in places.units.values()}
    for facts in read_sheet("tasks"):
        holder = staff.holder(units[facts["unit"]], facts["post"])
        task = assign_task(
            actors[facts["by"]],
            title=facts["title"],
            body=facts["body"],
            to=holder,
            kind=facts["kind"],
            urgency=int(facts["urgency"]),
            due_at=clock.now() + timedelta(hours=int(facts["due_hours"])),
        )
        if facts["move"]:
            move_task(task.pk, facts["move"], actor_for(holder.users.get()))


def _send_notice(actors: dict[str, Actor]) -> None:
    told = User.objects.filter(username__in=("lead", "section", "monitor", "town", "village", "member"))
    people = [user.person for user in told.select_related("person") if user.person]
    send_message(actors["duty"], title="防汛抗旱物资清点会通知", body=NOTICE, to=people)
    on_duty = User.objects.select_related("person").get(username="duty")
    if on_duty.person:
        send_message(actors["section"], title="调整本周带班领导", body=CHANGE, to=[on_duty.person])


def _draft_paper(places: Places, staff: Staff, actor: Actor) -> None:
    bureau = places.units["区应急局"]
    paper = start_approval(
        actor,
        title="关于做好冬季火灾防控工作的通知",
        text=PAPER,
        signer=staff.holder(bureau, "局领导"),
        series="津宁应急",
    )
    submit(paper.pk, actor)
