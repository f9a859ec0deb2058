"""The registry's head in the left rail, under which its registers open."""

from django.utils.translation import gettext_lazy as _

from anning.ui.registries import NavGroup, NavItem, Text, nav_groups

GROUP = nav_groups.add("registry", NavGroup("registry", _("底册"), "database", 22))


def entry(name: str, title: Text, icon: str, model: str, position: int) -> NavItem:
    """Return the rail entry of one register."""
    permission = f"registry.view_{model}"
    return NavItem(
        name, title, "records:list", icon, permission, position=position, url_args=(name,), parent=GROUP.name
    )
