"""Sign-in through the district's identity provider (OpenID Connect, code flow with PKCE). Off unless configured.

The provider says who it is; the account must exist here and carry that subject. Nobody is made by signing in.
"""

from typing import Any

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from anning.accounts.models import User
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused

TIMEOUT_S = 10
LEEWAY_S = 60
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
REMEDY = "请改用账号密码登录，或联系系统管理员"


def is_configured() -> bool:
    """Whether this installation has an identity provider."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def return_path() -> str:
    """Return where the provider sends the browser back to."""
    return reverse("accounts:oidc_return")


def start(redirect_uri: str) -> tuple[str, dict[str, str]]:
    """Return the provider's address for this browser, and what the session must keep until it comes back.

    Raises Refused when no provider is configured or it does not answer.
    """
    secrets = {"nonce": get_random_string(32), "verifier": get_random_string(64)}
    with _client(redirect_uri) as client:
        url, state = client.create_authorization_url(
            _metadata()["authorization_endpoint"], nonce=secrets["nonce"], code_verifier=secrets["verifier"]
        )
    return str(url), {**secrets, "state": str(state)}


def finish(answer_url: str, redirect_uri: str, kept: dict[str, str] | None) -> User:
    """Return the user whom the provider has recognised.

    Raises Refused for an answer that does not belong to this browser, a signature or claim that does not
    hold, and a subject that no active account carries.
    """
    if not kept:
        raise Refused("统一身份认证的登录已超时", "请重新登录")
    try:
        subject = _subject(answer_url, redirect_uri, kept)
    except (OAuthError, JoseError, httpx.HTTPError, KeyError, ValueError):
        _journal("user:unknown", "oidc")
        raise Refused("统一身份认证没有通过", REMEDY) from None
    user = User.objects.filter(oidc_subject=subject, is_active=True).first()
    if user is None:
        _journal("user:unknown", "oidc_unbound")
        raise Refused("您的统一身份尚未绑定本平台账号", "请联系系统管理员绑定，或改用账号密码登录")
    return user


def _subject(answer_url: str, redirect_uri: str, kept: dict[str, str]) -> str:
    """Trade the code for an ID token and return its subject, once everything about it holds."""
    known = _metadata()
    with _client(redirect_uri, state=kept["state"]) as client:
        token = client.fetch_token(
            known["token_endpoint"], authorization_response=answer_url, code_verifier=kept["verifier"]
        )
    keys = KeySet.import_key_set({"keys": _get(known["jwks_uri"])["keys"]})
    signed = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
    expected = {"iss": {"essential": True, "value": known["issuer"]}}
    asked = {"nonce": kept["nonce"], "client_id": settings.OIDC_CLIENT_ID, "access_token": token.get("access_token")}
    claims = CodeIDToken(signed.claims, signed.header, expected, asked)
    claims.validate(leeway=LEEWAY_S)
    if settings.OIDC_CLIENT_ID not in (claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]):
        raise ValueError("the token is for another client")
    if claims.get("nonce") != kept["nonce"]:
        raise ValueError("the token answers another question")
    return str(claims["sub"])


def _client(redirect_uri: str, **more: Any) -> OAuth2Client:
    if not is_configured():
        raise Refused("本平台没有接入统一身份认证", "请使用账号密码登录")
    return OAuth2Client(
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        scope="openid",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        timeout=TIMEOUT_S,
        **more,
    )


def _metadata() -> dict[str, Any]:
    try:
        known = _get(settings.OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration")
    except (httpx.HTTPError, ValueError):
        raise Refused("统一身份认证服务没有回应", REMEDY) from None
    if known.get("issuer") != settings.OIDC_ISSUER:
        raise Refused("统一身份认证服务的标识与配置不符", "请系统管理员核对 ANNING_OIDC_ISSUER")
    return known


def _get(url: str) -> dict[str, Any]:
    answer = httpx.get(url, timeout=TIMEOUT_S)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


@transaction.atomic
def _journal(subject: str, reason: str) -> None:
    record("user.sign_in_failed", subject, Actor("anonymous"), reason=reason)
