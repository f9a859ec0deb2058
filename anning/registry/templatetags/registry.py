"""Names of residents in templates, never in full; telephones that can be called at a touch."""

import re
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from anning.ui.records.fields import mask

register = template.Library()


@register.filter
def masked(value: Any) -> str:
    """Return a value with its middle hidden."""
    return mask(value)


@register.filter
def telephone(number: str) -> str | SafeString:
    """Return a telephone number as a link that dials it; what is no number stays text."""
    digits = re.sub(r"[^\d+]", "", number or "")
    return format_html('<a href="tel:{}">{}</a>', digits, number) if len(digits) >= 7 else number
