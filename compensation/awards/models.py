"""Awards of a year (1-8): whom branches recommend, and what HR decides, signed by a second person."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.decisions.effect import digest_of
from access.decisions.signing import signed_by_another, signed_only_when
from access.models import User
from periods.fields import Money
from periods.undoing import stands_on_input
from staff.models import Employee

FIRST_YEAR, LAST_YEAR = 1950, 2099


class AwardKind(models.TextChoices):
    """What a person may get for a year."""

    TRAVEL = "travel", _("year-end travel")
    SUPPORT = "support", _("award for support staff")
    CHAMPION = "champion", _("sales champion")


@stands_on_input
class AwardRecommendation(models.Model):
    """A branch's general manager recommends one of the branch's people for a year's award, and says why."""

    year = models.PositiveSmallIntegerField(pgettext_lazy("award", "year"))
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("employee"))
    kind = models.CharField(pgettext_lazy("award", "kind of award"), max_length=8, choices=AwardKind.choices)
    reason = models.CharField(pgettext_lazy("award", "reason"), max_length=500)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recommended by"))
    made_at = models.DateTimeField(_("recommended at"))

    class Meta:
        verbose_name = _("award recommendation")
        verbose_name_plural = _("award recommendations")
        ordering = ["-year", "employee__number", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["year", "employee", "kind"], name="one_award_recommendation"),
            models.CheckConstraint(
                condition=models.Q(year__range=(FIRST_YEAR, LAST_YEAR)), name="award_recommendation_year_sensible"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="award_recommendation_gives_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.year} · {self.get_kind_display()}"


@stands_on_input
class AwardDecision(models.Model):
    """What HR decides about one person's award of a kind for a year; once signed by another, the database keeps it.

    Granted it may carry an `amount` (CNY), which is paid as other pay by a correction that names this decision, or the
    name of the `travel`. Sent back it waits for HR again, `returned_because` tells why.
    """

    class Outcome(models.TextChoices):
        GRANTED = "granted", pgettext_lazy("award", "granted")
        DECLINED = "declined", pgettext_lazy("award", "declined")

    class State(models.TextChoices):
        DECIDED = "decided", _("waits for the second signature")
        RETURNED = "returned", pgettext_lazy("award", "sent back")
        DONE = "done", pgettext_lazy("award", "signed")

    year = models.PositiveSmallIntegerField(pgettext_lazy("award", "year"))
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="awards", verbose_name=_("employee"))
    kind = models.CharField(pgettext_lazy("award", "kind of award"), max_length=8, choices=AwardKind.choices)
    outcome = models.CharField(pgettext_lazy("award", "decision"), max_length=8, choices=Outcome.choices)
    amount = Money(_("amount of the award"), null=True, blank=True)
    travel = models.CharField(_("name of the travel"), max_length=100, blank=True)
    reason = models.CharField(pgettext_lazy("award", "reason"), max_length=500)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DECIDED)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("award", "decided by")
    )
    decided_at = models.DateTimeField(_("decided at"))
    returned_because = models.CharField(_("why it was sent back"), max_length=500, blank=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("second signature by")
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("annual award")
        verbose_name_plural = _("annual awards")
        ordering = ["-year", "employee__number", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["year", "employee", "kind"], name="one_award_decision"),
            models.CheckConstraint(condition=models.Q(year__range=(FIRST_YEAR, LAST_YEAR)), name="award_year_sensible"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="award_decision_gives_reason"),
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gt=0, outcome="granted"),
                name="award_amount_is_granted",
            ),
            models.CheckConstraint(
                condition=models.Q(travel="") | models.Q(kind="travel", outcome="granted"),
                name="award_travel_is_granted",
            ),
            signed_by_another("award_signed_by_another"),
            signed_only_when("award_done_when_signed", state="done"),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(returned_because=""), name="award_returned_because"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.year} · {self.get_kind_display()}"

    @property
    def digest(self) -> str:
        """Tells this decision from another that takes its place."""
        return digest_of([self.outcome, self.amount, self.travel, self.reason, self.decided_by_id, self.decided_at])
