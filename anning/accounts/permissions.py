"""All permissions there are: each room declares its own; roles hold names or patterns."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS = ("view", "add", "change", "delete", "import", "export")

_known: dict[str, str | Promise] = {}
_expanded: dict[tuple[str, ...], frozenset[str]] = {}


def declare(name: str, label: str | Promise) -> str:
    """Declare a permission such as ``accounts.change_person`` with its Chinese label; return its name."""
    _known[name] = label
    _expanded.clear()
    return name


def known() -> dict[str, str | Promise]:
    """Every declared permission with its label."""
    return dict(sorted(_known.items()))


def expand(patterns: Iterable[str]) -> frozenset[str]:
    """Return the declared permissions that match any of the patterns (``accounts.view_*``, ``*``); remembered."""
    asked = tuple(patterns)
    if asked not in _expanded:
        _expanded[asked] = frozenset(name for name in _known for pattern in asked if fnmatchcase(name, pattern))
    return _expanded[asked]


def settle(before: Iterable[str], ticked: Iterable[str], rooms: Iterable[str], offered: frozenset[str]) -> list[str]:
    """Return names and patterns that grant, of what is ``offered``, exactly the ``ticked`` and all of ``rooms``.

    What stood ``before`` stays as it was written as long as it says nothing beyond; so a pattern that still holds
    goes on to reach permissions that come later, and one of which a part was taken away gives way to its rest.
    """
    old, boxes = list(before), set(ticked)
    whole = [each for room in rooms if (each := f"{room}.*") not in old or expand([each]) & offered <= boxes]
    wanted = (boxes | expand(whole)) & offered
    kept = [each for each in old if _says_only(each, wanted, offered) and (each in whole or not each.endswith(".*"))]
    kept += [each for each in whole if each not in kept]
    return kept + sorted(wanted - expand(kept))


def _says_only(pattern: str, wanted: set[str], offered: frozenset[str]) -> bool:
    says = expand([pattern]) & offered
    return bool(says) and says <= wanted


VIEW_USER = declare("accounts.view_user", _("账号：查看"))
ADD_USER = declare("accounts.add_user", _("账号：新增"))
CHANGE_USER = declare("accounts.change_user", _("账号：修改"))
LOCK_USER = declare("accounts.lock_user", _("账号：停用和启用"))
RESET_USER = declare("accounts.reset_user", _("账号：重置口令和动态口令"))
GRANT_ROLE = declare("accounts.grant_role", _("角色：授予和收回"))
VIEW_ROLE = declare("accounts.view_role", _("角色：查看"))
CHANGE_ROLE = declare("accounts.change_role", _("角色：修改权限"))
ISSUE_TOKEN = declare("accounts.issue_token", _("接口令牌：签发本人的令牌"))
VIEW_PERSON = declare("accounts.view_person", _("人员：查看"))
REVEAL_PERSON = declare("accounts.reveal_person", _("人员：查看完整手机号和身份证号"))
COPY_PERSON = declare("accounts.copy_person", _("人员：提供个人信息副本"))
ERASE_PERSON = declare("accounts.erase_person", _("人员：删除个人信息"))
