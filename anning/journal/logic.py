"""What a digest covers. Pure: the sealer and the verification ask here, so that they cannot differ."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from anning.kernel.digest import canonical, digest

# Every column of an entry but the body (which follows as it stands) and the digest itself.
COVERED = (
    "id",
    "seq",
    "algorithm",
    "uid",
    "at",
    "recorded_at",
    "kind",
    "subject",
    "actor",
    "area_code",
    "organisation_path",
    "sensitivity",
    "exercise",
    "content_version",
    "cause",
)


def chained(previous: str, facts: Mapping[str, Any], body: str) -> str:
    """Return the digest of an entry: ``facts`` are its COVERED columns, instants as ``instant_text`` gives them.

    The header is JSON on one line, so that the first line break parts it from the body without doubt.
    Raises KeyError for an unknown algorithm.
    """
    return digest(previous, f"{canonical(facts)}\n{body}", facts["algorithm"])


def instant_text(instant: datetime) -> str:
    """Return the one text of an instant: ISO 8601 in UTC."""
    return instant.astimezone(UTC).isoformat()
