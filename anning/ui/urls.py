from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog

from anning.ui import navigation, views
from anning.ui.assets import asset_url

app_name = "ui"
urlpatterns = [
    path("", views.home, name="home"),
    *(path(name, views.role_home, {"name": name}, name=f"home_{name}") for name in navigation.HOMES if name != "todo"),
    path("todo/home", views.role_home, {"name": "todo"}, name="home_todo"),
    path("no-role", views.no_role, name="no_role"),
    path("search", views.search, name="search"),
    path("search/answers", views.search_answers, name="search_answers"),
    path("names", views.name_answers, name="names"),
    path("bell", views.bell, name="bell"),
    path("counts", views.counts, name="counts"),
    path("words.js", login_not_required(cache_control(max_age=3600)(JavaScriptCatalog.as_view())), name="words"),
    path("help", views.help_index, name="help"),
    path("large-type", views.large_type, name="large_type"),
    path("language", views.language, name="language"),
    path("clock", views.server_clock, name="clock"),
    path("offline", views.offline, name="offline"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", login_not_required(RedirectView.as_view(url=asset_url("logo.svg"))), name="favicon"),
    path("sw.js", views.service_worker, name="service_worker"),
]
