from django.urls import path

from anning.ui.attachments import views

app_name = "attachments"
urlpatterns = [
    path("r/<slug:register>/<slug:key>/attachments/add/", views.add_page, name="add"),
    path("r/<slug:register>/<slug:key>/attachments/<slug:attachment>/", views.take_file, name="file"),
    path("r/<slug:register>/<slug:key>/attachments/<slug:attachment>/small/", views.small_picture, name="small"),
    path("r/<slug:register>/<slug:key>/attachments/<slug:attachment>/remove/", views.remove_page, name="remove"),
]
