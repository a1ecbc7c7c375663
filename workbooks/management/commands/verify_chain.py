"""Tells whether locked months were rewritten, and which."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from monthend.lock.selectors_chain import SHOWN_DIGITS, ChainCheck, Kept, check_chain
from rulebook.month import Month
from rulebook.wording import month_text
from workbooks.export.kept_codes import NothingKept, codes_in

_REWRITTEN, _CANNOT_TELL = 1, 2


class Command(BaseCommand):
    """Recompute the seals of all locked months and their chain; compare it with what left the database.

    Exit code 1: a month was rewritten. 2: what was given to compare with can't be read.
    """

    help = "Recompute every locked month's seal and the chain of seals; tell which month was rewritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be compared with."""
        parser.add_argument(
            "--against", nargs="+", type=Path, default=[], metavar="FILE",
            help="payroll workbooks of locked months, or log files, kept outside",
        )  # fmt: skip
        parser.add_argument("--head", action="append", default=[], metavar="CODE", help="a chain code, with --month")
        parser.add_argument("--month", action="append", default=[], metavar="YYYY-MM", help="the month of --head")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, tell each month and each finding, and say what is proven, or what to do."""
        try:
            kept = [*_typed(options["head"], options["month"])]
            for path in options["against"]:
                kept += codes_in(path)
        except NothingKept as error:
            raise CommandError(str(error), returncode=_CANNOT_TELL) from error
        check = check_chain(kept)
        for month, link in check.links.items():
            self.stdout.write(_("%(month)s: chain code %(code)s") % {"month": month, "code": link})
        for month in check.unknown:
            words = _("%(month)s was locked before there were seals: whether its rows are those of then can't be told.")
            self.stdout.write(words % {"month": month_text(month)})
        if check.findings:
            advice = " ".join([_what_to_do(), *_misread(options["head"])])
            raise CommandError("\n".join([*check.findings, advice]), returncode=_REWRITTEN)
        self.stdout.write(_conclusion(check))


def _typed(codes: list[str], months: list[str]) -> list[Kept]:
    if len(codes) != len(months):
        raise NothingKept(_("Give each --head its --month."))
    return [_typed_one(code, month) for code, month in zip(codes, months, strict=True)]


def _typed_one(code: str, text: str) -> Kept:
    try:
        month = Month.parse(text)
    except ValueError as error:
        raise NothingKept(_("“%(value)s” is not a month (YYYY-MM).") % {"value": text}) from error
    try:
        return Kept.typed(month, code, "--head")
    except ValueError as error:
        words = _("“%(value)s” is no chain code: at least its first %(digits)d digits (0-9, a-f) are needed.")
        raise NothingKept(words % {"value": code, "digits": SHOWN_DIGITS}) from error


def _misread(typed: list[str]) -> list[str]:
    """What comes before all that where codes were typed."""
    if not typed:
        return []
    return [
        _("Before that, compare the typed code with its source again, digit by digit: one wrong digit gives this, too.")
    ]


def _what_to_do() -> str:
    return _(
        "What to do: pay nothing by these months, change nothing, and keep a dump of the database as it is now."
        " Restore the last backup that agrees with the kept codes beside it, and compare (docs/operations.md)."
    )


def _conclusion(check: ChainCheck) -> str:
    if not check.links:
        return _("No month is locked.")
    last = max(check.links)
    if check.proven_until is None:
        return _(
            "All rows, seals and links agree with each other. That alone doesn't prove that the chain wasn't rewritten"
            " as a whole: compare it with what left the database,"
            " --against payroll.xlsx or --head CODE --month %(month)s."
        ) % {"month": last}
    proven = _("No month until %(month)s was rewritten since it was locked: the chain agrees with what was kept.") % {
        "month": month_text(check.proven_until)
    }
    if check.proven_until == last:
        return proven
    words = _("%(proven)s The months after it agree with each other alone: compare a later chain code, too.")
    return words % {"proven": proven}
