import time
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from monthend.models import MonthRun
from monthend.report import agreement
from monthend.verify.actions import VERIFIABLE
from monthend.verify.month import verify_month
from rulebook.month import Month


class Command(BaseCommand):
    """Recompute a computed or locked month a second, plain way, and tell every difference from what is stored."""

    help = "Recompute a month from its inputs by a second implementation; tell every difference from the stored rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="YYYY-MM")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.parse(options["month"])
        except ValueError as error:
            raise CommandError(_("“%(value)s” is not a month (YYYY-MM).") % {"value": options["month"]}) from error
        run = MonthRun.objects.filter(month=month, state__in=VERIFIABLE).first()
        if run is None:
            raise CommandError(_("%(month)s is not computed, or not any more: compute it first.") % {"month": month})
        started = time.monotonic()
        outcome = verify_month(month, kept_seal=run.seal, tell=self.stdout.write)
        seconds = Decimal(f"{time.monotonic() - started:.2f}")
        if outcome.differences:
            raise CommandError(
                _("%(month)s differs in %(count)d places: %(people)d people, %(seconds)s s")
                % {"month": month, "count": outcome.differences, "people": outcome.people, "seconds": seconds}
            )
        self.stdout.write(agreement(outcome.people, seconds))
        self.stdout.write(_("Seal: %(seal)s") % {"seal": outcome.seal})
