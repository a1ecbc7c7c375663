import datetime as dt
from collections.abc import Mapping
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.acting import acting
from access.actions_second_factor import secret_of
from access.actor import CONSOLE, Actor
from access.models import Change, User
from clients.models import Receipt
from compensation.actions_corrections import WrongAmount, effect_of, make_correction
from compensation.models import Payslip
from monthend.close import close_month
from periods.models import Period
from periods.selectors import is_locked
from rulebook.actions_drafts import change_draft, digest, start_draft
from rulebook.month import Month
from rulebook.plan_document import with_values
from rulebook.selectors import plan_version_at
from rulebook.wording import amount_text
from salesorg import demo
from salesorg.demo.accounts import ACCOUNTS, make_accounts
from salesorg.demo.awards import recommend_people
from salesorg.demo.bank import reconcile_august
from salesorg.demo.pool import fill_pool
from salesorg.demo.protection import protect_clients
from staff.actions import save_minimum_wage
from staff.actions_ranks import decide_rank
from staff.actions_reviews import Given, decide_review, record_step
from staff.models import Branch, MinimumWage, RankAssessment, Review
from staff.rank_decisions import Wanted
from staff.rank_effects import effect_of as effect_of_rank

COMPANY = Path(demo.__file__).parent / "company.xlsx"
LOCKED = [Month(2011, number) for number in range(4, 9)]
OPEN = Month(2011, 9)
MINIMUM_WAGES = {
    "B01": ("北京", dt.date(2011, 1, 1), Decimal("1160.00")),
    "B02": ("上海", dt.date(2011, 4, 1), Decimal("1280.00")),
    "B03": ("深圳", dt.date(2011, 4, 1), Decimal("1320.00")),
}


class Command(BaseCommand):
    """Make the demo company: import it, lock its first five months, correct the last of them, compute the sixth, write
    the payroll workbook."""

    help = "Make the demo company and print its months, its payroll workbook and its log-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("import_workbook", str(COMPANY), stdout=self.stdout)
        passwords = make_accounts()
        self._close_months()
        with self._acting_as("director"):
            fill_pool()
        self._print_months()
        self._export()
        self._print_accounts(passwords)

    def _close_months(self) -> None:
        today = timezone.localdate()
        for month in LOCKED:
            if not is_locked(month):
                close_month(month, lock=True, today=today, by=CONSOLE)
        if not Period.objects.filter(month=OPEN).exists():
            with self._acting_as("hr"):
                self._correct_august()
                self._enter_minimum_wages()
                protect_clients(today)
            close_month(OPEN, lock=False, today=today, by=CONSOLE)
            with self._acting_as("director"):
                self._draft_a_plan()
            with self._acting_as("hr"):
                self._review_somebody(today)
                recommend_people(OPEN, today)
                self._give_a_rank()
            with self._acting_as("finance"):
                reconcile_august()

    def _acting_as(self, name: str) -> AbstractContextManager[None]:
        """What the demo's people did by hand is kept as theirs."""
        return acting(Actor(User.objects.get(username=name)), Change.Source.PAGE)

    def _correct_august(self) -> None:
        """What the demo's salesperson sees of a correction: a receipt of the last locked month was read wrongly."""
        wanted = WrongAmount(Receipt.objects.get(number="R0000218"), Decimal("12000.00"))
        reason = _("According to the bank's statement 12,000.00 arrived, not 10,000.00.")
        by = Actor(User.objects.get(username="hr"))
        make_correction(wanted, reason=reason, shown=effect_of(wanted).digest, by=by)

    def _enter_minimum_wages(self) -> None:
        """What the branches' cities asked for in 2011; Shenzhen's lies above the plan's lowest threshold wages."""
        for code, (city, start, amount) in MINIMUM_WAGES.items():
            wage = MinimumWage(
                branch=Branch.objects.get(code=code),
                city=city,
                effective_from=start,
                amount=amount,
                source=_("Notice of the city's bureau of human resources and social security"),
            )
            save_minimum_wage(wage, by=CONSOLE)

    def _draft_a_plan(self) -> None:
        """The director suggests threshold wages that reach Shenzhen's minimum wage."""
        by, month = Actor(User.objects.get(username="director")), OPEN + 1
        draft = start_draft(plan_version_at(month), month=month, by=by)
        raised = {f"ranks.levels[{level}].threshold_wage": "1320.00" for level in (0, 1)}
        change_draft(draft, with_values(draft.text, raised), seen=digest(draft), free_from=month, by=by)

    def _review_somebody(self, today: dt.date) -> None:
        """HR has talked to somebody on the threshold wage, and decided; the second signature is waited for."""
        by = Actor(User.objects.get(username="hr"))
        review = Review.objects.filter(kind=Review.Kind.DISMISSAL, last_month=OPEN).order_by("employee").first()
        if review is None:
            return
        talk = _("Talked through the last months' clients; the branch offers to go along on visits.")
        record_step(review, kind="talk", date=OPEN.last, words=talk, today=today, by=by)
        reason = _("New in the district and improving: trained for a month, then looked at again.")
        decide_review(review, Given(Review.Decision.TRAIN, reason), today=today, by=by)

    def _give_a_rank(self) -> None:
        """HR wants to raise somebody from the next month on; the second signature is waited for."""
        by = Actor(User.objects.get(username="hr"))
        kept = RankAssessment.objects.filter(month=OPEN, rank="GW", outcome=RankAssessment.Outcome.KEPT)
        person = kept.select_related("employee").order_by("-sales", "employee__number")[0].employee
        reason, document = (
            _("Won the competition for team leader of the new district."),
            _("Personnel circular 2011-17"),
        )
        wanted = Wanted(person, OPEN + 1, "GJ", reason, document)
        decide_rank(wanted, shown=effect_of_rank(wanted).digest, by=by)

    def _print_months(self) -> None:
        periods = {period.month: period for period in Period.objects.all()}
        rows = Payslip.objects.order_by("month").values_list("month").annotate(Count("pk"), Sum("sales"), Sum("gross"))
        for month, people, sales, gross in rows:
            self.stdout.write(
                _("%(month)s  %(state)s  %(people)d people  own sales %(sales)s  gross pay %(gross)s")
                % {
                    "month": month,
                    "state": periods[month].get_state_display(),
                    "people": people,
                    "sales": f"{amount_text(sales):>14}",
                    "gross": f"{amount_text(gross):>12}",
                }
            )

    def _export(self) -> None:
        month = LOCKED[-1]
        path = Path(settings.STATE_DIR) / f"payroll-{month}.xlsx"
        call_command("export_payroll", str(month), f"--output={path}", stdout=self.stdout)

    def _print_accounts(self, passwords: Mapping[str, str]) -> None:
        self.stdout.write(_("Log-ins (user name, password, role):"))
        for account in ACCOUNTS:
            role = User.Role(account.role).label
            self.stdout.write(f"  {account.username:<10} {passwords[account.username]}  {role}")
        self.stdout.write(_("Second factors (user name, key for an authenticator app):"))
        for device in TOTPDevice.objects.filter(user__username__in=passwords, confirmed=True).order_by("pk"):
            self.stdout.write(f"  {device.user.username:<10} {secret_of(device)}")
        self.stdout.write(_("The code that one shows now: bin/manage second_factor hr"))
