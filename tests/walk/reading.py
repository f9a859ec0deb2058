"""What an answer says: its text, also when it is a stream, a spreadsheet or a Word file."""

import io
import zipfile
from typing import Any


def text_of(response: Any) -> str:
    """Return everything readable in an answer, headers too."""
    body = b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers}\n{body.decode(errors='replace')}".upper()
