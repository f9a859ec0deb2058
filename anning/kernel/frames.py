"""What all wire formats share: the error they raise, and the shape of their splitters."""

from typing import Protocol


class BadFrame(ValueError):
    """The bytes are not one whole, valid frame.

    ``code`` is a short stable word for counting; the text names what is wrong.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Splitter(Protocol):
    """Cuts a stream into frames; holds at most ``limit`` bytes whatever arrives."""

    limit: int
    skipped: int  # bytes passed over because no frame could start there

    def feed(self, data: bytes) -> list[bytes]:
        """Return the frames completed by ``data``, each still to be decoded."""
        ...
