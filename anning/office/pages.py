"""The books of the district as registers: where, who, what is in force, whom to call, and who may do what."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anning.accounts import selectors
from anning.accounts import services as accounts
from anning.accounts.models import Appointment, Area, Membership, Organisation, Person, Post, Role, User
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.office.models import Agreement, Document, Liaison
from anning.ui.records.register import Register, register
from anning.ui.registries import NavGroup, NavItem, Text, nav_groups

nav_groups.add("units", NavGroup("units", _("机构人员"), "building-community", 60))
nav_groups.add("books", NavGroup("books", _("法规协议"), "books", 70))
nav_groups.add("access", NavGroup("access", _("账号权限"), "shield-lock", 75))


def _nav(name: str, title: Text, icon: str, permission: str, *, position: int, parent: str = "") -> NavItem:
    return NavItem(name, title, "records:list", icon, permission, position=position, url_args=(name,), parent=parent)


@register
class Organisations(Register):
    model = Organisation
    name = "organisations"
    title = _("机构")
    help = _("区级部门、镇街、村（社区）、园区、企业、学校和区外单位。上级单位决定谁能看到它下面的内容。")
    columns = ("name", "short_name", "kind", "area", "duty_phone", "is_committee_member")
    more_columns = ("parent", "phone", "address", "credit_code", "initials", "changed_at")
    filters = ("kind", "area", "is_committee_member", "parent")
    search = ("name", "short_name", "initials", "credit_code", "duty_phone")
    chips = "kind"
    form = (
        (_("单位"), ("name", "short_name", "kind", "parent", "area", "credit_code")),
        (_("联络"), ("phone", "duty_phone", "address")),
        (_("职责"), ("is_committee_member",)),
    )
    key = ("name", "area")
    nav = _nav("organisations", _("机构"), "building", "accounts.view_organisation", position=10, parent="units")
    position = 10


@register
class People(Register):
    model = Person
    name = "people"
    title = _("人员")
    help = _("在岗位上任职的人。手机和身份证号加密保存，查看完整号码须写明原因并记入日志。")
    columns = ("name", "organisation", "title", "mobile", "office_phone", "is_active")
    more_columns = ("organisation__area", "email", "note", "changed_at")
    filters = ("organisation", "organisation__area", "is_active", "organisation__kind")
    search = ("name", "initials", "title", "office_phone", "mobile")
    form = (
        (_("基本"), ("name", "organisation", "title", "is_active")),
        (_("联络"), ("mobile", "office_phone", "email")),
        (_("其他"), ("id_number", "note")),
    )
    key = ("organisation", "name")
    nav = _nav("people", _("人员"), "users", "accounts.view_person", position=20, parent="units")
    position = 20


@register
class Posts(Register):
    model = Post
    name = "posts"
    title = _("岗位")
    help = _("预案和值班表写岗位不写人名；谁在岗由任职记录决定。")
    columns = ("name", "organisation", "is_round_the_clock", "phone")
    more_columns = ("organisation__area", "duty", "changed_at")
    filters = ("organisation", "organisation__area", "is_round_the_clock", "organisation__kind")
    questions = {"vacant": (_("今天无人任职的24小时岗位"), selectors.vacant_posts)}
    search = ("name", "initials", "organisation__name", "phone")
    form = ((_("岗位"), ("organisation", "name", "is_round_the_clock", "phone")), (_("职责"), ("duty",)))
    key = ("organisation", "name")
    nav = _nav("posts", _("岗位"), "briefcase", "accounts.view_post", position=30, parent="units")
    position = 30


@register
class Appointments(Register):
    model = Appointment
    name = "appointments"
    title = _("任职")
    help = _("谁从哪天到哪天在哪个岗位；离任时填离任日期，不要删除。")
    columns = ("person", "post", "post__organisation", "since_on", "until_on")
    filters = ("post__organisation", "since_on", "until_on")
    search = ("person__name", "person__initials", "post__name", "post__initials")
    form = ((_("任职"), ("post", "person", "since_on", "until_on")),)
    key = ("post", "person", "since_on")
    labels = {"post__organisation": _("单位")}
    nav = _nav("appointments", _("任职"), "id-badge-2", "accounts.view_appointment", position=40, parent="units")
    searchable = False
    position = 40


@register
class Memberships(Register):
    model = Membership
    name = "memberships"
    title = _("成员")
    help = _("本单位以外还加入哪里：园区、联合机构、飞地。加入后可见该单位的内容。")
    columns = ("person", "organisation", "reason", "until_on")
    filters = ("organisation", "until_on")
    search = ("person__name", "person__initials", "organisation__name", "organisation__initials")
    form = ((_("成员关系"), ("person", "organisation", "reason", "until_on")),)
    key = ("person", "organisation")
    nav = _nav("memberships", _("成员"), "link-plus", "accounts.view_membership", position=50, parent="units")
    searchable = False
    position = 50


@register
class Areas(Register):
    model = Area
    name = "areas"
    title = _("区域")
    help = _("区、镇街、村（社区）和它们的统计用区划代码。")
    columns = ("code", "name", "level", "kind", "parent")
    more_columns = ("longitude", "latitude", "note", "initials")
    filters = ("level", "kind", "parent", "note")
    search = ("code", "name", "initials")
    chips = "level"
    form = (
        (_("区域"), ("code", "name", "level", "kind", "parent")),
        (_("位置"), ("longitude", "latitude", "note")),
    )
    key = ("code",)
    nav = _nav("areas", _("区域"), "map-2", "accounts.view_area", position=60, parent="units")
    position = 60


@register
class Documents(Register):
    model = Document
    name = "documents"
    title = _("法规")
    help = _("法律、法规、规章、标准、预案和规范性文件；注明来源，使用前核对官方文本。")
    columns = ("code", "title", "kind", "state", "in_force_on")
    more_columns = ("issuer", "issued_on", "summary", "source", "area", "organisation", "changed_at")
    filters = ("kind", "state", "in_force_on", "issuer")
    search = ("code", "title", "initials")
    chips = "state"
    tones = {"in_force": "ok", "coming": "warn", "repealed": "off"}
    form = (
        (_("基本"), ("code", "title", "kind", "issuer")),
        (_("效力"), ("state", "issued_on", "in_force_on")),
        (_("内容"), ("summary", "source", "area", "organisation")),
    )
    key = ("code",)
    nav = _nav("documents", _("法规"), "scale", "office.view_document", position=10, parent="books")
    position = 70


@register
class Agreements(Register):
    model = Agreement
    name = "agreements"
    title = _("协议")
    help = _("与部门、驻军、企业和相邻地区的合作与互助协议；到期前应续签。")
    columns = ("name", "partner", "line", "state", "until_on", "contact_phone")
    more_columns = ("matter", "signed_on", "contact_name", "area", "organisation", "note", "changed_at")
    filters = ("line", "state", "until_on", "partner")
    search = ("name", "initials", "matter", "partner__name")
    chips = "state"
    tones = {"signed": "ok", "draft": "warn", "expired": "off"}
    form = (
        (_("协议"), ("name", "partner", "line", "matter", "state")),
        (_("期限"), ("signed_on", "until_on")),
        (_("联络"), ("contact_name", "contact_phone", "area", "organisation", "note")),
    )
    key = ("name",)
    nav = _nav("agreements", _("协议"), "contract", "office.view_agreement", position=20, parent="books")
    position = 80


@register
class Liaisons(Register):
    model = Liaison
    name = "liaisons"
    title = _("通讯录")
    help = _("一个单位、一件事、找谁、打哪个电话。打通一次就更新核实日期。")
    columns = ("unit", "post", "matter", "phone", "is_round_the_clock", "verified_on")
    more_columns = ("phone_backup", "line", "area", "organisation", "note", "changed_at")
    filters = ("line", "is_round_the_clock", "verified_on", "unit__kind")
    search = ("initials", "unit__name", "post", "matter", "phone")
    chips = "line"
    form = (
        (_("联络"), ("unit", "post", "matter", "line")),
        (_("电话"), ("phone", "phone_backup", "is_round_the_clock", "verified_on")),
        (_("其他"), ("area", "organisation", "note")),
    )
    key = ("unit", "post", "matter")
    labels = {"unit__kind": _("单位类别")}
    nav = _nav("liaisons", _("通讯录"), "address-book", "office.view_liaison", position=50)
    position = 5


def _differing(row: Any, values: Mapping[str, Any], fixed: dict[str, Text]) -> dict[str, Any]:
    """Return the values that differ from the row's. Raises Refused for one of the ``fixed`` fields."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if refused := {name: str(why) for name, why in fixed.items() if name in differing}:
        raise Refused("；".join(refused.values()), gettext("请保持原值"), fields=refused)
    return differing


