"""All addresses. Each room brings its own; the roof only assembles."""

from django.urls import include, path

from anning.api import api

urlpatterns = [
    path("", include("anning.ui.urls")),
    path("", include("anning.ui.records.urls")),
    path("", include("anning.ui.attachments.urls")),
    path("", include("anning.accounts.urls")),
    path("", include("anning.live.urls")),
    path("", include("anning.office.urls")),
    path("", include("anning.registry.urls")),
    path("", include("anning.tasks.urls")),
    path("", include("anning.delivery.urls")),
    path("desk/", include("anning.monitoring.desk.urls")),
    path("rounds/", include("anning.monitoring.rounds.urls")),
    path("monitoring/", include("anning.monitoring.urls")),
    path("", include("anning.ops.urls")),
    path("api/", api.urls),
]
handler400 = "anning.ui.errors.bad_request"
handler403 = "anning.ui.errors.forbidden"
handler404 = "anning.ui.errors.not_found"
handler500 = "anning.ui.errors.server_error"
