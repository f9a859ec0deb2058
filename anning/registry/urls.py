from django.urls import include, path

urlpatterns = [
    path("", include("anning.registry.views.urls")),
    path("", include("anning.registry.atlas.urls")),
    path("", include("anning.registry.shapes.urls")),
    path("", include("anning.registry.setup.urls")),
]
