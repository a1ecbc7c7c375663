from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import CONSOLE
from monthend.checks import CloseRefused
from monthend.close import close_month
from monthend.report import CloseReport, agreement
from rulebook.month import Month
from rulebook.selectors import plan_version_at
from rulebook.wording import amount_text
from staff.models import RankAssessment


class Command(BaseCommand):
    """Compute a month and, with --lock, lock it."""

    help = "Compute a month; with --lock, lock it when nothing blocks the lock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--lock", action="store_true", help="lock the month")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.parse(options["month"])
        except ValueError as error:
            raise CommandError(_("“%(value)s” is not a month (YYYY-MM).") % {"value": options["month"]}) from error
        try:
            report = close_month(month, lock=options["lock"], today=timezone.localdate(), by=CONSOLE)
        except CloseRefused as error:
            raise CommandError("\n".join(error.reasons)) from error
        for line in describe(report):
            self.stdout.write(line)
        if options["lock"] and not report.is_locked:
            raise CommandError(_("%(month)s is computed but not locked; see what blocks it above.") % {"month": month})


def describe(report: CloseReport) -> list[str]:
    """A closing's report as lines of text."""
    lines = [
        (_("%(month)s locked") if report.is_locked else _("%(month)s computed, not locked")) % {"month": report.month},
        _("Plan version %(version)s · %(people)d people · %(lines)d commission lines")
        % {"version": report.plan_version, "people": report.people, "lines": report.lines},
        _("Credited sales %(sales)s, of which credited to nobody %(uncredited)s")
        % {"sales": amount_text(report.sales), "uncredited": amount_text(report.uncredited)},
        _("Gross pay %(gross)s = base pay %(base_pay)s + commission %(variable)s + support bonus %(support_bonus)s")
        % {
            "gross": amount_text(report.sums["gross"]),
            "base_pay": amount_text(report.sums["base_pay"]),
            "variable": amount_text(report.sums["gross"] - report.sums["base_pay"] - report.sums["support_bonus"]),
            "support_bonus": amount_text(report.sums["support_bonus"]),
        },
    ]
    lines += _rank_changes(report)
    posted = report.claims.get("posted", 0)
    lines.append(
        _("Fund claims: %(posted)d posted, %(rejected)d rejected")
        % {"posted": posted, "rejected": sum(report.claims.values()) - posted}
    )
    lines += [
        _("Note: the support bonus weight of %(person)s is not used: not in support in this month.")
        % {"person": row.employee}
        for row in report.unused_weights
    ]
    lines += [_("Note: %(sentence)s") % {"sentence": missing.text} for missing in report.without_weight]
    if report.verification is not None and report.verification.agrees:
        lines.append(agreement(report.verification.people, report.verification.seconds or Decimal(0)))
    if report.link:
        lines.append(_("Chain code %(code)s") % {"code": report.link})
    lines += [_("Blocks the lock: %(reason)s") % {"reason": reason} for reason in report.blockers]
    return lines


def _rank_changes(report: CloseReport) -> list[str]:
    plan = plan_version_at(report.month).plan
    outcomes = RankAssessment.Outcome
    return [
        _("Rank: %(person)s %(outcome)s, %(rank)s → %(next_rank)s")
        % {
            "person": row.employee,
            "outcome": outcomes(row.outcome).label,
            "rank": plan.rank(row.rank).name,
            "next_rank": plan.rank(row.next_rank).name,
        }
        for row in report.rank_changes
    ]
