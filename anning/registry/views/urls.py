from django.urls import path

from anning.registry.views import erasure, evacuation

app_name = "registry"
urlpatterns = [
    path("evacuation/<int:list_id>/", evacuation.evacuation_page, name="evacuation"),
    path("evacuation/<int:list_id>/start", evacuation.evacuation_start, name="evacuation_start"),
    path("evacuation/<int:list_id>/mark", evacuation.evacuation_mark, name="evacuation_mark"),
    path("evacuation/<int:list_id>/close", evacuation.evacuation_close, name="evacuation_close"),
    path("evacuation/<int:list_id>/names", evacuation.evacuation_names, name="evacuation_names"),
    path("residents/<int:resident_id>/erase", erasure.resident_erase, name="resident_erase"),
    path("responsible/<int:person_id>/erase", erasure.responsible_erase, name="responsible_erase"),
]
