"""Raw bytes from the wire, as the history keeps them beside a batch: whose they are, then the bytes. Pure."""

import struct
from collections.abc import Iterator

HEADER = struct.Struct("<II")  # device id (0: none), length


def pack(device: int, data: bytes) -> bytes:
    """Return ``data`` with the id of the device that sent it."""
    return HEADER.pack(device, len(data)) + data


def unpack(kept: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield device id and bytes of everything that was kept beside one batch."""
    at = 0
    while at < len(kept):
        device, size = HEADER.unpack_from(kept, at)
        at += HEADER.size + size
        yield device, kept[at - size : at]
