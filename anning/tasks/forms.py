"""Forms of tasks and approvals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation, Person, Post, Role
from anning.kernel.actor import Actor
from anning.tasks.models import EscalationStep, Task, Urgency
from anning.tasks.services.policies import MOST as MOST_STEPS
from anning.tasks.services.policies import StepFacts
from anning.ui.names import NamesField

ASSIGNEES = (Person, Post, Organisation, Role)


class Moment(forms.DateTimeField):
    """An instant by Asia/Shanghai, from the browser's own input."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
        super().__init__(**options)


class AssigneeForm(forms.Form):
    """Who must do it: exactly one of a person, a post, a unit."""

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"] = NamesField(
            actor=actor,
            models=ASSIGNEES,
            most=1,
            label=_("承办"),
            help_text=_("填姓名、岗位、单位或角色；同名时写“姓名@单位”"),
        )

    def clean_to(self) -> Person | Post | Organisation | Role:
        """Return the one assignee."""
        named: list[Person | Post | Organisation | Role] = self.cleaned_data["to"]
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
        self.fields["to"] = NamesField(
            actor=actor, models=ASSIGNEES, most=1, required=False, label=_("交给谁（姓名、岗位、单位或角色）")
        )


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
            actor=actor, models=(Person,), most=1, label=_("签发人"), help_text=_("拟稿人不能签发")
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
        self.fields["to"] = NamesField(
            actor=actor, models=(Person,), most=1, required=False, label=_("转交或加签给（姓名）")
        )


class StepForm(forms.Form):
    """One step of an escalation policy."""

    after_minutes = forms.IntegerField(label=_("间隔（分钟）"), min_value=0, max_value=30 * 24 * 60)
    target = forms.ChoiceField(label=_("通知谁"), choices=[("", "—"), *EscalationStep.Target.choices])

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["who"] = NamesField(
            actor=actor, models=(Post, Person), most=1, required=False, label=_("岗位或人员")
        )

    def clean(self) -> dict[str, Any]:
        """Require the post or the person exactly where the target asks for one."""
        facts = super().clean() or {}
        named, target = facts.get("who") or [], facts.get("target")
        wanted = {"post": Post, "person": Person}.get(target or "")
        if wanted is None:
            facts["who"] = []
        elif "who" in facts and not (len(named) == 1 and isinstance(named[0], wanted)):
            self.add_error("who", _("请填一个岗位") if wanted is Post else _("请填一位人员"))
        return facts

    def facts(self) -> StepFacts:
        """Return the step."""
        named = next(iter(self.cleaned_data["who"]), None)
        return StepFacts(
            self.cleaned_data["after_minutes"],
            self.cleaned_data["target"],
            post=named if isinstance(named, Post) else None,
            person=named if isinstance(named, Person) else None,
        )


StepFormSet = forms.formset_factory(
    StepForm, extra=1, can_delete=True, can_order=False, max_num=MOST_STEPS, absolute_max=MOST_STEPS + 5
)


class ConsentForm(forms.Form):
    """A consent by voice: who is the signer; when, from which number, in which words."""

    words = forms.CharField(label=_("原话"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2}))
    phone = forms.CharField(label=_("通话号码"), required=False, max_length=40)
    given_at = Moment(label=_("同意时间"), required=False)
