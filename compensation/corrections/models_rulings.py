"""What a dispute does to a contract (3-1.3): the hold while it lasts, and each party's share by its ruling.

The ruling itself is a correction: with the others it builds on what holds then.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Contract
from periods.fields import Money, MonthField, Share, first_of_month
from periods.undoing import stands_on_input
from staff.models import Branch, Employee


@stands_on_input
class Hold(models.Model):
    """That from the month `since` on the commission of a contract isn't paid: there is a dispute about it (3-1.3).

    It ends with the correction that names it: a ruling, or a release to whom the lines name.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="holds", verbose_name=_("contract"))
    since = MonthField(_("held from"))
    reference = models.CharField(_("number of the dispute"), max_length=16, unique=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-since", "-pk"]
        constraints = [
            first_of_month("since", "hold_since_is_first"),
            models.CheckConstraint(condition=~models.Q(reference=""), name="hold_names_its_dispute"),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.reference}"


@stands_on_input
class RulingShare(models.Model):
    """One party's part by a ruling (3-1.3): of the contract's sales, and of its commission (share 0–1, four decimals).

    Each kind of share sums to 1 over the ruling; the database sees to it at the end of the transaction. `branch` is
    the one that this part of the sales counts for: the party's when the contract was signed, else the present one.
    """

    month = MonthField(_("posted in"))
    correction = models.ForeignKey(
        "compensation.Correction", models.PROTECT, related_name="shares", verbose_name=_("ruling")
    )
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="ruling_shares", verbose_name=_("party"))
    sales_share = Share(_("share of the sales"), max_digits=5, decimal_places=4)
    commission_share = Share(_("share of the commission"), max_digits=5, decimal_places=4)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("branch that it counts for"))

    class Meta:
        verbose_name = _("share by a ruling")
        verbose_name_plural = _("shares by rulings")
        ordering = ["correction", "employee"]
        constraints = [
            first_of_month("month", "ruling_share_month_is_first"),
            models.UniqueConstraint(fields=["correction", "employee"], name="one_ruling_share_a_party"),
            models.CheckConstraint(
                condition=models.Q(sales_share__range=(0, 1), commission_share__range=(0, 1)),
                name="ruling_shares_within_the_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.correction} {self.employee}"


@stands_on_input
class BranchSalesMove(models.Model):
    """Sales (CNY, signed) that a branch gains in the month, or loses, as a ruling moves those of people (3-1.3)."""

    month = MonthField(_("posted in"))
    correction = models.ForeignKey(
        "compensation.Correction", models.PROTECT, related_name="branch_moves", verbose_name=_("ruling")
    )
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("branch"))
    sales = Money(_("sales"))

    class Meta:
        verbose_name = _("branch sales moved")
        verbose_name_plural = _("branch sales moved")
        ordering = ["correction", "branch"]
        constraints = [
            first_of_month("month", "branch_move_month_is_first"),
            models.UniqueConstraint(fields=["correction", "branch"], name="one_move_a_branch"),
            models.CheckConstraint(condition=~models.Q(sales=0), name="branch_move_moves_something"),
        ]

    def __str__(self) -> str:
        return f"{self.correction} {self.branch}"
