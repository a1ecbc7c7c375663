"""What is put right after a month is locked: the correction, and what it moves in the month open then.

A ruling on a dispute (3-1.3) is one of them, and so is the end of a hold: they build on each other in the order in
which they were made.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from access.models import User
from clients.models import Contract, Receipt
from compensation.awards.models import AwardDecision
from compensation.corrections.models_rulings import Hold
from periods.fields import Money, MonthField, first_of_month
from periods.undoing import stands_on_input
from staff.models import Branch, Employee

_OF_AMOUNT = ("receipt", "wrong_amount", "right_amount")
_OF_CLOSER = ("contract", "wrong_closer", "right_closer", "from_branch")


def _given(*, yes: Iterable[str], no: Iterable[str]) -> models.Q:
    return models.Q(**{f"{name}__isnull": False for name in yes}, **{f"{name}__isnull": True for name in no})


@stands_on_input
class Correction(models.Model):
    """One thing put right in the month open then: what was wrong, what is right, why, and by whom.

    What it corrects lies in a locked month and stands there. From `month` on the receipt counts with `right_amount`
    (CNY), or the contract as closed by `right_closer`. `moved_sales` (CNY, signed) are the sales that count for
    `to_branch` in the month in addition and, after a wrong closer, for `from_branch` no more. `spared` are the people
    (ids) from whom nothing was taken, since they had left. `award` is the year's award that it pays, each but once.
    A ruling has `shares`; with a release it names by `reference` the dispute that it ends, and the `hold` with it.
    """

    class Kind(models.TextChoices):
        AMOUNT = "amount", _("wrong amount")
        CLOSER = "closer", _("wrong closer")
        OTHER = "other", _("paid or taken back otherwise")
        RULING = "ruling", _("ruling")
        RELEASE = "release", _("hold ended")

    OF_DISPUTES = (Kind.RULING.value, Kind.RELEASE.value)

    number = models.CharField(_("correction number"), max_length=16, unique=True)
    month = MonthField(_("posted in"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("receipt")
    )
    wrong_amount = Money(_("amount before"), null=True, blank=True)
    right_amount = Money(_("right amount"), null=True, blank=True)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("contract")
    )
    wrong_closer = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closer before")
    )
    right_closer = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("right closer")
    )
    from_branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("branch before")
    )
    to_branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("branch that it counts for")
    )
    moved_sales = Money(_("branch sales moved"), default=0)
    spared = models.JSONField(_("not taken back from"), default=list, blank=True)
    award = models.OneToOneField(
        AwardDecision, models.PROTECT, null=True, blank=True, related_name="payment", verbose_name=_("award paid")
    )
    reference = models.CharField(_("number of the dispute"), max_length=16, blank=True)
    hold = models.OneToOneField(
        Hold, models.PROTECT, null=True, blank=True, related_name="ended_by", verbose_name=_("hold ended")
    )
    reason = models.CharField(_("reason"), max_length=500)
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-month", "-number"]
        constraints = [
            first_of_month("month", "correction_month_is_first"),
            models.UniqueConstraint(fields=["month", "id"], name="correction_posting_key"),
            models.CheckConstraint(
                condition=models.Q(kind="amount", to_branch__isnull=False) & _given(yes=_OF_AMOUNT, no=_OF_CLOSER)
                | models.Q(kind="closer", to_branch__isnull=False) & _given(yes=_OF_CLOSER, no=_OF_AMOUNT)
                | models.Q(kind="other", moved_sales=0) & _given(yes=(), no=(*_OF_AMOUNT, *_OF_CLOSER, "to_branch"))
                | models.Q(kind__in=["ruling", "release"], moved_sales=0)
                & _given(yes=["contract"], no=(*_OF_AMOUNT, *_OF_CLOSER[1:], "to_branch")),
                name="correction_has_what_its_kind_needs",
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(reference=""), kind__in=["ruling", "release"])
                | models.Q(~models.Q(kind__in=["ruling", "release"]), reference="", hold=None),
                name="correction_of_a_dispute_names_it",
            ),
            models.CheckConstraint(condition=~models.Q(kind="release", hold=None), name="release_ends_a_hold"),
            models.CheckConstraint(
                condition=models.Q(right_amount=None)
                | models.Q(right_amount__gt=0, moved_sales=models.F("right_amount") - models.F("wrong_amount"))
                & ~models.Q(moved_sales=0),
                name="corrected_amount_moves_the_difference",
            ),
            models.CheckConstraint(
                condition=models.Q(right_closer=None) | ~models.Q(right_closer=models.F("wrong_closer")),
                name="corrected_closer_is_another",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="correction_gives_reason"),
            models.CheckConstraint(
                condition=models.Q(award=None) | models.Q(kind="other"), name="award_is_paid_as_other_pay"
            ),
        ]

    def __str__(self) -> str:
        return self.number


@stands_on_input
class Adjustment(models.Model):
    """What a correction pays one person in the month, or takes back (CNY, signed), and for which original line.

    `sales` are credited sales that move with it: they count in the month's assessment, not for its commission tier.
    Without a line it is pay that no receipt explains. The database ties it to its correction's month.
    """

    month = MonthField(_("month"))
    correction = models.ForeignKey(Correction, models.PROTECT, related_name="adjustments", verbose_name=_("correction"))
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="adjustments", verbose_name=_("employee"))
    line = models.ForeignKey(
        "compensation.CommissionLine",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="adjustments",
        verbose_name=_("original line"),
    )
    amount = Money(_("amount"))
    sales = Money(_("credited sales moved"))

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["-month", "correction", "employee", "line"]
        constraints = [
            first_of_month("month", "adjustment_month_is_first"),
            models.UniqueConstraint(
                fields=["correction", "line", "employee"], nulls_distinct=False, name="line_adjusted_once_a_correction"
            ),
            models.CheckConstraint(condition=~models.Q(amount=0, sales=0), name="adjustment_moves_something"),
            models.CheckConstraint(
                condition=models.Q(line__isnull=False) | models.Q(sales=0), name="sales_move_with_a_line"
            ),
        ]
        indexes = [models.Index(fields=["employee", "month"], name="adjustment_of_person")]

    def __str__(self) -> str:
        return f"{self.correction} {self.employee}"
