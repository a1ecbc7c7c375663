from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompensationConfig(AppConfig):
    name = "compensation"
    verbose_name = _("Compensation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let clients' histories and the bank's statements know of the closers and amounts that were corrected."""
        import_module("compensation.corrections.selectors")
