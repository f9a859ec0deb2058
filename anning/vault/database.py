"""Turn ANNING_DATABASE_URL into Django's dictionary; SQLite in the home folder when there is none."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from anning.kernel.env import BadSetting

# secure_delete: erased personal data must not survive in free pages of the file.
SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
)


def database_from_url(url: str, home: Path) -> dict[str, Any]:
    """Return the settings of the one database.

    SQLite runs in WAL with IMMEDIATE transactions, since deferred ones meet busy errors under
    concurrent writers. Raises BadSetting for a URL that is neither postgres:// nor sqlite://.
    """
    if not url or url.startswith("sqlite"):
        path = Path(unquote(urlsplit(url).path)) if url else home / "anning.sqlite3"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "ATOMIC_REQUESTS": False,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_START},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise BadSetting("ANNING_DATABASE_URL", "应为 postgres://用户:口令@主机:端口/库名")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
