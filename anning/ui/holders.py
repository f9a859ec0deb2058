"""What lists, imports and exports keep about people. The files go by the reaction to ``person.erase``."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.holders import Holder, hold
from anning.accounts.models import Person
from anning.ui.models import ImportBatch, Job, ListPreference


def copy_of(person: Person) -> dict[str, Any]:
    """Return what the person's accounts imported and exported."""
    users = person.users.all()
    return {
        _("导入"): [
            {_("批次"): batch.number, _("文件"): batch.filename} for batch in ImportBatch.objects.filter(user__in=users)
        ],
        _("导出"): [
            {_("文件"): job.filename, _("提交时间"): job.created_at.isoformat()}
            for job in Job.objects.filter(user__in=users, kind=Job.Kind.EXPORT)
        ],
    }


def erase(person: Person) -> int:
    """Forget how the person liked its lists, and every text of batches and jobs that may name anybody."""
    done = ListPreference.objects.filter(user__in=person.users.all()).delete()[0]
    return done + forget_texts(person.name)


def forget_texts(name: str) -> int:
    """Forget every text of batches and jobs that may name anybody; return how many."""
    over = (Job.State.DONE, Job.State.FAILED, Job.State.EXPIRED)
    done = Job.objects.filter(state__in=over).exclude(facts={}, error="").update(facts={}, error="")  # filters
    done += ImportBatch.objects.exclude(note="", problems=[]).update(note="", problems=[])
    named = ImportBatch.objects.filter(filename__contains=name)
    return done + named.update(filename="")


hold(Holder("ui", gettext_lazy("导入和导出"), copy_of, erase, (ListPreference, ImportBatch, Job)))
