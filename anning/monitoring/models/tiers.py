"""The tiers of alarms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.IntegerChoices):
    """Tiers of this platform, never numbered on screen: every bureau hears 一级 as the worst."""

    NOTICE = 1, _("提示")
    WARNING = 2, _("预警")
    ALARM = 3, _("报警")
