from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = _("Access")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register who reaches and may do what, what waits for whom, what is tracked and found, what
        surrounds what pages write."""
        autodiscover_modules("reach", "rights", "waiting", "tracked", "finding", "posting")
