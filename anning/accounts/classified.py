"""Classified material (国家秘密) never enters the platform: its marks are found and refused.

How marks are written is data (data/marks.yaml). Words are no marks: 商业秘密, 保守国家秘密法 and 机密性 pass.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from anning.kernel.errors import Refused
from anning.kernel.yamlfile import read_yaml

MARKS = Path(__file__).resolve().parent / "data" / "marks.yaml"


def mark_in(text: str, *, is_file_name: bool = False) -> str:
    """Return the classification mark found in ``text``; "" when there is none."""
    in_text, in_name = _patterns()
    found = (in_name if is_file_name else in_text).search(text or "")
    return found.group().strip() if found else ""


def refuse_classified(texts: Mapping[str, object], *, file_names: Mapping[str, str] | None = None) -> None:
    """Refuse classified material in the named texts and file names. Raises Refused, naming each place."""
    fields = {name: mark_in(text) for name, text in texts.items() if isinstance(text, str)}
    fields |= {name: mark_in(text, is_file_name=True) for name, text in (file_names or {}).items()}
    marked = {name: _("含有密级标志“%(mark)s”") % {"mark": mark} for name, mark in fields.items() if mark}
    if marked:
        raise Refused(
            _("内容带有国家秘密标志，本平台不接收涉密材料"),
            _("涉密内容请在涉密网络和涉密载体上处理，不得录入本平台；如属误判，请改写该处文字后再保存"),
            fields=marked,
        )


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what marks look like in texts and in file names; read once."""
    known = read_yaml(MARKS)

    def joined(patterns: list[str]) -> re.Pattern[str]:
        parts = ("level", "star", "period")
        filled = (
            re.sub(r"\{(\w+)\}", lambda part: known[part[1]] if part[1] in parts else part[0], p) for p in patterns
        )
        return re.compile("|".join(filled))

    return joined(known["in_text"]), joined([*known["in_name"], *known["in_text"]])
