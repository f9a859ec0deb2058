from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "anning.demo"
    verbose_name = "演示"
