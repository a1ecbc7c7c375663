"""Takes a workbook in."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import override

from access.actor import CONSOLE
from workbooks.company.importing import ImportOutcome, import_workbook
from workbooks.company.report import as_json, as_text
from workbooks.problems import Problem
from workbooks.xlsx.package import MAX_FILE_BYTES


class Command(BaseCommand):
    requires_system_checks = ()  # they read every page of the site, which an import needs none of
    help = "Import a workbook (.xlsx): all of it, or with any error nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and how to go about it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check the workbook, write nothing")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="how to print the outcome")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, print what was done or what is wrong; exit with 1 on errors."""
        with override(settings.LANGUAGE_CODE):
            outcome = _import(options["file"], dry_run=options["dry_run"])
            self.stdout.write(as_json(outcome) if options["format"] == "json" else as_text(outcome))
        if outcome.errors:
            sys.exit(1)


def _import(path: Path, *, dry_run: bool) -> ImportOutcome:
    """Import a file; one that can't be read is told like any other mistake."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = _("“%(file)s” can't be read: %(reason)s") % {"file": path, "reason": error.strerror}
        return ImportOutcome(is_dry_run=dry_run, errors=[Problem(None, None, None, None, reason)])
    return import_workbook(data, file_name=path.name, by=CONSOLE, dry_run=dry_run)
