"""Entries in words, for list, page, print and export. Personal values stay out: the record's own page shows them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.selectors import names_of
from anning.journal.labels import label, model_of, noun_label
from anning.journal.models import Entry
from anning.kernel import clock

STEP = 500
# The facts that entries carry beside changes.
NAMES: dict[str, str | Promise] = {
    "reason": gettext_lazy("原因"),
    "note": gettext_lazy("备注"),
    "before": gettext_lazy("原状态"),
    "after": gettext_lazy("新状态"),
    "count": gettext_lazy("数量"),
    "rows": gettext_lazy("行数"),
    "batch": gettext_lazy("批次"),
    "address": gettext_lazy("地址"),
    "session": gettext_lazy("会话"),
    "by": gettext_lazy("方式"),
    "user": gettext_lazy("账号"),
    "seq": gettext_lazy("序号"),
    "fields": gettext_lazy("字段"),
    "filter": gettext_lazy("筛选条件"),
    "format": gettext_lazy("格式"),
    "full": gettext_lazy("含完整信息"),
    "filtered": gettext_lazy("有筛选"),
    "created": gettext_lazy("新增"),
    "changed": gettext_lazy("更新"),
    "refused": gettext_lazy("有误"),
    "left": gettext_lazy("未能撤销"),
    "broken": gettext_lazy("断裂处"),
    "encrypted": gettext_lazy("加密"),
    "files": gettext_lazy("文件数"),
    "accounts": gettext_lazy("账号数"),
    "release": gettext_lazy("版本"),
    "erased": gettext_lazy("删除数"),
    "field": gettext_lazy("字段"),
    "code": gettext_lazy("代码"),
    "brought": gettext_lazy("随带内容"),
    "person": gettext_lazy("人员"),
    "assignee": gettext_lazy("承办"),
    "about": gettext_lazy("关联对象"),
    "channel": gettext_lazy("渠道"),
    "channels": gettext_lazy("渠道"),
    "number": gettext_lazy("第几次"),
    "promised_at": gettext_lazy("承诺时间"),
    "task_kind": gettext_lazy("类别"),
    "draft": gettext_lazy("稿次"),
    "text": gettext_lazy("内容"),
    "tell": gettext_lazy("告知"),
    "told": gettext_lazy("已告知"),
    "url": gettext_lazy("网址"),
    "digest": gettext_lazy("摘要"),
    "uid": gettext_lazy("编号"),
    "attachment": gettext_lazy("附件"),
    "sha256": gettext_lazy("校验值"),
    "size": gettext_lazy("字节数"),
}
# What is for machines: told on the entry's own page only.
UNTOLD = ("tell", "told", "url", "about", "release", "digest", "uid", "sha256", "permissions")
REFERENCE = re.compile(r"([a-z]+):(\d+)")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d")
# Words of ours among their values.
VALUES: dict[str, str | Promise] = {
    "password": gettext_lazy("口令"),
    "device": gettext_lazy("绑定的设备"),
    "sign_out": gettext_lazy("本人退出"),
    "parallel": gettext_lazy("超过同时登录数"),
    "copied": gettext_lazy("凭据疑被复制"),
    "in_app": gettext_lazy("站内"),
    "email": gettext_lazy("电子邮件"),
    "call_list": gettext_lazy("电话叫应"),
    "csv": "CSV",
    "xlsx": "Excel",
}
SUBJECTS: dict[str, str | Promise] = {
    "journal:chain": gettext_lazy("日志链"),
    "demo:district": gettext_lazy("演示区"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it."""

    entry: Entry
    label: str
    subject: str
    who: str
    gist: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of an entry; of a change both sides."""

    label: str
    before: str
    after: str


def lines(entries: Iterable[Entry]) -> list[Line]:
    """Return the entries in words; who acted is asked for all of them at once."""
    found = list(entries)
    names = names_of({entry.actor for entry in found})
    return [
        Line(entry, label(entry.kind), _subject(entry.subject), names.get(entry.actor, entry.actor), gist(entry))
        for entry in found
    ]


def lines_in_steps(entries: Iterable[Entry]) -> Iterator[Line]:
    """Yield many entries in words without holding them all."""
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == STEP:
            yield from lines(batch)
            batch = []
    yield from lines(batch)


def gist(entry: Entry) -> str:
    """Return what an entry says in one short line: the fields that changed, or its first facts."""
    if count := len(entry.data.get("changes", ())):
        return _("改动：%s") % "、".join(fact.label for fact in facts(entry)[:count])
    told = [fact for fact in facts(entry, but=UNTOLD) if fact.after]
    return "；".join(f"{fact.label} {fact.after}" for fact in told[:3])[:120]


def facts(entry: Entry, *, but: Iterable[str] = ()) -> list[Fact]:
    """Return the facts of an entry: changes field by field, then the rest, without those in ``but``."""
    data = entry.data
    changes = data.pop("changes", {})
    model = model_of(entry.subject.partition(":")[0])
    told = []
    for name, (before, after) in changes.items():
        field = _field(model, name)
        told.append(Fact(_name(field, name), _text(before, field), _text(after, field)))
    for name, value in data.items():
        if name in but:
            continue
        field = _field(model, name)
        told.append(Fact(str(NAMES.get(name) or _name(field, name)), "", _text(value, field)))
    return told


def _field(model: Any, name: str) -> Any:
    """Return the column that a fact is about, if the table still has it."""
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _name(field: Any, name: str) -> str:
    return str(getattr(field, "verbose_name", "") or NAMES.get(name, name))


def _text(value: Any, field: Any = None) -> str:
    """Return a value as people read it: choices by their labels, nothing personal."""
    if isinstance(value, str):
        return str(dict(getattr(field, "flatchoices", ())).get(value) or VALUES.get(value) or _plain(value))
    if isinstance(value, dict) and value.keys() == {"personal", "digest"}:
        return _("（个人信息）")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dict):
        return "，".join(f"{name} {_text(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "、".join(_text(part) for part in value)
    return "" if value is None else str(value)


def _plain(text: str) -> str:
    """Return a name of a row and an instant as people write them; all else as it stands."""
    if (found := REFERENCE.fullmatch(text)) and model_of(found[1]):
        return _subject(text)
    return f"{clock.local(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}" if INSTANT.fullmatch(text) else text


def _subject(subject: str) -> str:
    if subject in SUBJECTS:
        return str(SUBJECTS[subject])
    noun, _colon, key = subject.partition(":")
    return f"{noun_label(noun)} {key}"
