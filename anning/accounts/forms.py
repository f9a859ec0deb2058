"""Forms of sign-in and of one's own account; what they mean is judged by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anning.accounts import permissions
from anning.kernel import rulebook
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused


class PlainForm(forms.Form):
    """A form whose fields look like the house's and which can show what a service refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            if isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs.setdefault("class", "form-check-input")
            else:
                field.widget.attrs.setdefault("class", "form-control")

    def add_error(self, field: str | None, error: Any) -> None:
        """Keep the error, and mark the field that it belongs to."""
        super().add_error(field, error)
        if field:
            self.fields[field].widget.attrs["class"] += " is-invalid"

    def refuse(self, error: Refused) -> None:
        """Show what a service refused, beside the field that it names or above the form."""
        named = {name: why for name, why in error.fields.items() if name in self.fields}
        for name, why in named.items():
            self.add_error(name, why)
        if not named:
            self.add_error(None, error.message)
        self.remedy = error.remedy


class SignInForm(PlainForm):
    """Account and password; on a telephone also whether to stay signed in."""

    username = forms.CharField(
        label=_("账号"), max_length=40, widget=forms.TextInput({"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    bind = forms.BooleanField(label=_("这是我本人的手机，保持登录"), required=False)


class CodeForm(PlainForm):
    """A one-time code."""

    code = forms.CharField(
        label=_("动态口令"),
        max_length=12,
        help_text=_("手机验证器上显示的 6 位数字"),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


class PasswordForm(PlainForm):
    """The old password and twice the new one."""

    old = forms.CharField(
        label=_("原密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    new = forms.CharField(label=_("新密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}))
    again = forms.CharField(
        label=_("再输一次新密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        length, classes = rulebook.value("ACC-PASSWORD-LENGTH"), rulebook.value("ACC-PASSWORD-CLASSES")
        self.fields["new"].help_text = _(
            "至少 %(length)s 位，大写、小写、数字、符号至少 %(classes)s 类；不含账号名；不与最近 %(times)s 次相同"
        ) % {"length": length, "classes": classes, "times": rulebook.value("ACC-PASSWORD-HISTORY")}

    def clean(self) -> dict[str, Any]:
        """Compare the two new ones."""
        facts = self.cleaned_data
        if facts.get("new") and facts.get("again") and facts["new"] != facts["again"]:
            self.add_error("again", _("两次输入的新密码不一致"))
        return facts


class TokenForm(PlainForm):
    """What a new key is for, how long it lives, and which of one's own permissions it gets."""

    name = forms.CharField(label=_("用途"), max_length=80, help_text=_("写明给哪个系统用"))
    days = forms.IntegerField(label=_("有效天数"), min_value=1)
    permissions = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [(name, str(label)) for name, label in permissions.known().items() if actor.may(name)]
        self.fields["permissions"].choices = mine  # type: ignore[attr-defined]
        self.fields["days"].initial = min(90, rulebook.value("ACC-TOKEN-DAYS"))
