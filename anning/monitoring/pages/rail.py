"""The head of monitoring in the left rail, under which its registers open."""

from django.utils.translation import gettext_lazy as _

from anning.ui.registries import NavGroup, NavItem, Text, nav_groups

GROUP = nav_groups.add("monitoring", NavGroup("monitoring", _("监测"), "activity", 24))


def entry(name: str, title: Text, icon: str, model: str, position: int) -> NavItem:
    """Return the rail entry of one register."""
    permission = f"monitoring.view_{model}"
    return NavItem(
        name, title, "records:list", icon, permission, position=position, url_args=(name,), parent=GROUP.name
    )
