from typing import ClassVar

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Receipt
from compensation.awards.models import AwardDecision, AwardKind, AwardRecommendation
from compensation.codes import Uncredited
from compensation.corrections.models import Adjustment, Correction
from periods.fields import Money, MonthField, Share, choices_of, first_of_month
from rulebook.models import PlanVersion
from rulebook.wording import month_text
from staff.models import Branch, Department, Employee, MonthResult

__all__ = [
    "Adjustment", "AwardDecision", "AwardKind", "AwardRecommendation", "BasePayLine", "CommissionLine", "Correction",
    "Credit", "Payslip", "SupportPool", "SupportShare", "SupportWeight",
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


_UNCREDITED = choices_of(
    {
        Uncredited.CLOSER_OUTSIDE_SALES: _("the closer was not in sales on that day"),
        Uncredited.CLOSER_LEFT: _("the closer had left"),
        Uncredited.OWNER_OUTSIDE_SALES: _("the client had no owner in sales on that day"),
        Uncredited.CREDITED_PERSON_LEFT: _("the person credited had left"),
        Uncredited.ORIGINAL_UNCREDITED: _("the receipt it reverses was credited to nobody"),
    }
)


class Credit(MonthResult):
    """To whom a receipt of the month is credited (CNY), or why to nobody (1-4.1).

    `branch` is the contract's, whose sales it counts for; `home` is where the person credited is paid. The database
    checks its references in sets: docs/adr/0008-references-in-sets.md.
    """

    known_by: ClassVar[tuple[str, ...]] = ("month", "receipt")

    branch = models.ForeignKey(
        Branch,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("branch"),
    )
    home = models.ForeignKey(
        Branch,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("paying branch"),
    )
    receipt = models.ForeignKey(
        Receipt,
        models.PROTECT,
        related_name="credits",
        db_constraint=False,
        db_index=False,
        verbose_name=_("receipt"),
    )
    employee = models.ForeignKey(
        Employee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="credits",
        db_constraint=False,
        db_index=False,
        verbose_name=_("credited to"),
    )
    amount = Money(_("amount"))
    reason = models.CharField(_("why to nobody"), max_length=24, choices=_UNCREDITED, blank=True)

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ["-month", "receipt"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "month"], name="receipt_credited_once"),
            models.CheckConstraint(
                condition=models.Q(employee__isnull=False, reason="")
                | models.Q(employee__isnull=True) & ~models.Q(reason=""),
                name="credit_names_person_or_reason",
            ),
            first_of_month("month", "credit_month_is_first"),
        ]
        indexes = [
            models.Index(fields=["month", "home", "branch"], name="credit_of_home"),
            models.Index(fields=["employee", "month"], name="credit_of_person"),
        ]

    def __str__(self) -> str:
        return str(self.receipt)


class CommissionLine(MonthResult):
    """What one receipt pays one person (CNY): amount = base × rate, to the fen (1-4.1, 1-6).

    It carries what it was computed from: the rank's tier floor and the net credited sales that reached it, or the
    line it claws back, the article and the plan version. The database ties it to the receipt's posting month, so
    that a receipt pays a person once per kind; it checks references in sets: docs/adr/0008-references-in-sets.md.
    """

    known_by: ClassVar[tuple[str, ...]] = ("month", "receipt", "employee", "kind")

    class Kind(models.TextChoices):
        COMMISSION = "commission", _("commission")
        ASSIST = "assist", _("assist")
        ASSIST_BORNE = "assist_borne", _("assist borne by the developer")

    branch = models.ForeignKey(
        Branch,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("branch"),
    )
    receipt = models.ForeignKey(
        Receipt,
        models.PROTECT,
        related_name="lines",
        db_constraint=False,
        db_index=False,
        verbose_name=_("receipt"),
    )
    employee = models.ForeignKey(
        Employee,
        models.PROTECT,
        related_name="lines",
        db_constraint=False,
        db_index=False,
        verbose_name=_("employee"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    base = Money(_("base"))
    rate = Share(_("rate"))
    amount = Money(_("amount"))
    rank = models.CharField(_("rank"), max_length=16, blank=True)
    net_sales = Money(_("net credited sales of the month"), null=True, blank=True)
    tier_floor = Money(_("tier reached from"), null=True, blank=True)
    reversed_line = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("line clawed back"),
    )
    article = models.CharField(_("article"), max_length=20)
    plan_version = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("plan version"),
    )

    class Meta:
        verbose_name = _("commission line")
        verbose_name_plural = _("commission lines")
        ordering = ["-month", "employee", "receipt"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "employee", "kind", "month"], name="receipt_pays_person_once_per_kind"
            ),
            first_of_month("month", "line_month_is_first"),
        ]
        indexes = [
            models.Index(fields=["month", "branch"], name="line_of_branch"),
            models.Index(fields=["employee", "month"], name="line_of_person"),
            models.Index(
                fields=["reversed_line"], name="line_clawed_back", condition=models.Q(reversed_line__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} {self.get_kind_display()}"


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
