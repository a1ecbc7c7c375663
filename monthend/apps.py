from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MonthendConfig(AppConfig):
    name = "monthend"
    verbose_name = _("Month end")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let higher apps offer what belongs on a month's page, each in its offers.py."""
        autodiscover_modules("offers")
