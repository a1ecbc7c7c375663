"""Ranks that people are given by decision: another one than the assessment of sales leads to."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.decisions.signing import signed_by_another, signed_only_when
from access.models import User
from periods.fields import MonthField, first_of_month
from periods.undoing import stands_on_input
from rulebook.wording import month_text

CLOSED = ["returned", "withdrawn"]
"""The states of decisions that came to nothing."""


@stands_on_input
class RankDecision(models.Model):
    """HR's decision that a salesperson holds `rank` from the first of `month` on, for a second person to sign.

    It counts once signed, and stays then as it is. Of a month's signed decisions on a person the latest counts; one
    without a rank takes the one before it back. It is about the time in sales that began on `entered_on`: whoever
    enters sales anew starts anew (1-4.3.3). One that `ends_right` leaves no right to get a rank back: it is for a
    violation (3-2.1). `file_data` is the document as it was uploaded.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the second signature")
        SIGNED = "signed", pgettext_lazy("rank decision", "signed")
        RETURNED = "returned", pgettext_lazy("rank decision", "sent back")
        WITHDRAWN = "withdrawn", pgettext_lazy("rank decision", "withdrawn")

    employee = models.ForeignKey(
        "staff.Employee", models.PROTECT, related_name="rank_decisions", verbose_name=_("employee")
    )
    month = MonthField(_("in force from"))
    rank = models.CharField(_("rank"), max_length=16, blank=True)
    entered_on = models.DateField(_("in sales since"))
    ends_right = models.BooleanField(_("ends the right to get a rank back"), default=False)
    reason = models.CharField(_("reason"), max_length=1000)
    document = models.CharField(_("number or title of the document"), max_length=200)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    file_data = models.BinaryField(_("content of the file"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("review", "decided by")
    )
    decided_at = models.DateTimeField(_("decided at"))
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("second signature by")
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("rank decision", "sent back or withdrawn by"),
    )
    closed_at = models.DateTimeField(pgettext_lazy("rank decision", "sent back or withdrawn at"), null=True, blank=True)
    closed_because = models.CharField(pgettext_lazy("rank decision", "why sent back"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("rank decision")
        verbose_name_plural = _("rank decisions")
        ordering = ["-month", "-pk"]
        constraints = [
            first_of_month("month", "rank_decision_month_is_first"),
            models.UniqueConstraint(
                fields=["employee", "month"],
                condition=models.Q(state="waiting"),
                name="one_rank_decision_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(entered_on__lt=models.F("month")), name="rank_decision_after_entering_sales"
            ),
            signed_by_another("rank_decision_signed_by_another"),
            signed_only_when("rank_decision_counts_when_signed", state="signed"),
            models.CheckConstraint(
                condition=models.Q(state__in=CLOSED, closed_by__isnull=False, closed_at__isnull=False)
                | models.Q(~models.Q(state__in=CLOSED), closed_by__isnull=True, closed_at__isnull=True),
                name="rank_decision_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(document=""), name="rank_decision_has_reason_and_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {month_text(self.month)}"
