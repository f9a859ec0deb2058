from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "anning.journal"
    verbose_name = "日志"
