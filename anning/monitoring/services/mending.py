"""Repairs: a fault that lasts becomes a work order, one for each device at a time."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from anning.accounts.models import Organisation, Post
from anning.journal.services import record
from anning.kernel import clock, rulebook
from anning.kernel.actor import system
from anning.monitoring.models import Device, Fault
from anning.monitoring.services.entries import where
from anning.tasks import permissions as tasks
from anning.tasks.models import Task
from anning.tasks.services import assign_task

PLATFORM = system(tasks.ADD)
BATCH = 50
SHOWN = 10


def order_repairs(now: datetime | None = None) -> int:
    """Give a work order for each device whose faults have lasted, unless one is running; return how many were given."""
    now = now or clock.now()
    since = now - timedelta(minutes=rulebook.value("ALM-FAULT-MINUTES", now))
    lasting = Fault.objects.filter(ended_at=None, onset_at__lte=since, order="", datastream__device__state="in_service")
    by_device: dict[int, list[int]] = defaultdict(list)
    for fault, device in lasting.order_by("onset_at").values_list("pk", "datastream__device"):
        by_device[device].append(fault)
    return sum(_order(device, faults, now) for device, faults in list(by_device.items())[:BATCH])


@transaction.atomic
def _order(device_id: int, fault_ids: list[int], now: datetime) -> int:
    device = Device.all_objects.select_for_update(of=("self",)).select_related("area", "organisation").get(pk=device_id)
    faults = list(Fault.objects.filter(pk__in=fault_ids, order="", ended_at=None).select_related("datastream"))
    if not faults:
        return 0
    running = Task.objects.filter(about=device.subject, state__in=("open", "acknowledged")).first()
    task = running or _assign(device, faults, now)
    if task is None:
        return 0
    Fault.all_objects.filter(pk__in=[fault.pk for fault in faults]).update(order=task.subject, ordered_at=now)
    record("fault.order", device.subject, PLATFORM, **where(device), task=task.subject, faults=len(faults))
    return 0 if running else 1


def _assign(device: Device, faults: list[Fault], now: datetime) -> Task | None:
    to = _mender(device)
    if to is None:
        return None
    names = [f"{fault.datastream}：{fault.get_condition_display()}" for fault in faults[:SHOWN]]
    more = _("等 %s 处") % len(faults) if len(faults) > SHOWN else ""
    return assign_task(
        PLATFORM,
        title=_("检修监测设备：%s") % device,
        body=_("请到场检修，修复后点位恢复正常即可办结。") + "\n" + "\n".join(names) + more,
        to=to,
        about=device.subject,
        about_title=str(device),
        about_url=device.get_absolute_url(),
        area=device.area,
        organisation=device.organisation,
        exercise=device.exercise,
        now=now,
    )


def _mender(device: Device) -> Post | Organisation | None:
    """Return who mends: the enterprise that owns the device, else the first post of those that the rules name."""
    if device.organisation and device.organisation.kind == Organisation.Kind.ENTERPRISE:
        return device.organisation
    for name in rulebook.value("ALM-MENDING-POSTS"):
        post: Post | None = Post.objects.filter(name__contains=name).order_by("pk").first()
        if post:
            return post
    return device.organisation
