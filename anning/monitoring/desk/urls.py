from django.urls import path

from anning.monitoring.desk import evidence, families, points, trends, vehicles, views

app_name = "desk"
urlpatterns = [
    path("", views.queue_page, name="queue"),
    path("alarm/<int:alarm_id>/", views.alarm_page, name="alarm"),
    path("alarm/<int:alarm_id>/evidence", evidence.package, name="evidence"),
    path("alarm/<int:alarm_id>/<str:move>", views.deed_page, name="deed"),
    path("vehicles/", vehicles.page, name="vehicles"),
    path("vehicles/<int:device_id>/", vehicles.track_page, name="track"),
    path("vehicles/<int:device_id>/data", vehicles.track_data, name="track_data"),
    path("fire/", families.fire, name="fire"),
    path("water/", families.water, name="water"),
    path("points/", points.wall, name="points"),
    path("trend/<int:point_id>/", trends.page, name="trend"),
    path("trend/<int:point_id>/data", trends.data, name="trend_data"),
    path("trend/<int:point_id>/export", trends.export, name="trend_export"),
]
