"""What the kinds of entries and their subjects are called on screen, and where a subject's own page is."""

from collections.abc import Callable

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anning.kernel.actor import Actor

VERBS: dict[str, str | Promise] = {
    "create": _("新增"),
    "change": _("修改"),
    "delete": _("删除"),
    "restore": _("恢复"),
    "import": _("导入"),
    "undo": _("撤销导入"),
    "export": _("导出"),
    "reveal": _("查看敏感信息"),
    "erase": _("删除个人信息"),
    "print": _("打印"),
    "make": _("制作"),
    "copy": _("提供副本"),
    "lock": _("停用"),
    "unlock": _("启用"),
    "revoke": _("作废"),
    "grant": _("授予角色"),
    "sign_in": _("登录"),
    "sign_in_failed": _("登录失败"),
    "sign_out": _("退出登录"),
    "change_password": _("修改口令"),
    "reset_password": _("重置口令"),
    "totp_on": _("启用动态口令"),
    "totp_off": _("停用动态口令"),
}

NOUNS: dict[str, str | Promise] = {
    "journal": _("日志"),
    "listener": _("监听者"),
    "token": _("接口令牌"),
    "backup": _("备份"),
    "register": _("台账"),
}

_finders: list[Callable[[str, Actor], str]] = []
_described: dict[str, str | Promise] = {
    "journal.export": _("导出日志"),
    "journal.verify": _("校验日志链"),
    "listener.skip": _("跳过监听"),
}


def describe(kind: str, label: str | Promise) -> None:
    """Give a kind its own words, such as ``user.sign_in`` 登录; kinds of plain verbs have theirs already."""
    _described[kind] = label


def address_by(find: Callable[[str, Actor], str]) -> None:
    """Let ``find`` tell the address of a subject's page; "" where there is none for this reader."""
    _finders.append(find)


def address_of(subject: str, actor: Actor) -> str:
    """Return the address of the page of a subject (``document:7``) that the actor may open; "" if there is none."""
    return next((found for find in _finders if (found := find(subject, actor))), "")


def label(kind: str) -> str:
    """Return the words for a kind: its own, or noun and verb, or as it stands."""
    if kind in _described:
        return str(_described[kind])
    noun, _dot, verb = kind.partition(".")
    return f"{noun_label(noun)} {VERBS.get(verb, verb)}"


def deed(kind: str) -> str:
    """Return what was done, without saying to what: the words of the kind, or those of its verb."""
    return str(_described.get(kind) or VERBS.get(kind.rpartition(".")[2]) or label(kind))


def noun_label(noun: str) -> str:
    """Return what a subject's noun is called: the name of its table, or as it stands."""
    model = model_of(noun)
    return str(model._meta.verbose_name if model else NOUNS.get(noun, noun))


def model_of(noun: str) -> type[Model] | None:
    """Return the model whose rows the journal knows as ``noun:id``, if any."""
    return _models().get(noun)


def _models() -> dict[str, type[Model]]:
    ours = (model for model in apps.get_models() if model.__module__.startswith("anning."))
    return {str(model._meta.model_name): model for model in ours}
