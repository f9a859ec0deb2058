"""Canonical text and chain digests. SHA-256 by default; SM3 (GB/T 32905-2016) where the site asks for it."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes

ALGORITHMS: dict[str, type[hashes.HashAlgorithm]] = {"sha256": hashes.SHA256, "sm3": hashes.SM3}


def canonical(facts: Mapping[str, Any]) -> str:
    """Return the one JSON text of ``facts``: sorted keys, no spaces, characters unescaped.

    Raises TypeError for what JSON cannot hold (turn dates into text first) and ValueError for NaN.
    """
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(previous: str, content: str, algorithm: str = "sha256") -> str:
    """Return the hex digest that chains ``content`` to ``previous``. Raises KeyError for an unknown algorithm."""
    made = hashes.Hash(ALGORITHMS[algorithm]())
    made.update(previous.encode())
    made.update(b"\n")
    made.update(content.encode())
    return made.finalize().hex()
