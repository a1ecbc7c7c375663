"""Compiles the translations."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from salesorg.translations.catalogues import compile_catalogues


class Command(BaseCommand):
    help = "Compile the catalogues in locale/ into the state directory, without GNU gettext."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile all of them."""
        compile_catalogues(settings.BASE_DIR / "locale", Path(settings.LOCALE_PATHS[0]))
