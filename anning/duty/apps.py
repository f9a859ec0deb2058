from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "anning.duty"
    verbose_name = "值班"
