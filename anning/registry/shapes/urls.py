from django.urls import path

from anning.registry.shapes import views

app_name = "shapes"
urlpatterns = [
    path("shapes/<slug:register>/", views.upload_page, name="upload"),
    path("shapes/<slug:register>/<int:batch>/", views.batch_page, name="batch"),
]
