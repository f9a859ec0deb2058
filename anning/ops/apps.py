from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "anning.ops"
    verbose_name = "运行"
