from django.urls import path

from anning.registry.atlas import inquiries, pictures, views, walls

app_name = "atlas"
urlpatterns = [
    path("map", views.map_page, name="map"),
    path("map/ground.geojson", views.ground_file, name="ground"),
    path("map/layers/<str:layer>.geojson", views.layer_file, name="layer"),
    path("map/search", views.search, name="search"),
    path("map/card/<str:layer>/<int:row_id>", views.card, name="card"),
    path("map/inside", inquiries.inside, name="inside"),
    path("map/inside/export", inquiries.inside_export, name="inside_export"),
    path("map/picture", pictures.picture, name="picture"),
    path("wall", walls.wall, name="wall"),
    path("wall/numbers", walls.numbers, name="wall_numbers"),
]
