from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from periods.converters import MonthConverter


class PeriodsConfig(AppConfig):
    name = "periods"
    verbose_name = _("Months")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let addresses hold `<month:…>`."""
        register_converter(MonthConverter, "month")
