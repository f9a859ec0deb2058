"""What the map adds to every page: its entry on the rail, the small map of a record, its help."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from anning.journal.labels import NOUNS, describe
from anning.kernel.actor import Actor
from anning.registry.permissions import VIEW_MAP
from anning.ui.registries import HelpPage, NavItem, Panel, help_pages, nav_items, panels


def _spot(_actor: Actor, row: Any) -> dict[str, Any] | None:
    """Where the record lies, for what has a position."""
    east, north = getattr(row, "longitude", None), getattr(row, "latitude", None)
    if east is None or north is None:
        return None
    facts = {"at": [east, north], "shape": getattr(row, "shape", None)}
    return {"facts": facts, "longitude": f"{east:.5f}", "latitude": f"{north:.5f}"}


NOUNS["map"] = _("一张图")
describe("map.export", _("一张图 导出范围内清单"))
describe("map.print", _("一张图 出图"))
nav_items.add("map", NavItem("map", _("一张图"), "atlas:map", "map-2", VIEW_MAP, position=20))
panels.add("map.spot", Panel("spot", "*", _("位置"), "registry/atlas/_spot.html", _spot, VIEW_MAP, 80))
help_pages.add(
    "atlas",
    HelpPage(
        "atlas",
        _("一张图"),
        (
            _("左边选图层，中间看图，右边的清单与图同步；取消“只看视野内”列出选中图层的全部内容。不用地图也能办事。"),
            _("点图上的符号看卡片：详情、打电话、附近。输入名称或简拼可以在图上查找。"),
            _("“画面”“画圆”“沿线”画出范围，拖动顶点时右边即时显示人口、重点人员和敏感场所。"),
            _("范围可以外扩 500 米到 5 公里，结果可以导出 Excel。“量距”“量面积”只量不查。"),
            _("“标字”在图上写字，随图打印，不保存到台账。“出图”生成带标题、图例、比例尺的图片或 Word。"),
            _("底图为内部示意，不得对外公开。坐标为 WGS-84。断网后已载入的图层仍可查看。"),
        ),
        (
            ("← ↑ → ↓", _("移动地图")),
            ("+ −", _("缩放")),
            ("Enter", _("画图时在中心加点")),
            ("Backspace", _("撤销一点")),
            ("Delete", _("删除选中的顶点")),
            ("Esc", _("取消画图")),
        ),
        position=30,
    ),
)
