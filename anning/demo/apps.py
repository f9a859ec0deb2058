from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "anning.demo"
    verbose_name = "演示"

    def ready(self) -> None:
        """Give the entry of the loading its words."""
        from django.utils.translation import gettext_lazy as _

        from anning.journal.labels import describe

        describe("demo.load", _("载入演示数据"))
