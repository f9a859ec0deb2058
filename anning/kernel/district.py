"""Which district this installation serves: named in the environment, else kept in the home folder by the setup.

The table of areas is what people see; this is what rules, signatures and backups need without asking a database.
"""

import os
import re
from pathlib import Path

CODE = re.compile(r"[1-9][0-9]{5}")  # GB/T 2260


def code() -> str:
    """Return the six digits of the district, "" while nobody has said which it is."""
    named = os.environ.get("ANNING_DISTRICT", "").strip()
    return named or _kept()


def keep(text: str) -> None:
    """Remember the district of this installation. Raises ValueError for what is no code."""
    if not CODE.fullmatch(text):
        raise ValueError(f"{text!r} is not the code of a district")
    if text == _kept():
        return
    fresh = _file().with_suffix(f".{os.getpid()}")
    fresh.write_text(text)
    fresh.replace(_file())


def _kept() -> str:
    try:
        text = _file().read_text().strip()
    except OSError:
        return ""
    return text if CODE.fullmatch(text) else ""


def _file() -> Path:
    return Path(os.environ.get("ANNING_HOME") or "var") / "district"
