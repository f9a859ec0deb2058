"""TLS for a site without a certificate of its own: a small authority under keys/, and a certificate by it."""

import hashlib
import ipaddress
import os
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

from anning.kernel import district
from anning.kernel.errors import Refused

AUTHORITY_LIFE = timedelta(days=3650)
LIFE = timedelta(days=397)  # browsers refuse longer ones
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Paths:
    """Where certificate and key lie; ``authority`` is None for a certificate from outside."""

    certificate: Path
    key: Path
    authority: Path | None


def of_installation() -> Paths:
    """Return the given certificate, or our own, made or renewed when needed.

    Raises Refused when only one of the two settings is given or a file is missing.
    """
    certificate, key = settings.TLS_CERT, settings.TLS_KEY
    if bool(certificate) != bool(key):
        raise Refused("TLS 证书与私钥须同时指定", "请同时设置 ANNING_TLS_CERT 和 ANNING_TLS_KEY")
    if certificate:
        for path in (Path(certificate), Path(key)):
            if not path.is_file():
                raise Refused(f"找不到 TLS 文件 {path}", "请检查 ANNING_TLS_CERT 和 ANNING_TLS_KEY")
        return Paths(Path(certificate), Path(key), None)
    return own(settings.HOME / "keys", _names())


def own(folder: Path, names: list[str]) -> Paths:
    """Return a certificate for ``names`` by our own authority in ``folder``; renewed 30 days before its end."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = _authority(folder)
    paths = Paths(folder / "tls.pem", folder / "tls-key.pem", folder / "ca.pem")
    if not _fits(paths.certificate, names, authority[0]):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _issue(names, key, authority)
        _write(paths.key, _pem(key), 0o600)
        _write(paths.certificate, certificate + _certificate_pem(authority[0]), 0o644)
    return paths


def expires_at(certificate: Path) -> datetime:
    """Return the end of a certificate's life."""
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 fingerprint as browsers show it."""
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    digest = hashlib.sha256(loaded.public_bytes(serialization.Encoding.DER)).hexdigest().upper()
    return ":".join(digest[place : place + 2] for place in range(0, len(digest), 2))


def _names() -> list[str]:
    named = [name for name in settings.ALLOWED_HOSTS if "*" not in name and not name.startswith(".")]
    here = settings.HOST if settings.HOST not in {"0.0.0.0", "::"} else ""  # noqa: S104
    every = {"localhost", "127.0.0.1", "::1", socket.gethostname(), here, *(name.strip("[]") for name in named)}
    return sorted(every - {""})


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate_path, key_path = folder / "ca.pem", folder / "ca-key.pem"
    if not (certificate_path.exists() and key_path.exists()):
        key = ec.generate_private_key(ec.SECP256R1())
        _write(key_path, _pem(key), 0o600)
        _write(certificate_path, _certificate_pem(_self_signed(key)), 0o644)
    loaded = serialization.load_pem_private_key(key_path.read_bytes(), None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise Refused("keys/ca-key.pem 不是平台自己的 CA 私钥", "请从备份恢复 keys/")
    return x509.load_pem_x509_certificate(certificate_path.read_bytes()), loaded


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"安宁平台 CA {district.code()}".strip())])
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    return (
        _builder(name, name, key, AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _issue(
    names: list[str], key: ec.EllipticCurvePrivateKey, authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]
) -> bytes:
    issuer, issuer_key = authority
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "安宁平台")])
    certificate = (
        _builder(subject, issuer.subject, key, LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return _certificate_pem(certificate)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, life: timedelta
) -> x509.CertificateBuilder:
    start = _now() - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _fits(path: Path, names: list[str], authority: x509.Certificate) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    covered = {str(name.value) for name in alternative}
    return (
        set(names) <= covered
        and certificate.issuer == authority.subject
        and certificate.not_valid_after_utc - _now() > RENEW_BEFORE
    )


def _now() -> datetime:
    """Real time: browsers do not know the platform's clock."""
    return datetime.fromtimestamp(time.time(), UTC)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, content: bytes, mode: int) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    fresh.replace(path)
