"""Runs inside a home on a tiny disk of its own: fills the disk, goes on writing, and reports what was acknowledged.

Not a test itself: test_disk.py runs ``report()`` in a process of its own and judges what it says.
"""

import json
import os
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.test import Client

from anning.accounts.models import Area, User
from anning.accounts.services import create_user, load_roles
from anning.journal.models import Entry
from anning.journal.sealer import seal
from anning.journal.services import record
from anning.journal.verification import verify
from anning.kernel.actor import system
from anning.ops import disk
from anning.vault import store

BALLAST = Path(settings.HOME) / "ballast"
WRITES = 400


def write(number: int) -> bool:
    """Add an area and its entry; return whether that was acknowledged."""
    try:
        with transaction.atomic():
            area = Area.objects.create(code=f"{number:012}", name="甲" * 60, level="village", note="乙" * 200)
            record("area.create", area.subject, system(), name=area.name * 20)
    except OperationalError as error:
        if not disk.is_full(error):
            raise
        return False
    return True


def fill() -> None:
    """Leave no room at all."""
    with BALLAST.open("wb", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


def kept() -> bool:
    """Return whether a file was stored on the full disk."""
    try:
        store.keep([os.urandom(1 << 20)])
    except OSError:
        return False
    return True


def report() -> str:
    """Fill, write, make room, look; return what was seen as one line of JSON."""
    call_command("migrate", verbosity=0)
    load_roles()
    User.objects.filter(pk=create_user("somebody", system("accounts.add_user"))[0].pk).update(is_active=True)
    before = [number for number in range(5) if write(number)]
    low_before = disk.is_low()
    fill()
    acknowledged = [number for number in range(100, 100 + WRITES) if write(number)]
    refused = WRITES - len(acknowledged)
    stored_file = kept()
    signing_in = Client(raise_request_exception=False, SERVER_NAME="localhost")
    form = urlencode({"username": "somebody", "password": "wrong"})
    answer = signing_in.post("/sign-in", form, content_type="application/x-www-form-urlencoded")
    BALLAST.unlink()
    after = write(999)
    seal()
    seen = {
        "low_before": low_before,
        "acknowledged": [f"{number:012}" for number in [*before, *acknowledged]] + (["000000000999"] if after else []),
        "stored": sorted(Area.objects.values_list("code", flat=True)),
        "entries": Entry.objects.filter(kind="area.create").count(),
        "refused": refused,
        "file_stored": stored_file,
        "file_parts": len(list(Path(settings.FILES).glob(".part-*"))),
        "status": answer.status_code,
        "says": "没有保存" in answer.content.decode(),
        "broken": str(verify().broken or ""),
    }
    return json.dumps(seen)
