"""Cases that flags of the assessment open: dismissal reviews (1-4.3.4), the lowest rank on threshold wage (1-4.3.5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.decisions.signing import signed_by_another, signed_only_when
from access.models import User
from periods.fields import MonthField, first_of_month
from periods.undoing import stands_on_input
from rulebook.wording import month_text


@stands_on_input
class Review(models.Model):
    """What people decide about one person's run of flagged months; it outlives the assessments that opened it.

    `month` is the first flagged month, `last_month` the latest so far. A dismissal review is decided by HR and signed
    by a second person; then the database keeps it as it is. The other kind is done once it is noted what was done.
    """

    class Kind(models.TextChoices):
        DISMISSAL = "dismissal", _("dismissal review")
        ATTENTION = "attention", _("lowest rank on the threshold wage")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("review", "open")
        DECIDED = "decided", _("waits for the second signature")
        DONE = "done", pgettext_lazy("review", "done")

    class Decision(models.TextChoices):
        KEEP = "keep", _("goes on in the post")
        TRAIN = "train", _("is trained")
        TRANSFER = "transfer", _("gets another post")
        DISMISS = "dismiss", _("the contract is ended")

    class Ground(models.TextChoices):
        BREACH = "39", _("labour contract law, article 39: serious breach")
        INCOMPETENCE = (
            "40",
            _("labour contract law, article 40 (2): still not up to the work after training or transfer"),
        )

    class Notice(models.TextChoices):
        DAYS = "days", _("30 days' notice in writing")
        PAY = "pay", _("a month's pay instead of notice")

    employee = models.ForeignKey("staff.Employee", models.PROTECT, related_name="reviews", verbose_name=_("employee"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    month = MonthField(_("opened in"))
    last_month = MonthField(_("flagged last in"))
    opened_at = models.DateTimeField(_("opened at"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    decision = models.CharField(
        pgettext_lazy("review", "decision"), max_length=10, choices=Decision.choices, blank=True
    )
    ground = models.CharField(_("ground"), max_length=2, choices=Ground.choices, blank=True)
    notice = models.CharField(pgettext_lazy("review", "notice"), max_length=4, choices=Notice.choices, blank=True)
    ends_on = models.DateField(_("last day of the contract"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("review", "decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("second signature by")
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("case", "review")
        verbose_name_plural = pgettext_lazy("case", "reviews")
        ordering = ["-month", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["employee", "kind", "month"], name="one_review_per_run"),
            first_of_month("month", "review_month_is_first"),
            first_of_month("last_month", "review_last_month_is_first"),
            signed_by_another("review_signed_by_another"),
            signed_only_when("review_signed_when_done", kind="dismissal", state="done"),
            models.CheckConstraint(
                condition=~models.Q(kind="dismissal", state="done")
                | models.Q(decided_by__isnull=False, signed_by__isnull=False, signed_at__isnull=False)
                & ~models.Q(decision="")
                & ~models.Q(reason=""),
                name="review_done_when_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.get_kind_display()} · {month_text(self.month)}"


class ReviewStep(models.Model):
    """Something done in the course of a review, on a day; never changed, never deleted."""

    class Kind(models.TextChoices):
        TALK = "talk", _("talk")
        WARNING = "warning", _("warning in writing")
        TRAINING = "training", _("training")
        TRANSFER = "transfer", _("transfer to another post")
        HELP = "help", _("coaching")
        RETURNED = "returned", _("sent back")
        CAUSE = "cause", _("violation found (3-2.1)")

    MENDING = (Kind.TRAINING, Kind.TRANSFER)
    BY_ITSELF = (Kind.RETURNED, Kind.CAUSE)

    review = models.ForeignKey(
        Review, models.PROTECT, related_name="steps", verbose_name=pgettext_lazy("case", "review")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    date = models.DateField(_("date"))
    words = models.CharField(_("what was done"), max_length=500)
    made_at = models.DateTimeField(_("recorded at"))
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("step of a review")
        verbose_name_plural = _("steps of reviews")
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.review} · {self.get_kind_display()}"
