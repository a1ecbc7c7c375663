import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.accounts.actions_second_factor import secret_of
from access.models import User
from compensation.models import Payslip
from periods.models import Period
from rulebook.month import Month
from rulebook.wording import amount_text
from salesorg.demo.accounts import ACCOUNTS
from salesorg.demo.making import NotImported, make_demo
from workbooks.company.report import as_text


class Command(BaseCommand):
    """Make the demo company: import it, lock its first five months, correct the last of them, compute the sixth, write
    the payroll workbook."""

    help = "Make the demo company and print its months, its payroll workbook and its log-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = make_demo(timezone.localdate())
        except NotImported as refused:
            self.stdout.write(as_text(refused.outcome))
            sys.exit(1)
        if made.imported is not None:
            self.stdout.write(as_text(made.imported))
        self._print_months()
        self._export(made.months.last_locked)
        self._print_accounts(made.passwords)

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

    def _export(self, month: Month) -> None:
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
        self.stdout.write(_("Without the app, the code of now, of hr as of the others: bin/manage second_factor hr"))
