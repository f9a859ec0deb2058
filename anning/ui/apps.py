from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "anning.ui"
    verbose_name = "界面"
