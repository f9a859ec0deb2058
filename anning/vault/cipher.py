"""Encryption of single values: AES-256-GCM with the installation's data key, and a blind index to look them up."""

import base64
import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from anning.kernel.errors import AnningError
from anning.vault import keys

MARK = "v1:"


def encrypt(text: str, *, purpose: str = "column") -> str:
    """Return ``text`` sealed with the data key; an empty text stays empty."""
    if not text:
        return ""
    nonce = os.urandom(12)
    sealed = AESGCM(keys.derived(settings.HOME, "data", purpose)).encrypt(nonce, text.encode(), None)
    return MARK + base64.b64encode(nonce + sealed).decode()


def decrypt(sealed: str, *, purpose: str = "column") -> str:
    """Return the text in ``sealed``. Raises AnningError when the key does not fit."""
    if not sealed:
        return ""
    raw = base64.b64decode(sealed.removeprefix(MARK))
    try:
        plain = AESGCM(keys.derived(settings.HOME, "data", purpose)).decrypt(raw[:12], raw[12:], None)
    except InvalidTag:
        raise AnningError(
            _("加密字段无法解开：数据密钥与数据库不是一套"), _("请用同一次备份中的 keys/ 恢复密钥")
        ) from None
    return plain.decode()


def blind_index(text: str) -> str:
    """Return a keyed digest of ``text`` (32 hex characters) by which an encrypted column can be found."""
    if not text:
        return ""
    key = keys.derived(settings.HOME, "data", "index")
    return hmac.new(key, text.encode(), sha256).hexdigest()[:32]
