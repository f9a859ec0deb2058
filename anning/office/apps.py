from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "anning.office"
    verbose_name = _("法规协议和通讯录")
