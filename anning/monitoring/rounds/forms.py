"""Forms of rounds, notices and reports."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation
from anning.accounts.selectors import scoped
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.monitoring.models import PatrolVisit, WatchReport


class VisitForm(forms.Form):
    """What was seen at one enterprise."""

    result = forms.ChoiceField(label=_("结果"), choices=[each for each in PatrolVisit.Result.choices if each[0]])
    text = forms.CharField(label=_("情况"), max_length=300, required=False)


class NoticeForm(forms.Form):
    """A notice: title, text, and which departments get it beside enterprise and town."""

    title = forms.CharField(label=_("标题"), max_length=120)
    body = forms.CharField(label=_("内容"), max_length=5000, widget=forms.Textarea({"rows": 10}))
    departments: Any = forms.ModelMultipleChoiceField(
        label=_("抄送部门"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Organisation.objects.filter(kind="government").order_by("path")
        self.fields["departments"].queryset = scoped(units, actor)  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class ReportForm(forms.Form):
    """Which report to make."""

    kind = forms.ChoiceField(label=_("种类"), choices=WatchReport.Kind.choices)
    until = forms.DateTimeField(label=_("统计至"), widget=forms.DateTimeInput({"type": "datetime-local"}))
    remark = forms.CharField(label=_("说明"), max_length=1000, required=False)

    def clean_until(self) -> datetime:
        """Return whole minutes."""
        until: datetime = self.cleaned_data["until"]
        return until.astimezone(clock.ZONE).replace(second=0, microsecond=0)
