"""What each receipt of a month is credited to and pays: the hot tables, checked in sets (docs/adr/0008)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Receipt
from compensation.codes import Uncredited
from compensation.corrections.models import Correction
from compensation.corrections.models_rulings import Hold
from periods.fields import Money, Share, choices_of, first_of_month
from rulebook.models import PlanVersion
from staff.models import Branch, Employee, MonthResult

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

    `branch` is the contract's, whose sales it counts for; `home` is where the person credited is paid. By a `ruling`
    (3-1.3) a receipt has a credit for each `party`. The database checks its references in sets:
    docs/adr/0008-references-in-sets.md.
    """

    known_by: ClassVar[tuple[str, ...]] = ("month", "receipt", "party")

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
    party = models.ForeignKey(
        Employee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("party"),
    )
    ruling = models.ForeignKey(
        Correction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("ruling"),
    )

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ["-month", "receipt"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "month"], condition=models.Q(party=None), name="receipt_credited_once"
            ),
            models.UniqueConstraint(
                fields=["receipt", "party", "month"],
                condition=models.Q(party__isnull=False),
                name="receipt_credited_once_a_party",
            ),
            models.CheckConstraint(
                condition=models.Q(party=None, ruling=None)
                | models.Q(party__isnull=False, ruling__isnull=False)
                & (models.Q(employee=None) | models.Q(employee=models.F("party"))),
                name="credit_of_a_party_is_by_ruling",
            ),
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

    known_by: ClassVar[tuple[str, ...]] = ("month", "receipt", "employee", "kind", "reversed_line")

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
    ruling = models.ForeignKey(
        Correction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("ruling"),
    )

    class Meta:
        verbose_name = _("commission line")
        verbose_name_plural = _("commission lines")
        ordering = ["-month", "employee", "receipt"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "employee", "kind", "month"],
                condition=models.Q(reversed_line=None),
                name="receipt_pays_person_once_per_kind",
            ),
            models.UniqueConstraint(
                fields=["receipt", "employee", "kind", "reversed_line", "month"],
                condition=models.Q(reversed_line__isnull=False),
                name="refund_takes_back_once_a_line",
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


class HeldCommission(MonthResult):
    """What a line comes to (CNY, signed) and isn't paid in its month, since its contract is in dispute (3-1.3)."""

    known_by: ClassVar[tuple[str, ...]] = ()

    hold = models.ForeignKey(Hold, models.PROTECT, related_name="held", verbose_name=_("hold"))
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="held_commissions", verbose_name=_("employee"))
    line = models.OneToOneField(CommissionLine, models.PROTECT, related_name="held", verbose_name=_("commission line"))
    amount = Money(_("amount"))

    class Meta:
        verbose_name = _("held commission")
        verbose_name_plural = _("held commissions")
        ordering = ["-month", "employee", "line"]
        constraints = [
            first_of_month("month", "held_month_is_first"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="held_commission_is_something"),
        ]
        indexes = [models.Index(fields=["employee", "month"], name="held_of_person")]

    def __str__(self) -> str:
        return f"{self.line} {self.hold}"
