from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "anning.office"
    verbose_name = "综合办"
