"""What tasks do when they hear of it in the journal."""

from django.utils.translation import gettext as _

from anning.accounts.models import Person
from anning.journal.models import Entry
from anning.journal.registry import reacts_to
from anning.kernel.actor import system
from anning.tasks import permissions, services
from anning.tasks.models import Task, Urgency


@reacts_to("message.visit")
def send_somebody_to_the_door(entry: Entry) -> None:
    """Who cannot be reached by telephone is visited: the person's unit gets the task."""
    facts = entry.data
    person = Person.objects.select_related("organisation").filter(pk=facts["person"], erased_at=None).first()
    if person is None:
        return
    services.assign_task(
        system(permissions.ADD),
        title=_("上门通知：%(title)s") % {"title": facts["title"]},
        body=_("电话 %(times)s 次未能联系到%(name)s，请立即派人上门告知。")
        % {"times": facts["failures"], "name": person.name},
        to=person.organisation,
        kind=Task.Kind.VISIT,
        urgency=Urgency.CRITICAL,
        about=entry.subject,
        about_title=facts["title"],
        about_url=facts["url"],
        exercise=entry.exercise,
        cause=entry.uid,
    )
