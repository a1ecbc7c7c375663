"""Brings the catalogues up to date with the code."""

from typing import Any

from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management.base import BaseCommand

from salesorg.translations.catalogues import LOCALE, PACKAGES, PROJECT, problems, read_catalogue, write_catalogue
from salesorg.translations.extraction import package_messages, project_messages


class Command(BaseCommand):
    help = "Add new messages to the catalogues, drop those no longer used, and list what wants translating."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew both catalogues."""
        self._update(PROJECT, project_messages())
        self._update(PACKAGES, package_messages())

    def _update(self, name: str, wanted: Catalog) -> None:
        path = settings.BASE_DIR / "locale" / LOCALE / "LC_MESSAGES" / name
        catalogue = read_catalogue(path)
        catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
        write_catalogue(path, catalogue)
        for problem in problems(catalogue, wanted):
            self.stdout.write(problem)
