"""Violations of the rules of client development, recorded against a party (3-2.1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.decisions.signing import signed_by_another, signed_only_when
from access.models import User
from periods.undoing import stands_on_input
from staff.models import Employee, RankDecision, Review


@stands_on_input
class Violation(models.Model):
    """What a party of a dispute did against the rules, and what follows from it once a second person has signed.

    A demotion is a decision on the rank, signed with it; a dismissal opens a review, which is decided on its own.
    """

    class Kind(models.TextChoices):
        REBATE = "rebate", _("rebate")
        EVASION = "evasion", _("clients renamed or pooled, or another evasion")
        FALSE_INFORMATION = "false", _("false information")
        INCITEMENT = "incitement", _("client incited or threatened")

    class Measure(models.TextChoices):
        WARNING = "warning", _("severe warning")
        DEMOTION = "demotion", _("demotion in post, with a circular")
        DISMISSAL = "dismissal", _("dismissal, to be reviewed")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("violation", "waits for the second signature")
        SIGNED = "signed", pgettext_lazy("violation", "signed")
        RETURNED = "returned", pgettext_lazy("violation", "sent back")

    dispute = models.ForeignKey(
        "disputes.Dispute", models.PROTECT, related_name="violations", verbose_name=_("dispute")
    )
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="violations", verbose_name=_("party"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    measure = models.CharField(_("measure"), max_length=9, choices=Measure.choices)
    finding = models.TextField(_("what was found"), max_length=4000)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    decided_at = models.DateTimeField(_("recorded at"))
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("second signature by")
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    returned_because = models.CharField(_("why it was sent back"), max_length=500, blank=True)
    rank_decision = models.OneToOneField(
        RankDecision, models.PROTECT, null=True, blank=True, related_name="violation", verbose_name=_("demotion")
    )
    review = models.ForeignKey(
        Review, models.PROTECT, null=True, blank=True, related_name="violations", verbose_name=_("dismissal review")
    )

    class Meta:
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        ordering = ["-decided_at"]
        constraints = [
            signed_by_another("violation_signed_by_another"),
            signed_only_when("violation_counts_when_signed", state="signed"),
            models.CheckConstraint(condition=~Q(finding=""), name="violation_says_what_was_found"),
            models.CheckConstraint(
                condition=Q(measure="demotion", rank_decision__isnull=False)
                | Q(~Q(measure="demotion"), rank_decision=None),
                name="demotion_is_a_decision_on_the_rank",
            ),
            models.CheckConstraint(
                condition=Q(measure="dismissal", state="signed", review__isnull=False)
                | Q(~Q(measure="dismissal", state="signed"), review=None),
                name="dismissal_opens_a_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute} {self.employee}"
