"""What the person decides about a file: coordinate system, which attribute names, what kind the features are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.kernel.errors import Refused
from anning.kernel.geo import Datum
from anning.registry.shapes.features import Drawing
from anning.ui.records.register import Register

SYSTEMS = (
    (Datum.WGS84, gettext_lazy("WGS-84（GPS、北斗、OpenStreetMap）")),
    (Datum.CGCS2000, gettext_lazy("CGCS2000（天地图、自然资源、测绘）")),
    (Datum.GCJ02, gettext_lazy("GCJ-02（高德、腾讯）")),
    (Datum.BD09, gettext_lazy("BD-09（百度）")),
)
USUAL_NAMES = ("名称", "name", "NAME", "Name", "名字", "MC", "mc", "title")  # as makers of maps call it
BY_ATTRIBUTE = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The decisions; ``kind`` is one of the register's kinds, or empty when the file's attribute says it."""

    datum: Datum
    name_from: str
    kind: str = BY_ATTRIBUTE
    name_otherwise: str = ""  # for features without a name
    area: str = ""  # code of the area for features whose own is not known

    @classmethod
    def of(cls, given: Mapping[str, Any], drawing: Drawing) -> "Options":
        """Return what a form says. Raises Refused for a coordinate system that was not chosen: it is never guessed."""
        try:
            datum = Datum(given.get("datum", ""))
        except ValueError:
            raise Refused(_("没有选择坐标系"), _("请问明数据的来源后选择；选错会偏几百米")) from None
        name = str(given.get("name_from", ""))
        if name and name not in drawing.names:
            raise Refused(_("文件里没有属性“%s”") % name[:30], _("请重新选择名称所在的属性"))
        return cls(
            datum,
            name,
            str(given.get("kind", ""))[:20],
            str(given.get("name_otherwise", "")).strip()[:80],
            str(given.get("area", "")).strip()[:12],
        )

    def as_query(self) -> dict[str, str]:
        """Return the decisions as they travel in an address."""
        return {
            "datum": self.datum.value,
            "name_from": self.name_from,
            "kind": self.kind,
            "name_otherwise": self.name_otherwise,
            "area": self.area,
        }


def likely_name(drawing: Drawing) -> str:
    """Return the attribute that most likely names the features, "" when none does."""
    return next((name for name in USUAL_NAMES if name in drawing.names), "")


def kinds_of(register: Register) -> list[tuple[str, str]]:
    """Return the kinds that the register knows, (value, label)."""
    names = {f.name for f in register.options.get_fields()}
    return [(str(v), str(label)) for v, label in register.field("kind").flatchoices] if "kind" in names else []


def most_vertices() -> int:
    """How many vertices one geometry may have before a simpler form is offered."""
    return int(settings.SHAPE_VERTICES)


def largest_file() -> int:
    """How many bytes a file may have."""
    return int(settings.SHAPE_MB) * 1024 * 1024
