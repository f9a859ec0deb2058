"""Classified material (国家秘密) never enters the platform: marks of 秘密, 机密, 绝密 are found and refused."""

import re
from collections.abc import Mapping

from anning.kernel.errors import Refused

# GB/T 9704-2012 7.2.2: the mark stands alone or before ★ and a period: 机密★1年. Letter-spaced in headings.
_LEVEL = r"(?:秘\s{0,2}密|机\s{0,2}密|绝\s{0,2}密)"
_STAR = r"[★☆⭐✭✯＊*]"
_PERIOD = r"(?:长期|启封前|解密前|\d{1,3}\s*(?:年|个?月|天|日))"
_EDGE = r"[\s　\-—_.·,，、:：;；+~]"

_MARKS = [
    rf"{_LEVEL}\s*级?\s*{_STAR}",  # 秘密★
    rf"{_STAR}\s*(?:长期|启封前|解密前)",  # ★长期
    rf"密\s*级\s*(?:[:：为是])?\s*{_LEVEL}(?!\s*[、/／或和])",  # 密级：机密, but not a list of levels
    rf"[（(【\[〔]\s*{_LEVEL}\s*级?\s*(?:{_STAR}?\s*{_PERIOD})?\s*[）)】\]〕]",  # （绝密）
    rf"(?m:^[ \t　]*{_LEVEL}\s*级?\s*(?:{_PERIOD}\s*)?$)",  # a line that says nothing else
    rf"(?m:^[ \t　]*{_LEVEL}(?:[　:：\-—_]|\s+(?=关于|印发|通知|第)))",  # 机密 关于…
]
_IN_TEXT = re.compile("|".join(_MARKS))
_IN_NAME = re.compile(rf"(?:^|{_EDGE}){_LEVEL}级?(?:$|{_EDGE}|(?=文件|件|材料))|{'|'.join(_MARKS)}")

REMEDY = "涉密内容请按保密规定在涉密网络和涉密载体上处理，不得录入本平台；如属误判，请改写该处文字后再保存"


def mark_in(text: str, *, is_file_name: bool = False) -> str:
    """Return the classification mark found in ``text``; "" when there is none.

    Words are no marks: 商业秘密, 保守国家秘密法 and 机密性 pass.
    """
    found = (_IN_NAME if is_file_name else _IN_TEXT).search(text or "")
    return found.group().strip() if found else ""


def refuse_classified(texts: Mapping[str, object], *, file_names: Mapping[str, str] | None = None) -> None:
    """Refuse classified material in the named texts and file names. Raises Refused, naming each place."""
    fields = {name: mark_in(text) for name, text in texts.items() if isinstance(text, str)}
    fields |= {name: mark_in(text, is_file_name=True) for name, text in (file_names or {}).items()}
    marked = {name: f"含有密级标志“{mark}”" for name, mark in fields.items() if mark}
    if marked:
        raise Refused("内容带有国家秘密标志，本平台不接收涉密材料", REMEDY, fields=marked)
