"""Forms of messages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Organisation, Person, Post, Role
from anning.delivery import channels
from anning.delivery.models import Level, Message, Template
from anning.kernel.actor import Actor
from anning.ui.names import NamesField

TICK = {"class": "form-check-input"}


class MessageForm(forms.Form):
    """A new message."""

    template = forms.ModelChoiceField(label=_("套用模板"), queryset=Template.objects.none(), required=False)
    title = forms.CharField(label=_("标题"), max_length=120)
    body = forms.CharField(label=_("正文"), max_length=5000, widget=forms.Textarea({"rows": 6}))
    level = forms.TypedChoiceField(label=_("级别"), choices=Level.choices, coerce=int)
    channels = forms.MultipleChoiceField(label=_("渠道"), widget=forms.CheckboxSelectMultiple)
    call_mode = forms.ChoiceField(label=_("叫应方式"), choices=Message.CallMode.choices)
    needs_answer = forms.BooleanField(
        label=_("须应答（打开不等于签收）"), required=False, widget=forms.CheckboxInput(TICK)
    )
    breaks_quiet = forms.BooleanField(
        label=_("不受夜间免打扰限制"),
        required=False,
        widget=forms.CheckboxInput(TICK),
        help_text=_("限泄洪、转移、地震、有毒泄漏、短临强对流等"),
    )

    field_order = ("template", "title", "to", "body", "level", "channels", "call_mode", "needs_answer", "breaks_quiet")

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"] = NamesField(actor=actor, models=(Person, Post, Organisation, Role), label=_("接收人"))
        plugs = forms.MultipleChoiceField(
            label=_("渠道"),
            choices=[(plug.name, plug.label) for plug in channels.every()],
            widget=forms.CheckboxSelectMultiple(TICK),
            initial=["in_app"],
        )
        templates = forms.ModelChoiceField(
            label=_("套用模板"), queryset=Template.objects.filter(is_active=True), required=False
        )
        self.fields |= {"channels": plugs, "template": templates}
        self.order_fields(self.field_order)


class PreferenceForm(forms.Form):
    """Which channels somebody wants for ordinary messages."""

    wanted = forms.MultipleChoiceField(label=_("接收渠道"), required=False, widget=forms.CheckboxSelectMultiple(TICK))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["wanted"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(plug.name, plug.label) for plug in channels.every() if not plug.inside]
