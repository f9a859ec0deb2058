"""What the templates of record pages need: the table, badges, lines of facts, dressed inputs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from anning.accounts.web import actor_of
from anning.ui.records import fields, tables
from anning.ui.records.papers import Cell, lines_of
from anning.ui.records.register import Register

register = template.Library()
WIDE = 100  # characters; a longer field takes the whole width


@register.simple_tag(takes_context=True)
def register_table(context: Any, listing: Any, may: Mapping[str, bool]) -> SafeString:
    """Draw the table of a list with its ticks and actions."""
    table = listing.table
    facts = {"table": table, "listing": listing, "register": listing.register, "may": may}
    return render_to_string(
        table.template_name, facts | {"lines": tables.lines_of(listing.register, table)}, context["request"]
    )


@register.simple_tag
def state_badge(declared: Register, row: Any) -> str | SafeString:
    """Draw the state of a record as a word in a frame."""
    value = str(getattr(row, declared.chips, ""))
    return tables.badge(declared, value, fields.text_of(declared, row, declared.chips))


@register.simple_tag
def fact_rows(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Return the facts two on a line, a long one alone."""
    return lines_of(cells)


@register.simple_tag(takes_context=True)
def map_ground(context: Any) -> str:
    """Return the address of what a map stands on, "" for whom there is no map."""
    if not actor_of(context["request"]).may("registry.view_map"):
        return ""
    try:
        return reverse("atlas:ground")
    except NoReverseMatch:
        return ""  # a house without that room


@register.filter
def is_wide(field: forms.BoundField) -> bool:
    """Whether a field takes the whole width of the form."""
    return isinstance(field.field.widget, forms.Textarea) or (getattr(field.field, "max_length", 0) or 0) > WIDE


@register.filter
def dressed(field: forms.BoundField) -> SafeString:
    """Draw an input in the house's style, tied to its help and its errors."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    else:
        css = "form-select" if isinstance(widget, forms.Select) else "form-control"
    said = [f"{field.auto_id}_helptext"] if field.help_text else []
    attrs: dict[str, Any] = {"class": css}
    if field.errors:
        attrs |= {"class": f"{css} is-invalid", "aria-invalid": "true"}
        said.append(f"{field.auto_id}_error")
    if said:
        attrs["aria-describedby"] = " ".join(said)
    return field.as_widget(attrs=attrs)
