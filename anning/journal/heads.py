"""Signed heads: what the chain ended with at an instant, to be handed outside, beyond the reach of who rewrites."""

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _

from anning.journal.logic import instant_text
from anning.journal.models import Entry, Head
from anning.kernel import clock, district
from anning.kernel.actor import Actor
from anning.kernel.digest import canonical
from anning.kernel.errors import Refused
from anning.kernel.uid import new_uid
from anning.vault.keys import signing_key


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The handed-out form; ``key`` (hex) and ``signature`` (base64) are Ed25519 over the canonical JSON of the rest."""

    seq: int
    digest: str
    algorithm: str
    at: str
    district: str
    key: str
    signature: str = ""

    def signed_text(self) -> str:
        """Return what the signature covers."""
        facts = asdict(self)
        del facts["signature"]
        return canonical(facts)

    def as_json(self) -> dict[str, Any]:
        """Return the head as it is printed, downloaded and answered."""
        return asdict(self)

    @property
    def is_genuine(self) -> bool:
        """Whether the signature fits the key that the head names."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(base64.b64decode(self.signature), self.signed_text().encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    @property
    def is_ours(self) -> bool:
        """Whether this installation's key signed it."""
        return self.key == public_key()

    @classmethod
    def read(cls, facts: Any) -> Self:
        """Return the head in parsed JSON. Raises Refused for anything else."""
        names = set(cls.__dataclass_fields__)
        if not isinstance(facts, Mapping) or not names <= facts.keys() or not isinstance(facts["seq"], int):
            raise Refused(_("文件不是链头：缺少 seq、digest、signature 等项"), _("请使用“下载链头”得到的 JSON 文件"))
        texts = {name: str(facts[name]) for name in names - {"seq"}}
        return cls(seq=facts["seq"], **texts)

    @classmethod
    def of(cls, head: Head) -> Self:
        """Return the handed-out form of a kept head."""
        return cls(
            head.seq, head.digest, head.algorithm, instant_text(head.at), head.district, head.key, head.signature
        )


def public_key() -> str:
    """Return the public key of this installation, in hex."""
    raw = signing_key(settings.HOME).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return raw.hex()


def sign() -> SignedHead:
    """Sign the present end of the chain. Raises Refused while nothing is sealed."""
    last = Entry.objects.exclude(seq=None).order_by("-seq").first()
    if last is None:
        raise Refused(_("日志尚无已封存的条目"), _("请确认后台进程（anning work）正在运行，稍候再试"))
    unsigned = SignedHead(
        seq=last.seq or 0,
        digest=last.digest,
        algorithm=last.algorithm,
        at=instant_text(clock.now()),
        district=district.code(),
        key=public_key(),
    )
    signature = signing_key(settings.HOME).sign(unsigned.signed_text().encode())
    return replace(unsigned, signature=base64.b64encode(signature).decode())


def export_head(actor: Actor) -> SignedHead:
    """Sign the present end of the chain for somebody outside."""
    actor.require("journal.export_head")
    return sign()


def keep_head(slot: str = "") -> Head:
    """Sign the present end of the chain and keep it; of one ``slot`` only the first head is kept."""
    signed = sign()
    facts = signed.as_json() | {"at": datetime.fromisoformat(signed.at)}
    return Head.objects.get_or_create(slot=slot or new_uid(), defaults=facts)[0]


def slot_of(now: datetime, shifts: tuple[time, ...]) -> str:
    """Return the name of the hour or shift that began last before ``now``, in local time: ``2026-11-24T08:30``."""
    local = clock.local(now)
    hour = local.replace(minute=0, second=0, microsecond=0)
    changes = [local.replace(hour=s.hour, minute=s.minute, second=0, microsecond=0) for s in shifts]
    begun = [moment for moment in changes if moment <= local]
    return max([hour, *begun]).strftime("%Y-%m-%dT%H:%M")
