"""The words of the journal's entries."""

import re
from pathlib import Path

from anning.accounts import services
from anning.journal.labels import label


def test_every_kind_of_accounts_has_chinese_words():
    sources = Path(services.__file__).parent.rglob("*.py")
    kinds = {kind for source in sources for kind in re.findall(r'record\(\s*"([a-z_.]+)"', source.read_text())}

    assert len(kinds) >= 15
    assert [kind for kind in kinds if re.search("[a-z]", label(kind))] == []
