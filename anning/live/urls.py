from django.urls import path

from anning.live import views

app_name = "live"
urlpatterns = [
    path("journal/", views.entry_list, name="entry_list"),
    path("journal/verify", views.verification, name="verification"),
    path("journal/heads/", views.head_list, name="head_list"),
    path("journal/heads/sign", views.head_sign, name="head_sign"),
    path("journal/heads/<int:head_id>", views.head_detail, name="head_detail"),
    path("journal/heads/<int:head_id>.json", views.head_download, name="head_download"),
    path("journal/entries/<slug:uid>", views.entry_detail, name="entry_detail"),
    path("live/poll", views.poll, name="poll"),
]
