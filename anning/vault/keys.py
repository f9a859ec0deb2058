"""The keys of one installation: small files under ANNING_HOME/keys, made at first use, readable by their owner only."""

import base64
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def secret(home: Path, name: str) -> str:
    """Return the named secret of this installation (43 characters), making it at first use."""
    return _kept(home, f"{name}.key", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32))).decode()


@lru_cache(maxsize=64)
def derived(home: Path, name: str, purpose: str) -> bytes:
    """Return 32 bytes derived from the named secret for one purpose (HKDF-SHA256)."""
    seed = base64.urlsafe_b64decode(secret(home, name))
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(seed)


@lru_cache(maxsize=4)
def signing_key(home: Path) -> Ed25519PrivateKey:
    """Return the Ed25519 key that signs journal heads, making it at first use."""
    made = _kept(
        home,
        "heads.pem",
        lambda: Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    key = serialization.load_pem_private_key(made, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("keys/heads.pem is not an Ed25519 key")
    return key


def _kept(home: Path, filename: str, make: object) -> bytes:
    """Read the key file; when missing, write it whole and durable, so that two starters agree on one."""
    path = home / "keys" / filename
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        fresh = path.with_name(f".{filename}.{os.getpid()}.{secrets.token_hex(4)}")
        fresh.write_bytes(make())  # type: ignore[operator]
        fresh.chmod(0o600)
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        try:
            os.link(fresh, path)  # fails when another process was first: then its key counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
