from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    name = "anning.ui"
    verbose_name = "界面"

    def ready(self) -> None:
        """Let every room declare its registers and what it shows on others' pages."""
        from anning.ui.records.register import autodiscover

        autodiscover()
        autodiscover_modules("panels")
