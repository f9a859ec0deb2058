"""Forms of tasks and approvals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation, Person, Post, Role
from anning.kernel.actor import Actor
from anning.tasks.models import Task, Urgency
from anning.ui.names import NamesField


class Moment(forms.DateTimeField):
    """An instant by Asia/Shanghai, from the browser's own input."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
        super().__init__(**options)


class AssigneeForm(forms.Form):
    """Who must do it: exactly one of a person, a post, a unit."""

    to = NamesField(actor=Actor("anonymous"), label=_("承办"), help_text=_("填姓名、岗位或单位；同名时写“姓名@单位”"))

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["to"]
        assert isinstance(field, NamesField)
        field.actor, field.widget = actor, forms.TextInput()
        field.widget.is_required = field.required

    def clean_to(self) -> Person | Post | Organisation | Role:
        """Return the one assignee."""
        named: list[Person | Post | Organisation] = self.cleaned_data["to"]
        if len(named) != 1:
            raise forms.ValidationError(_("承办方只能是一个；其他人请填在抄送中"))
        return named[0]


class TaskForm(AssigneeForm):
    """A new task."""

    title = forms.CharField(label=_("任务"), max_length=120)
    body = forms.CharField(label=_("要求"), required=False, widget=forms.Textarea({"rows": 4}))
    kind = forms.ChoiceField(label=_("类别"), choices=Task.Kind.choices)
    urgency = forms.TypedChoiceField(label=_("紧急程度"), choices=Urgency.choices, coerce=int)
    due_at = Moment(label=_("办结时限"), required=False)

    field_order = ("title", "to", "kind", "urgency", "due_at", "body", "copies")

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(actor, *args, **options)
        self.fields["copies"] = NamesField(actor=actor, models=(Person,), label=_("抄送"), required=False)
        self.order_fields(self.field_order)


class MoveForm(forms.Form):
    """What a move asks: a reason, a time, another assignee; the service says what is missing."""

    text = forms.CharField(required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))
    until = Moment(required=False)
    version = forms.IntegerField(required=False)

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"] = NamesField(actor=actor, required=False)


class ApprovalForm(forms.Form):
    """A new paper with its way."""

    title = forms.CharField(label=_("标题"), max_length=160)
    text = forms.CharField(label=_("正文"), max_length=100_000, widget=forms.Textarea({"rows": 12}))
    urgency = forms.TypedChoiceField(label=_("紧急程度"), choices=Urgency.choices, coerce=int)
    due_at = Moment(label=_("时限"), required=False)
    series = forms.CharField(
        label=_("机关代字"), required=False, max_length=40, help_text=_("如 津宁应急字；签发时取文号，空则不编文号")
    )
    addressee = forms.CharField(
        label=_("主送机关"), required=False, max_length=200, help_text=_("印在正文之前；不填则不印")
    )
    copied_to = forms.CharField(
        label=_("抄送机关"), required=False, max_length=200, help_text=_("印在版记中；不填则不印")
    )

    field_order = (
        "title", "addressee", "text", "reviewers", "signer", "urgency", "due_at", "series", "copied_to",
    )  # fmt: skip

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reviewers"] = NamesField(
            actor=actor,
            models=(Person,),
            label=_("审核人"),
            required=False,
            help_text=_("按先后顺序，用顿号隔开；可不填"),
        )
        self.fields["signer"] = NamesField(
            actor=actor, models=(Person,), label=_("签发人"), widget=forms.TextInput(), help_text=_("拟稿人不能签发")
        )
        self.order_fields(self.field_order)

    def clean_signer(self) -> Person:
        """Return the one signer."""
        named: list[Person] = self.cleaned_data["signer"]
        if len(named) != 1:
            raise forms.ValidationError(_("签发人只能是一位"))
        return named[0]


class DraftForm(forms.Form):
    """The next version of a paper."""

    title = forms.CharField(label=_("标题"), max_length=160)
    text = forms.CharField(label=_("正文"), max_length=100_000, widget=forms.Textarea({"rows": 16}))


class DecisionForm(forms.Form):
    """Who a paper goes to where the button hands it on."""

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"] = NamesField(actor=actor, models=(Person,), required=False)


class ConsentForm(forms.Form):
    """A consent by voice: who is the signer; when, from which number, in which words."""

    words = forms.CharField(label=_("原话"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2}))
    phone = forms.CharField(label=_("通话号码"), required=False, max_length=40)
    given_at = Moment(label=_("同意时间"), required=False)
