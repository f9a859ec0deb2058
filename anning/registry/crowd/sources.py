"""The tables whose positions are asked about, and the stamp that says when they changed."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anning.accounts.models import Area, Organisation
from anning.registry.models import Enterprise, Facility, Household, Radio, ReportPoint, Site

OWNERS = ("area__code", "organisation__path")


@dataclass(frozen=True, slots=True)
class Source:
    """One register of places: ``name`` is the register's, ``split`` the choice by which it is counted."""

    name: str
    model: Any
    label: str | Promise
    split: str = ""
    numbers: tuple[str, ...] = ()

    @property
    def permission(self) -> str:
        """What one needs to be told of single rows."""
        return f"registry.view_{self.model._meta.model_name}"

    def kinds(self) -> dict[str, str]:
        """Return what is counted apart (``sites.school``) with its name on screen."""
        if not self.split:
            return {self.name: str(self.label)}
        choices = self.model._meta.get_field(self.split).choices
        return {f"{self.name}.{value}": str(label) for value, label in choices}

    def kind_named(self, value: Any) -> str:
        """Return the kind of a row whose split has this value."""
        return f"{self.name}.{value}" if self.split else self.name

    def stamp(self) -> tuple[Any, ...]:
        """Return what differs after every change of the rows, and of the areas and units that they belong to."""
        asked = (Count("*"), Max("changed_at"), Sum("version"))  # one by one: each has its quick way along an index
        return tuple(
            model.all_objects.aggregate(answer=one)["answer"]
            for model in (self.model, Area, Organisation)
            for one in asked
        )

    def rows(self) -> list[tuple[Any, ...]]:
        """Return key, longitude, latitude, area code, organisation path, kind and numbers of every row.

        Rows without a position come last.
        """
        columns = ("pk", "longitude", "latitude", *OWNERS, self.split or "pk", *self.numbers)
        found = self.model.objects.order_by(F("longitude").asc(nulls_last=True), "pk")
        return list(found.values_list(*columns))


HOUSEHOLDS = Source("households", Household, _("住户"), numbers=("people", "key_people"))
PLACES = (
    Source("sites", Site, _("重点场所"), split="kind", numbers=("people",)),
    Source("enterprises", Enterprise, _("企业"), split="industry"),
    Source("facilities", Facility, _("设施"), split="kind"),
    Source("report-points", ReportPoint, _("信息报告点")),
    Source("radios", Radio, _("应急通信设备")),
)
