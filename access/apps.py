from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from access.discovery import AGREED_NAMES, discover


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = _("Access")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register what it tells the others."""
        discover(*AGREED_NAMES)
