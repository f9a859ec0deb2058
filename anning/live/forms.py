"""What the reader of the journal asks for."""

from datetime import date
from typing import Any, TypedDict

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Area, User
from anning.journal import selectors
from anning.journal.labels import label, noun_label

SIGNED_HEAD_BYTES = 4096


class Asked(TypedDict, total=False):
    """The arguments of ``journal.selectors.entries``."""

    kind: str
    subject: str
    by: tuple[str, ...]
    area_code: str
    since_on: date | None
    until_on: date | None


class EntryFilter(forms.Form):
    """Matter, subject, who, where, from day to day."""

    kind = forms.ChoiceField(label=_("事项"), required=False)
    subject = forms.CharField(label=_("对象"), max_length=64, required=False)
    by = forms.CharField(label=_("操作人"), max_length=40, required=False)
    area = forms.ModelChoiceField(
        Area.objects.none(), to_field_name="code", label=_("区域"), required=False, empty_label=_("全部区域")
    )
    since_on = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        kinds = selectors.kinds()
        nouns = sorted({kind.partition(".")[0] for kind in kinds})
        self.fields["kind"] = forms.ChoiceField(
            label=_("事项"),
            required=False,
            choices=[
                ("", _("全部事项")),
                *((noun, _("%s（全部）") % noun_label(noun)) for noun in nouns),
                *((kind, label(kind)) for kind in kinds),
            ],
        )
        area: Any = self.fields["area"]
        area.queryset = Area.objects.exclude(level=Area.Level.VILLAGE)
        self.fields["subject"].widget.attrs["placeholder"] = _("如 document:12")
        self.fields["by"].widget.attrs["placeholder"] = _("姓名或账号")
        for field in self.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        cleaned = super().clean() or {}
        since_on, until_on = cleaned.get("since_on"), cleaned.get("until_on")
        if since_on and until_on and since_on > until_on:
            self.add_error("until_on", _("结束日期早于开始日期，请调整"))
        return cleaned

    def asked(self) -> Asked:
        """Return what to ask the journal for."""
        facts = self.cleaned_data
        return Asked(
            kind=facts["kind"],
            subject=facts["subject"].strip(),
            by=_actors_called(facts["by"].strip()),
            area_code=facts["area"].code if facts["area"] else "",
            since_on=facts["since_on"],
            until_on=facts["until_on"],
        )

    def in_words(self) -> str:
        """Return the filter as the export and the paper name it."""
        shown = []
        for name, field in self.fields.items():
            if value := self.cleaned_data.get(name):
                choices = dict(getattr(field, "choices", ())) if name == "kind" else {}
                shown.append(f"{field.label}：{choices.get(value, value)}")
        return "；".join(shown)


class HeadUpload(forms.Form):
    """A signed head that was handed outside before, to compare the chain with."""

    head = forms.FileField(label=_("先前交出的链头（JSON 文件，可不选）"), required=False)

    def clean_head(self) -> Any:
        """Refuse what is far too large for a head."""
        uploaded = self.cleaned_data.get("head")
        if uploaded and uploaded.size > SIGNED_HEAD_BYTES:
            raise forms.ValidationError(_("文件过大，不是链头；请选择“下载链头”得到的 JSON 文件"))
        return uploaded


def _actors_called(text: str) -> tuple[str, ...]:
    """Return the names under which the journal knows who is called ``text``; nobody fits a name unheard of."""
    if not text or ":" in text or text == "system":
        return (text,) if text else ()
    called = Q(username=text) | Q(person__name__startswith=text)
    keys = User.all_objects.filter(called).values_list("pk", flat=True)[:100]
    return tuple(f"user:{key}" for key in keys) or ("nobody",)
