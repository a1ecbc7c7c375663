"""The working calendar, and the pauses of a dispute's clock (3-2.3)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.models import User


class WorkingDay(models.Model):
    """A day that the calendar says is worked, or isn't: public holidays, and make-up days at week-ends.

    Days without a row go by the week. An official one comes from the published calendar; others an administrator
    entered, and they count before it.
    """

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("occasion"), max_length=100, blank=True)
    is_official = models.BooleanField(_("official"), default=False)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("working calendar")
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class Pause(models.Model):
    """Days, both included, that don't count for a dispute's ten, with the reason; the end is named from the start."""

    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="pauses", verbose_name=_("dispute"))
    start = models.DateField(_("from"))
    end = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=500)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("pause of a dispute")
        verbose_name_plural = _("pauses of disputes")
        ordering = ["dispute", "start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="pause_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute} {self.start} – {self.end}"