def _create_user(_register: Register, actor: Actor, values: Mapping[str, Any], **_how: str) -> User:
    """Make the account; its first password comes from the security administrator, who resets it."""
    return accounts.create_user(values["username"], actor, person=values.get("person"))[0]


def _change_user(
    _register: Register, actor: Actor, key: int, values: Mapping[str, Any], *, version: int | None = None, **_how: str
) -> User:
    user = selectors.find_scoped(User.objects.all(), actor, key)
    differing = _differing(user, values, {"username": _("账号名不能修改")})
    return accounts.change_user(key, actor, version=version, **differing)


def _change_role(
    _register: Register, actor: Actor, key: int, values: Mapping[str, Any], *, version: int | None = None, **_how: str
) -> Role:
    role = selectors.find_scoped(Role.objects.all(), actor, key)
    differing = _differing(role, values, {"sensitivity": _("角色的密级不能修改")})
    return accounts.change_role(key, actor, version=version, **differing)


@register
class Users(Register):
    model = User
    name = "users"
    title = _("账号")
    help = _("账号由系统管理员建立，角色、首次口令和停用由安全管理员办理；账号不删除，只停用。")
    columns = ("username", "person", "person__organisation", "roles", "is_active", "must_change_password")
    more_columns = ("password_changed_at", "is_demo", "created_at")
    filters = ("roles", "is_active", "person__organisation", "must_change_password", "is_demo")
    questions = {"without_role": (_("无角色的账号"), lambda users: users.filter(roles=None))}
    search = ("username", "person__name", "person__initials")
    form = ((_("账号"), ("username", "person")),)
    facts = ("roles", "is_active", "must_change_password", "password_changed_at", "is_demo")
    bulk = ()
    verbs = ("view", "add", "change", "export")
    services = {"create": _create_user, "change": _change_user}
    labels = {"person__organisation": _("单位")}
    nav = _nav("users", _("账号"), "user", "accounts.view_user", position=10, parent="access")
    searchable = False
    position = 90

    def rows(self) -> QuerySet[User]:
        """Users with their roles, which the list shows."""
        return User.objects.prefetch_related("roles")

    def links(self, row: User) -> list[tuple[Text, str]]:
        """Roles, lock, first password and sessions stand on the security administrator's desk."""
        return [(_("角色与安全"), reverse("accounts:user_security", args=(row.pk,)))]


@register
class Roles(Register):
    model = Role
    name = "roles"
    title = _("角色")
    help = _("角色决定能做什么、看多远、进哪个首页；不能修改自己担任的角色。")
    columns = ("name", "reach", "separation", "home", "position")
    more_columns = ("code", "changed_at")
    filters = ("reach", "separation")
    search = ("code", "name")
    form = ((_("角色"), ("name", "reach", "home", "position")),)
    facts = ("code", "separation")
    bulk = ()
    verbs = ("view", "change", "export")
    services = {"change": _change_role}
    nav = _nav("roles", _("角色"), "shield-check", "accounts.view_role", position=20, parent="access")
    searchable = False
    position = 95

    def links(self, row: Role) -> list[tuple[Text, str]]:
        """What a role permits has a page of its own."""
        return [(_("权限"), reverse("accounts:role_permissions", args=(row.pk,)))]
