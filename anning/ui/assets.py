"""Built files by version, so that a browser never mixes an old script with a new page."""

import json
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static

BUILT = Path(__file__).parent / "static" / "anning" / "build.json"


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return the digest of each built file; empty before the front end was built."""
    if not BUILT.exists():
        return {}
    found: dict[str, str] = json.loads(BUILT.read_text())
    return found


def asset_url(name: str) -> str:
    """Return the address of a built file with its version."""
    version = versions().get(name, "")
    return static(f"anning/{name}") + (f"?v={version}" if version else "")
