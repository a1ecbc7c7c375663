from typing import ClassVar

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compensation.awards.models import AwardDecision, AwardKind, AwardRecommendation
from compensation.corrections.models import Adjustment, Correction
from compensation.corrections.models_rulings import BranchSalesMove, Hold, RulingShare
from compensation.models_lines import CommissionLine, Credit, HeldCommission
from periods.fields import Money, MonthField, Share, first_of_month
from rulebook.models import PlanVersion
from rulebook.wording import month_text
from staff.models import Department, Employee, MonthResult

__all__ = [
    "Adjustment", "AwardDecision", "AwardKind", "AwardRecommendation", "BasePayLine", "BranchSalesMove",
    "CommissionLine", "Correction", "Credit", "HeldCommission", "Hold", "Payslip", "RulingShare", "SupportPool",
    "SupportShare", "SupportWeight",
]  # fmt: skip


class SupportWeight(models.Model):
    """The branch general manager's weight for one person's share of the month's support bonus (1-7.2.2)."""

    month = MonthField(_("month"))
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("employee"))
    weight = models.DecimalField(_("weight"), max_digits=10, decimal_places=4)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("support bonus weight")
        verbose_name_plural = _("support bonus weights")
        ordering = ["-month", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["month", "employee"], name="one_support_weight_a_month"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0),
                name="support_weight_not_negative",
                violation_error_message=_("The weight can't be negative."),
            ),
            first_of_month("month", "support_weight_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {month_text(self.month)}"


class SupportPool(MonthResult):
    """A branch's support bonus of the month: pool = sales × rate of the attainment reached (1-7.2.1)."""

    known_by: ClassVar[tuple[str, ...]] = ("month", "branch")

    sales = Money(_("credited sales"))
    target = Money(_("target"))
    rated_sales = Money(_("sales that set the rate"))
    rated_target = Money(_("target that sets the rate"))
    tier_floor = Share(_("attainment reached"), null=True, blank=True)
    rate = Share(_("rate"))
    pool = Money(_("pool"))
    has_staff = models.BooleanField(_("has support staff"))
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", verbose_name=_("plan version"))

    class Meta:
        verbose_name = _("support bonus pool")
        verbose_name_plural = _("support bonus pools")
        ordering = ["-month", "branch"]
        constraints = [
            models.UniqueConstraint(fields=["month", "branch"], name="one_support_pool_a_month"),
            models.CheckConstraint(condition=models.Q(pool__gte=0), name="support_pool_not_negative"),
            first_of_month("month", "support_pool_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.branch} {month_text(self.month)}"


class SupportShare(MonthResult):
    """One person's part of the branch's support bonus pool (CNY), by weight (1-7.2.2)."""

    known_by: ClassVar[tuple[str, ...]] = ("month", "employee")

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="support_shares", verbose_name=_("employee"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    weight = models.DecimalField(_("weight"), max_digits=10, decimal_places=4)
    total_weight = models.DecimalField(_("sum of weights"), max_digits=12, decimal_places=4)
    pool = Money(_("pool"))
    amount = Money(_("amount"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("support bonus share")
        verbose_name_plural = _("support bonus shares")
        ordering = ["-month", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["month", "employee"], name="one_support_share_a_month"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="support_share_not_negative"),
            first_of_month("month", "support_share_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {month_text(self.month)}"


class BasePayLine(MonthResult):
    """Base pay of one stretch [start, end] of the month (CNY), both days included (1-4.1)."""

    known_by: ClassVar[tuple[str, ...]] = ("month", "employee", "start")

    class Kind(models.TextChoices):
        BASE_SALARY = "base_salary", _("base salary")
        THRESHOLD_WAGE = "threshold_wage", _("threshold wage")
        PART_OF_MONTH = "part_of_month", _("part of a month")

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="base_pay_lines", verbose_name=_("employee"))
    start = models.DateField(_("from"))
    end = models.DateField(_("to"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    rank = models.CharField(_("rank"), max_length=16, blank=True)
    salary = Money(_("monthly salary"))
    days = models.DecimalField(_("days paid"), max_digits=5, decimal_places=2)
    days_in_month = models.DecimalField(_("days of the month"), max_digits=5, decimal_places=2)
    amount = Money(_("amount"))

    class Meta:
        verbose_name = _("base pay line")
        verbose_name_plural = _("base pay lines")
        ordering = ["-month", "employee", "start"]
        constraints = [
            models.UniqueConstraint(fields=["month", "employee", "start"], name="one_base_pay_line_a_stretch"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="base_pay_not_negative"),
            first_of_month("month", "base_pay_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.start}"


class Payslip(MonthResult):
    """A person's pay of the month (CNY).

    Gross = base pay + max(commission + assist + brought + adjustment, 0) + support bonus. Names stand as they were
    when the month was computed. `brought` and `carried` are the deficit, zero or negative.
    """

    known_by: ClassVar[tuple[str, ...]] = ("month", "employee")

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="payslips", verbose_name=_("employee"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", verbose_name=_("plan version"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=100)
    branch_name = models.CharField(_("branch name"), max_length=100)
    department_name = models.CharField(_("department name"), max_length=100)
    rank = models.CharField(_("rank"), max_length=16, blank=True)
    rank_name = models.CharField(_("rank name"), max_length=100, blank=True)
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    sales = Money(_("own sales"))
    base_pay = Money(_("base pay"))
    on_threshold_wage = models.BooleanField(_("threshold wage"))
    commission = Money(_("commission"))
    assist = Money(_("assist commission"))
    brought = Money(_("deficit brought forward"))
    adjustment = Money(_("adjustment"))
    carried = Money(_("deficit carried forward"))
    support_bonus = Money(_("support bonus"))
    gross = Money(_("gross pay"))

    class Meta:
        verbose_name = _("payslip")
        verbose_name_plural = _("payslips")
        ordering = ["-month", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["month", "employee"], name="one_payslip_a_month"),
            first_of_month("month", "payslip_month_is_first"),
            models.CheckConstraint(
                condition=models.Q(
                    gross=models.F("base_pay")
                    + Greatest(
                        models.F("commission") + models.F("assist") + models.F("brought") + models.F("adjustment"),
                        models.Value(0, models.DecimalField()),
                    )
                    + models.F("support_bonus")
                ),
                name="payslip_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    carried=Least(
                        models.F("commission") + models.F("assist") + models.F("brought") + models.F("adjustment"),
                        models.Value(0, models.DecimalField()),
                    )
                ),
                name="payslip_carries_its_deficit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {month_text(self.month)}"
