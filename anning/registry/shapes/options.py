"""What the person decides about a file: coordinate system, which attribute names, what kind the features are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.kernel.errors import Refused
from anning.kernel.geo import Datum
from anning.registry.shapes.checking import System
from anning.registry.shapes.features import Drawing
from anning.ui.records.register import Register

SYSTEMS = (
    (Datum.WGS84, gettext_lazy("WGS-84（GPS、北斗、OpenStreetMap）")),
    (Datum.CGCS2000, gettext_lazy("CGCS2000（天地图、自然资源、测绘）")),
    (Datum.GCJ02, gettext_lazy("GCJ-02（高德、腾讯）")),
    (Datum.BD09, gettext_lazy("BD-09（百度）")),
    ("GK", gettext_lazy("CGCS2000 高斯-克吕格投影（米）")),
)
PROJECTED = "GK"
CENTRAL = re.compile(r'PARAMETER\["central_meridian",\s*([\d.]+)\]', re.IGNORECASE)  # as a .prj writes it
USUAL_NAMES = ("名称", "name", "NAME", "Name", "名字", "MC", "mc", "title")  # as makers of maps call it
BY_ATTRIBUTE = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The decisions; ``kind`` is one of the register's kinds, or empty when the file's attribute says it."""

    system: System
    name_from: str
    kind: str = BY_ATTRIBUTE
    name_otherwise: str = ""  # for features without a name
    area: str = ""  # code of the area for features whose own is not known

    @classmethod
    def of(cls, given: Mapping[str, Any], drawing: Drawing) -> "Options":
        """Return what a form says. Raises Refused for a coordinate system that was not chosen: it is never guessed."""
        system = _system(given, drawing)
        name = str(given.get("name_from", ""))
        if name and name not in drawing.names:
            raise Refused(_("文件里没有属性“%s”") % name[:30], _("请重新选择名称所在的属性"))
        return cls(
            system,
            name,
            str(given.get("kind", ""))[:20],
            str(given.get("name_otherwise", "")).strip()[:80],
            str(given.get("area", "")).strip()[:12],
        )

    @property
    def datum(self) -> str:
        """The coordinate system, as it is chosen and noted."""
        return PROJECTED if self.system.is_projected else self.system.datum.value

    def as_query(self) -> dict[str, str]:
        """Return the decisions as they travel in an address."""
        return {
            "datum": self.datum,
            "meridian": f"{self.system.meridian:g}" if self.system.meridian is not None else "",
            "name_from": self.name_from,
            "kind": self.kind,
            "name_otherwise": self.name_otherwise,
            "area": self.area,
        }


def _system(given: Mapping[str, Any], drawing: Drawing) -> System:
    chosen = given.get("datum", "")
    if chosen == PROJECTED:
        written = str(given.get("meridian", "")).strip()
        found = CENTRAL.search(drawing.system)
        try:
            meridian = float(written) if written else float(found[1]) if found else None
        except ValueError:
            raise Refused(_("中央经线“%s”不是数字") % written[:10], _("请填写度数，例如 117")) from None
        return System(Datum.CGCS2000, is_projected=True, meridian=meridian)
    try:
        return System(Datum(chosen))
    except ValueError:
        raise Refused(_("没有选择坐标系"), _("请问明数据的来源后选择；选错会偏几百米")) from None


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
