"""Real messages to test against; they lie beside the repository and are no part of it."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "../shared/vectors"


def vectors(name: str) -> list[Any]:
    """Return the vectors of a format as parameters; one skipped parameter where there are none."""
    file = FOLDER / name / "frames.jsonl"
    if not file.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"needs the vectors in {file.parent}"))]
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [pytest.param(vector, id=f"{number}") for number, vector in enumerate(lines)]


def wire(vector: dict[str, Any]) -> bytes:
    """Return the bytes of a vector."""
    return bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()
