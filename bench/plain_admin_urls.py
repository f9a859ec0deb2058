"""The product's addresses, and the plain admin under /plain/."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path

from anning.office.models import Document
from anning.urls import urlpatterns as product


class OpenSite(admin.AdminSite):
    """An admin that asks for no permission: the product's users have none of Django's."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


class Documents(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "title", "kind", "state", "issuer", "in_force_on")
    list_filter = ("kind", "state")
    search_fields = ("code", "title", "initials")
    list_per_page = 20

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def _may(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_view_permission = has_change_permission = has_delete_permission = _may

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


site = OpenSite(name="admin")
site.register(Document, Documents)
urlpatterns = [path("plain/", site.urls), *product]
handler404 = "anning.ui.errors.not_found"
