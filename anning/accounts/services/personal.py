"""A person's data: read in full with a reason, copied, erased (个人信息保护法 第四十五条、第四十七条)."""

from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from anning.accounts import permissions, selectors
from anning.accounts.holders import holders
from anning.accounts.models import (
    Erasure,
    Person,
    User,
)
from anning.accounts.services import guards
from anning.journal import labels, personal
from anning.journal.models import Entry
from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused

ERASED = gettext_noop("（已删除）")  # kept in the row, in the language of the records
COPIED = (
    "name",
    "title",
    "mobile",
    "id_number",
    "office_phone",
    "email",
    "note",
    "is_active",
    "created_at",
    "changed_at",
)
EMPTIED = ("title", "mobile", "id_number", "office_phone", "email", "note")


@transaction.atomic
def reveal_person_field(person_id: int, field: str, actor: Actor, *, reason: str) -> str:
    """Return a masked field in full, and journal who read it and why. Raises Refused without a reason."""
    actor.require(permissions.REVEAL_PERSON)
    person = _find(person_id, actor)
    if field not in Person.masked_fields:
        raise Refused(_("该字段不是受保护的字段"), _("请直接在页面上查看"))
    if not reason.strip():
        raise Refused(_("请填写查看原因"), _("写明工作需要，如“核实险情联系”"), fields={"reason": _("必填")})
    kept = personal.protect(person.subject, reason.strip())
    record("person.reveal", person.subject, actor, **_place(person), field=field, reason=kept)
    value: str = getattr(person, field)
    return value


@transaction.atomic
def copy_person(person_id: int, actor: Actor) -> dict[str, Any]:
    """Return all that is kept of a person as plain JSON values, and journal that it was handed over."""
    actor.require(permissions.COPY_PERSON)
    person = _find(person_id, actor)
    record("person.copy", person.subject, actor, **_place(person))
    return {
        _("人员"): {_label(name): _plain(getattr(person, name)) for name in COPIED},
        _("单位"): str(person.organisation),
        _("任职"): [
            {_("岗位"): str(each.post), _("自"): _plain(each.since_on), _("至"): _plain(each.until_on)}
            for each in person.appointments.select_related("post")
        ],
        _("成员关系"): [
            {_("单位"): str(each.organisation), _("依据"): each.reason, _("至"): _plain(each.until_on)}
            for each in person.memberships.select_related("organisation")
        ],
        _("账号"): [_copy_user(user) for user in person.users.all()],
        _("日志"): [
            {_("时间"): _plain(entry.at), _("事项"): labels.label(entry.kind), _("内容"): personal.resolve(entry.data)}
            for entry in Entry.objects.filter(subject__in=_subjects(person)).order_by("pk")
        ],
        **{str(holder.title): holder.copy(person) for holder in holders.values()},
    }


@transaction.atomic
def erase_person(person_id: int, actor: Actor, *, reason: str) -> Person:
    """Erase a person's data everywhere: fields, accounts, journal values, and what the rooms above hold.

    The row stays, without a name, for the records that point to it; the journal's chain still verifies.
    Raises Refused without a reason, or when the reason itself names the person.
    """
    actor.require(permissions.ERASE_PERSON)
    person = selectors.find_scoped(Person.all_objects.select_for_update(of=("self",)), actor, person_id)
    if person.erased_at:
        raise Refused(_("此人的信息已经删除"), _("无需重复办理"))
    if not reason.strip() or person.name in reason:
        raise Refused(
            _("请填写删除原因，且不要写姓名"),
            _("原因会永久保存在日志中，如“本人申请”“目的已实现”"),
            fields={"reason": _("必填，不写姓名")},
        )
    place, name = _place(person), person.name
    subjects = [*_subjects(person), *(membership.subject for membership in person.memberships.all())]
    erased = {holder.name: holder.erase(person) for holder in holders.values()}
    for user in person.users.select_for_update():
        _erase_user(user)
    person.memberships.update(reason="")
    person.name, person.is_active, person.erased_at = ERASED, False, clock.now()
    for field in EMPTIED:
        setattr(person, field, "")
    person.derive()
    person.version += 1
    person.save()
    erased["journal"] = sum(personal.erase(subject) for subject in subjects)
    if len(name) > 1:
        erased["journal"] += personal.erase_mentions(name, but=("user", *personal.bearers()))
    Erasure.objects.create(subject=person.subject, at=person.erased_at)
    record("person.erase", person.subject, actor, **place, version=person.version, reason=reason.strip(), erased=erased)
    return person


def _erase_user(user: User) -> None:
    """End the account for good: nothing of its name, devices, addresses and passwords stays."""
    guards.lift(user.username)
    keys = list(user.sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    user.sessions.all().delete()
    user.devices.all().delete()
    user.old_passwords.all().delete()
    user.tokens.filter(revoked_at=None).update(revoked_at=clock.now())
    user.tokens.update(name=ERASED)
    user.username, user.is_active = f"erased-{user.pk}", False
    user.oidc_subject = user.totp_secret = user.totp_pending = ""
    user.set_unusable_password()
    user.version += 1
    user.save()


def _copy_user(user: User) -> dict[str, Any]:
    return {
        _("账号"): user.username,
        _("角色"): [str(role) for role in user.roles.all()],
        _("登记时间"): _plain(user.created_at),
        _("会话"): [
            {
                _("登录"): _plain(s.started_at),
                _("结束"): _plain(s.ended_at),
                _("网络地址"): s.address,
                _("浏览器"): s.browser,
            }
            for s in user.sessions.all()
        ],
        _("设备"): [{_("设备"): d.label, _("有效期至"): _plain(d.expires_at)} for d in user.devices.all()],
        _("接口令牌"): [{_("用途"): t.name, _("到期"): _plain(t.expires_at)} for t in user.tokens.all()],
    }


def _find(person_id: int, actor: Actor) -> Person:
    return selectors.find_scoped(Person.all_objects.filter(erased_at=None), actor, person_id)


def _subjects(person: Person) -> list[str]:
    return [person.subject, *(user.subject for user in person.users.all())]


def _place(person: Person) -> dict[str, Any]:
    area_code, organisation_path = selectors.place_of(person)
    return {"area_code": area_code, "organisation_path": organisation_path, "sensitivity": person.sensitivity}


def _label(name: str) -> str:
    return str(getattr(Person._meta.get_field(name), "verbose_name", name))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
