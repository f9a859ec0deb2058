from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext

from anning.kernel import words


class UiConfig(AppConfig):
    name = "anning.ui"
    verbose_name = "界面"

    def ready(self) -> None:
        """Translate the kernel's words; let rooms declare registers and what they show on others' pages."""
        from anning.journal.labels import address_by
        from anning.ui import subjects
        from anning.ui.records.register import autodiscover

        address_by(subjects.address)
        words.translate_by(gettext)
        autodiscover()
        autodiscover_modules("panels")
        from anning.ui.attachments import erasing, panels  # noqa: F401
