from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewaysConfig(AppConfig):
    name = "anning.gateways"
    verbose_name = _("设备接入")

    def ready(self) -> None:
        from anning.gateways.doors import register_doors

        register_doors()
