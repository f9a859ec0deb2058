from django.urls import path

from anning.ops import views

app_name = "ops"
urlpatterns = [
    path("health", views.health, name="health"),
    path("metrics", views.numbers, name="metrics"),
    path("ops/state/", views.state, name="state"),
]
