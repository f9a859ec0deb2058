"""The keys: there, readable by their owner only, and fitting the data."""

import stat
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.models import Person
from anning.journal.heads import public_key
from anning.journal.models import Head
from anning.kernel.errors import AnningError
from anning.ops.findings import Finding, check, doubtful, failed, well

NEEDED = ("django.key", "data.key", "heads.pem")


@check("keys", gettext_lazy("密钥"))
def look_at_keys() -> Iterator[Finding]:
    """Each is there and nobody else can read it."""
    folder = settings.HOME / "keys"
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        yield doubtful(_("缺少 %s") % "、".join(missing), _("新安装首次运行时建立；已有数据时请从备份恢复 keys/"))
    secret = [path for path in folder.glob("*") if path.suffix in {".key", ".pem"} and path.name not in PUBLIC]
    open_ones = [path.name for path in secret if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_ones:
        yield failed(_("其他用户可读取密钥 %s") % "、".join(open_ones), _("请执行 chmod 600 数据目录/keys/*"))
    if not missing and not open_ones:
        yield well(_("齐全，仅所有者可读"))


PUBLIC = {"ca.pem", "tls.pem"}


@check("keys-fit", gettext_lazy("密钥与数据"))
def look_at_fit() -> Iterator[Finding]:
    """The keys open what the database holds and signed what it keeps."""
    try:
        list(Person.all_objects.exclude(mobile="").values_list("mobile", flat=True)[:3])
        last = Head.objects.first()
    except AnningError as error:
        yield failed(error.message, error.remedy)
        return
    except DatabaseError:
        return  # said by the check of the tables
    if last and last.key != public_key():
        yield doubtful(_("链头由另一把签名密钥签署"), _("如非有意更换，请从备份恢复 keys/heads.pem"))
    else:
        yield well(_("相符"))
