"""Encryption of an archive with a passphrase: scrypt for the key, AES-256-GCM in pieces for the content.

``ANNINGBK1`` + salt (16 bytes), then pieces: length (4 bytes), AES-GCM of the piece. The nonce counts the
pieces; the last piece is marked in the associated data, so that a cut end is found.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from anning.kernel.errors import Refused

MARK = b"ANNINGBK1"
PIECE = 1 << 20
LENGTH = struct.Struct(">I")


def is_encrypted(path: Path) -> bool:
    """Whether the file was written by ``encrypt``."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def encrypt(source: IO[bytes], target: IO[bytes], passphrase: str) -> None:
    """Write the encrypted form of ``source`` to ``target``."""
    salt = os.urandom(16)
    cipher = _cipher(passphrase, salt)
    target.write(MARK + salt)
    for number, (piece, last) in enumerate(_with_last(iter(lambda: source.read(PIECE), b""))):
        sealed = cipher.encrypt(_nonce(number), piece, b"last" if last else b"")
        target.write(LENGTH.pack(len(sealed)) + sealed)


def decrypt(source: IO[bytes], target: IO[bytes], passphrase: str) -> None:
    """Write the plain form of ``source`` to ``target``. Raises Refused for a wrong passphrase or a damaged file."""
    source.seek(len(MARK))
    cipher = _cipher(passphrase, source.read(16))
    try:
        for number, (sealed, last) in enumerate(_with_last(_pieces(source))):
            target.write(cipher.decrypt(_nonce(number), sealed, b"last" if last else b""))
    except InvalidTag:
        raise Refused("备份口令不对，或备份已损坏", "请核对口令，或使用另一份备份") from None


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while head := source.read(LENGTH.size):
        yield source.read(LENGTH.unpack(head.ljust(LENGTH.size, b"\0"))[0])


def _with_last(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    piece = next(pieces, b"")
    for following in pieces:
        yield piece, False
        piece = following
    yield piece, True


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
