from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext

from anning.kernel import words


class UiConfig(AppConfig):
    name = "anning.ui"
    verbose_name = "界面"

    def ready(self) -> None:
        """Translate the kernel's words; let every room declare its registers and what it shows on others' pages."""
        from anning.ui.records.register import autodiscover

        words.translate_by(gettext)
        autodiscover()
        autodiscover_modules("panels")
