from django.urls import path

from anning.monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("devices/<int:device_id>/moves/<slug:move>", views.device_move, name="device_move"),
    path("devices/<int:device_id>/keys", views.device_key, name="device_key"),
    path("device-keys/<int:key_id>/end", views.device_key_end, name="device_key_end"),
    path("limits/<int:version_id>/moves/<slug:move>", views.limits_move, name="limits_move"),
    path("limits/<int:version_id>/trial", views.limits_trial, name="limits_trial"),
    path("rules/<int:rule_id>/moves/<slug:move>", views.rule_move, name="rule_move"),
    path("windows/<int:window_id>/moves/<slug:move>", views.window_move, name="window_move"),
]
