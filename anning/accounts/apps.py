from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "anning.accounts"
    verbose_name = _("机构人员和账号")

    def ready(self) -> None:
        """Let every room declare its permissions and say what it keeps of a person."""
        autodiscover_modules("permissions", "holders")
