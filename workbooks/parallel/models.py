"""What the old payroll paid: kept as uploaded, compared with payslips whenever somebody looks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from access.models import User
from periods.fields import Money, MonthField, first_of_month
from periods.undoing import stands_on_input
from rulebook.wording import month_text
from staff.models import Employee

PARTS = ("base_pay", "commission", "assist", "brought", "adjustment", "support_bonus")
"""The parts of pay that an old payroll may tell beside the gross; named as on the payslip."""


class ParallelRun(models.Model):
    """A workbook of what the old payroll paid for a month."""

    month = MonthField(_("month"))
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum"), max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))

    class Meta:
        verbose_name = _("parallel run")
        verbose_name_plural = _("parallel runs")
        ordering = ["-month", "-uploaded_at"]
        constraints = [first_of_month("month", "parallel_run_month_is_first")]

    def __str__(self) -> str:
        return f"{month_text(self.month)} · {self.file_name}"


@stands_on_input
class ParallelLine(models.Model):
    """What the old payroll paid one person (CNY); a part that the workbook doesn't tell is null."""

    run = models.ForeignKey(ParallelRun, models.CASCADE, related_name="lines", verbose_name=_("parallel run"))
    number = models.CharField(_("staff number"), max_length=32)
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("employee")
    )
    gross = Money(_("gross pay"))
    base_pay = Money(_("base pay"), null=True, blank=True)
    commission = Money(_("commission"), null=True, blank=True)
    assist = Money(_("assist commission"), null=True, blank=True)
    brought = Money(_("deficit brought forward"), null=True, blank=True)
    adjustment = Money(_("adjustment"), null=True, blank=True)
    support_bonus = Money(_("support bonus"), null=True, blank=True)

    class Meta:
        verbose_name = _("old pay of a person")
        verbose_name_plural = _("old pay of people")
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_parallel_line_a_person")]

    def __str__(self) -> str:
        return f"{self.number} {self.run.month}"
