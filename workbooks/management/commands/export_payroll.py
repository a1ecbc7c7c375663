"""Writes a month's payroll as an Excel workbook."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from access.history.downloads import write_private
from rulebook.month import Month
from rulebook.wording import amount_text
from workbooks.export.payroll import ExportError, export_payroll, writing


class Command(BaseCommand):
    help = "Write the payroll workbook of a computed or locked month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the month and the file."""
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE.xlsx")

    def handle(self, *args: Any, month: str, output: Path, **options: Any) -> None:
        """Export, then say what was written, and whether it is a draft."""
        try:
            with writing(output):
                exported = write_private(output, partial(export_payroll, _parse(month)))
        except ExportError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(month)s: payroll of %(people)d people, gross pay %(gross)s, written to %(path)s.")
            % {"month": month, "people": exported.people, "gross": amount_text(exported.gross), "path": output}
        )
        if exported.is_draft:
            self.stdout.write(_("This is a draft: the month is not locked, its figures may still change."))


def _parse(month: str) -> Month:
    try:
        return Month.parse(month)
    except ValueError as error:
        raise CommandError(_("“%(month)s” is not a month; write it as 2011-04.") % {"month": month}) from error
