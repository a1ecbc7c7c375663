from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from access.discovery import discover


class MonthendConfig(AppConfig):
    name = "monthend"
    verbose_name = _("Month end")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let higher apps offer what belongs on a month's page, each in its offers.py."""
        discover("offers")
