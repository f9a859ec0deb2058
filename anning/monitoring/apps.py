from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "anning.monitoring"
    verbose_name = _("监测")

    def ready(self) -> None:
        """Declare the books and duties of the daily round, and what the desk shows elsewhere."""
        from anning.monitoring.desk import panels  # noqa: F401
        from anning.monitoring.rounds import books, duties  # noqa: F401
