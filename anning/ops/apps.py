from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpsConfig(AppConfig):
    name = "anning.ops"
    verbose_name = _("运行维护")

    def ready(self) -> None:
        """Register the checks."""
        from anning.ops import checks  # noqa: F401
