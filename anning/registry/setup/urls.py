from django.urls import path

from anning.registry.setup import views

app_name = "setup"
urlpatterns = [
    path("setup/", views.wizard, name="wizard"),
    path("setup/district/", views.district_page, name="district"),
    path("setup/areas/", views.areas_page, name="areas"),
    path("setup/areas/template/", views.areas_template, name="areas_template"),
    path("setup/areas/<int:batch>/", views.areas_batch_page, name="areas_batch"),
    path("setup/units/", views.make_units, name="units"),
    path("setup/completeness/", views.completeness_page, name="completeness"),
    path("setup/completeness.xlsx", views.completeness_file, name="completeness_file"),
    path("setup/readiness/", views.readiness_page, name="readiness"),
]
