from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "anning.journal"
    verbose_name = _("日志")

    def ready(self) -> None:
        """Find what listens to the journal and what is looked at again and again, in every room."""
        autodiscover_modules("reactions", "duties")
