from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JournalConfig(AppConfig):
    name = "anning.journal"
    verbose_name = "日志"

    def ready(self) -> None:
        """Find what listens to the journal and what is looked at again and again, in every room."""
        autodiscover_modules("reactions", "duties")
