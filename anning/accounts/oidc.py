"""Sign-in through the district's identity provider (OpenID Connect, code flow with PKCE). Off unless configured.

The provider says who it is; the account must exist here and carry that subject. Nobody is made by signing in.
"""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _

from anning.accounts.models import User
from anning.journal.services import record
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused

TIMEOUT_S = 10
LEEWAY_S = 60
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]


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
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    if not is_configured():
        raise Refused(_("本平台没有接入统一身份认证"), _("请使用账号密码登录"))
    kept = {"state": get_random_string(32), "nonce": get_random_string(32), "verifier": get_random_string(64)}
    question = {
        "response_type": "code",
        "scope": "openid",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": create_s256_code_challenge(kept["verifier"]),
        "code_challenge_method": "S256",
    }
    return f"{_metadata()['authorization_endpoint']}?{urlencode(question)}", kept


def finish(answer_url: str, redirect_uri: str, kept: dict[str, str] | None) -> User:
    """Return the user whom the provider has recognised.

    Raises Refused for an answer that does not belong to this browser, a signature or claim that does not
    hold, and a subject that no active account carries.
    """
    from joserfc.errors import JoseError

    if not kept:
        raise Refused(_("统一身份认证的登录已超时"), _("请重新登录"))
    try:
        subject = _subject(_code(answer_url, kept["state"]), redirect_uri, kept)
    except (JoseError, httpx.HTTPError, KeyError, ValueError):
        _journal("oidc")
        raise Refused(_("统一身份认证没有通过"), _("请改用账号密码登录，或联系系统管理员")) from None
    user = User.objects.filter(oidc_subject=subject, is_active=True).first() if subject else None
    if user is None:
        _journal("oidc_unbound")
        raise Refused(_("您的统一身份尚未绑定本平台账号"), _("请联系系统管理员绑定，或改用账号密码登录"))
    return user


def _code(answer_url: str, state: str) -> str:
    """Return the code in the provider's answer to this browser. Raises ValueError for another's, KeyError without."""
    answer = {name: values[0] for name, values in parse_qs(urlsplit(answer_url).query).items()}
    if not constant_time_compare(answer.get("state", ""), state):
        raise ValueError("the answer belongs to another browser")
    return answer["code"]


def _subject(code: str, redirect_uri: str, kept: dict[str, str]) -> str:
    """Trade the code for an ID token and return its subject, once everything about it holds."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.jwk import KeySet

    known = _metadata()
    trade = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": kept["verifier"],
    }
    client = (settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)
    answer = httpx.post(known["token_endpoint"], data=trade, auth=client, timeout=TIMEOUT_S)
    answer.raise_for_status()
    token = answer.json()
    keys = KeySet.import_key_set({"keys": _get(known["jwks_uri"])["keys"]})
    signed = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
    expected = {"iss": {"essential": True, "value": known["issuer"]}}
    asked = {"nonce": kept["nonce"], "client_id": settings.OIDC_CLIENT_ID, "access_token": token.get("access_token")}
    claims = CodeIDToken(signed.claims, signed.header, expected, asked)
    claims.validate(leeway=LEEWAY_S)
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if settings.OIDC_CLIENT_ID not in audience:
        raise ValueError("the token is for another client")
    if not constant_time_compare(str(claims.get("nonce", "")), kept["nonce"]):
        raise ValueError("the token answers another question")
    return str(claims["sub"])


def _metadata() -> dict[str, Any]:
    try:
        known = _get(settings.OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration")
    except (httpx.HTTPError, ValueError):
        raise Refused(_("统一身份认证服务没有回应"), _("请改用账号密码登录，或联系系统管理员")) from None
    if known.get("issuer") != settings.OIDC_ISSUER:
        raise Refused(_("统一身份认证服务的标识与配置不符"), _("请系统管理员核对 ANNING_OIDC_ISSUER"))
    return known


def _get(url: str) -> dict[str, Any]:
    answer = httpx.get(url, timeout=TIMEOUT_S)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


@transaction.atomic
def _journal(reason: str) -> None:
    record("user.sign_in_failed", "user:unknown", Actor("anonymous"), reason=reason)
