"""From the journal's name of a row (``document:7``) to its page."""

from django.urls import NoReverseMatch, reverse

from anning.journal.labels import model_of, noun_label
from anning.ui.records import register


def subject_url(subject: str) -> str:
    """Return the address of the subject's record page; "" where it has none."""
    noun, _colon, key = subject.partition(":")
    model = model_of(noun)
    found = register.of_model(model) if model else None
    try:
        return reverse("records:detail", args=(found.name, key)) if found and key.isdigit() else ""
    except NoReverseMatch:
        return ""


def subject_title(subject: str) -> str:
    """Return what screens call the subject without reading it: noun and number."""
    noun, _colon, key = subject.partition(":")
    return f"{noun_label(noun)} {key}".strip()
