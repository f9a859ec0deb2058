from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "anning.live"
    verbose_name = "日志与实时"
