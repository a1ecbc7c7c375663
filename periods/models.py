from django.db import models
from django.utils.translation import gettext_lazy as _

from periods.fields import MonthField, first_of_month
from rulebook.models import PlanVersion
from rulebook.wording import month_text


class Period(models.Model):
    """A month as everybody else sees it; a month without a row is open and was never computed."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        COMPUTED = "computed", _("computed")
        APPROVED = "approved", _("approved")
        LOCKED = "locked", _("locked")

    month = MonthField(_("month"), unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, verbose_name=_("plan version"))

    class Meta:
        verbose_name = _("month")
        verbose_name_plural = _("months")
        ordering = ["-month"]
        constraints = [first_of_month("month", "period_month_is_first")]

    def __str__(self) -> str:
        return month_text(self.month)

    @property
    def is_locked(self) -> bool:
        """Nothing in the month can change any more."""
        return self.state == self.State.LOCKED
