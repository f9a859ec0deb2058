"""Names and numbers of residents in templates: never in full."""

from typing import Any

from django import template

from anning.ui.records.fields import mask

register = template.Library()


@register.filter
def masked(value: Any) -> str:
    """Return a value with its middle hidden."""
    return mask(value)
