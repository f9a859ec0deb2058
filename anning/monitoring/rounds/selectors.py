"""Questions about notices and reports: who may read one."""

from django.db.models import Q, QuerySet

from anning.accounts.models import Organisation
from anning.accounts.selectors import scoped
from anning.kernel.actor import Actor
from anning.monitoring.models import EarlyNotice, NoticeReceipt, WatchReport


def visible_notices(actor: Actor) -> QuerySet[EarlyNotice]:
    """Return the notices about what lies in the actor's scope, and those that were sent to a unit in it."""
    inside = scoped(EarlyNotice.objects.all(), actor).order_by().values("pk")
    units = scoped(Organisation.objects.all(), actor).order_by().values("pk")
    sent = NoticeReceipt.objects.filter(unit__in=units, notice__sent_at__isnull=False).order_by().values("notice")
    return EarlyNotice.objects.filter(Q(pk__in=inside) | Q(pk__in=sent))


def visible_reports(actor: Actor) -> QuerySet[WatchReport]:
    """Return the reports, which count the whole district: none for whoever sees less of it."""
    found: QuerySet[WatchReport] = WatchReport.objects.all()
    return found if actor.scope.everything else found.none()
