"""Keys for machines: shown once, kept as a digest, never more than their user may do."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts import logic, permissions, selectors
from anning.accounts.models import ApiToken, User
from anning.accounts.services.roles import user_key
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import NotAllowed, Refused

PREFIX = "anning_"
SEEN_EVERY = timedelta(minutes=1)


@transaction.atomic
def issue_token(name: str, permitted: Iterable[str], days: int, actor: Actor) -> tuple[ApiToken, str]:
    """Make a key with some of one's own permissions for some days; return it and its secret, which is kept nowhere.

    Raises Refused for permissions that the actor does not hold and for days beyond the rulebook.
    """
    actor.require(permissions.ISSUE_TOKEN)
    wanted, most = sorted(set(permitted)), rulebook.value("ACC-TOKEN-DAYS")
    if not name.strip():
        raise Refused(_("请填写令牌用途"), _("写明给哪个系统用"), fields={"name": _("必填")})
    if not wanted:
        raise Refused(_("请至少选择一项权限"), _("只选对方系统需要的权限"), fields={"permissions": _("必选")})
    if beyond := [each for each in wanted if not actor.may(each)]:
        raise Refused(
            _("您没有这些权限：%(names)s") % {"names": "、".join(beyond)},
            _("令牌的权限不能超过本人"),
            fields={"permissions": _("超出本人权限")},
        )
    if not 1 <= days <= most:
        raise Refused(
            _("有效期应为 1 至 %(most)s 天") % {"most": most},
            _("到期前可签发新令牌"),
            fields={"days": _("1 至 %(most)s 天") % {"most": most}},
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name.strip()[:80],
        user=User.objects.get(pk=user_key(actor)),
        digest=logic.secret_digest(secret),
        permissions=wanted,
        expires_at=clock.now() + timedelta(days=days),
    )
    record("token.create", f"apitoken:{token.pk}", actor, permissions=wanted, expires_at=token.expires_at.isoformat())
    return token, secret


@transaction.atomic
def revoke_token(token_id: int, actor: Actor) -> None:
    """End a key: one's own, or anybody's with the permission to lock accounts. Raises NotAllowed, NotFound."""
    token = selectors.find_row(ApiToken.objects.select_for_update(of=("self",)), token_id)
    if user_key(actor) != token.user_id:
        actor.require(permissions.LOCK_USER)
        selectors.find_scoped(User.objects.all(), actor, token.user_id)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at", "changed_at"])
        record("token.revoke", token.subject, actor)


def actor_of_token(secret: str) -> Actor | None:
    """Return the Actor behind a key: what the key names and its user still may, in its user's scope; None when over."""
    now = clock.now()
    token = ApiToken.objects.filter(
        digest=logic.secret_digest(secret), revoked_at=None, expires_at__gt=now, user__is_active=True
    ).first()
    if token is None:
        return None
    owner = selectors.actor_for(selectors.for_actor(User.objects.all()).get(pk=token.user_id))
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    allowed = permissions.expand(token.permissions) & owner.permissions
    return Actor(f"token:{token.pk}", allowed, owner.scope, token.name)


def refuse_machine(actor: Actor) -> None:
    """Refuse what only a person may do. Raises NotAllowed."""
    if not user_key(actor):
        raise NotAllowed(_("接口令牌不能进行此操作"), _("请本人登录后办理"))
