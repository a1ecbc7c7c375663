from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from periods.fields import Money, Share, first_of_month
from rulebook.models import PlanVersion
from rulebook.wording import month_text
from staff.models import Branch, MonthResult, sensible_date


class FundKind(models.TextChoices):
    """The two funds of a branch (2-1, 2-2)."""

    CLIENT_RELATIONS = "client_relations", _("client relations")
    COMPANY_ACTIVITY = "company_activity", _("company activity")


class FundLot(MonthResult):
    """What a branch accrued for a fund in one month (CNY), spent and expired as one lot (2-1.2, 2-2.2.1).

    An opening lot was brought along at go-live with what was left of it and has no rate.
    """

    known_by: ClassVar[tuple[str, ...]] = ("month", "branch", "fund")

    fund = models.CharField(_("fund"), max_length=20, choices=FundKind.choices)
    amount = Money(_("accrued"))
    is_opening = models.BooleanField(_("brought along at go-live"), default=False)
    sales = Money(_("credited sales"), null=True, blank=True)
    rated_sales = Money(_("sales that set the rate"), null=True, blank=True)
    rated_target = Money(_("target that sets the rate"), null=True, blank=True)
    tier_floor = Share(_("attainment reached"), null=True, blank=True)
    rate = Share(_("rate"), null=True, blank=True)
    usable_months = models.PositiveSmallIntegerField(_("usable for months"))
    plan_version = models.ForeignKey(
        PlanVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("plan version")
    )

    class Meta:
        verbose_name = _("fund accrual")
        verbose_name_plural = _("fund accruals")
        ordering = ["-month", "branch", "fund"]
        constraints = [
            models.UniqueConstraint(fields=["month", "branch", "fund"], name="one_fund_lot_a_month"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="fund_lot_not_negative"),
            first_of_month("month", "fund_lot_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.branch} {self.get_fund_display()} {month_text(self.month)}"


class FundClaim(models.Model):
    """Money asked from a fund (CNY); it is decided when the month of its date closes."""

    number = models.CharField(_("claim number"), max_length=32, unique=True)
    branch = models.ForeignKey(Branch, models.PROTECT, verbose_name=_("branch"))
    fund = models.CharField(_("fund"), max_length=20, choices=FundKind.choices)
    date = models.DateField(_("date"))
    amount = Money(_("amount"))
    purpose = models.CharField(_("purpose"), max_length=200)
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("client")
    )

    class Meta:
        verbose_name = _("fund claim")
        verbose_name_plural = _("fund claims")
        ordering = ["-date", "number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="fund_claim_positive",
                violation_error_message=_("The amount must be more than nothing."),
            ),
            sensible_date("date", "fund_claim_date_sensible"),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimDecision(MonthResult):
    """Whether a claim was posted or rejected, and why (2-1.3, 2-2.2.2)."""

    known_by: ClassVar[tuple[str, ...]] = ("month", "claim")

    class Reason(models.TextChoices):
        POSTED = "posted", _("posted")
        MAJOR_CLIENT = "major_client", _("major client")
        INSUFFICIENT = "insufficient", _("not covered")

    claim = models.OneToOneField(FundClaim, models.PROTECT, related_name="decision", verbose_name=_("claim"))
    reason = models.CharField(_("decision"), max_length=12, choices=Reason.choices)
    available = Money(_("available before"))
    client_sales = Money(_("client's receipts until then"), null=True, blank=True)

    class Meta:
        verbose_name = _("claim decision")
        verbose_name_plural = _("claim decisions")
        ordering = ["-month", "claim"]
        constraints = [first_of_month("month", "claim_decision_month_is_first")]

    def __str__(self) -> str:
        return str(self.claim)

    @property
    def is_posted(self) -> bool:
        """Whether the claim was covered and posted."""
        return self.reason == self.Reason.POSTED


class FundMovement(MonthResult):
    """Money that left a lot in a month (CNY, positive): spent on a claim, or expired (2-1.3, 2-2.3). Append-only."""

    known_by: ClassVar[tuple[str, ...]] = ("month", "lot", "claim")

    class Kind(models.TextChoices):
        SPENT = "spent", _("spent")
        EXPIRED = "expired", _("expired")

    lot = models.ForeignKey(FundLot, models.PROTECT, related_name="movements", verbose_name=_("accrual"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    amount = Money(_("amount"))
    claim = models.ForeignKey(
        FundClaim, models.PROTECT, null=True, blank=True, related_name="movements", verbose_name=_("claim")
    )

    class Meta:
        verbose_name = _("fund movement")
        verbose_name_plural = _("fund movements")
        ordering = ["-month", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="fund_movement_positive"),
            models.CheckConstraint(
                condition=models.Q(kind="spent", claim__isnull=False) | models.Q(kind="expired", claim__isnull=True),
                name="fund_movement_claim_exactly_if_spent",
            ),
            models.UniqueConstraint(fields=["lot", "claim"], name="fund_lot_pays_claim_once"),
            first_of_month("month", "fund_movement_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.lot} {self.get_kind_display()}"
