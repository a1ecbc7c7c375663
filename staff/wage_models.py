"""What people must be paid at least, by the law of where their branch is."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from periods.fields import Money
from periods.undoing import stands_on_input

FIRST_DAY = dt.date(1994, 7, 5)
LAST_DAY = dt.date(2100, 1, 1)


@stands_on_input
class MinimumWage(models.Model):
    """The monthly minimum wage of a branch's city from a day on (CNY), with the notice that set it."""

    branch = models.ForeignKey("staff.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    city = models.CharField(_("city"), max_length=50)
    effective_from = models.DateField(_("effective from"))
    amount = Money(_("minimum wage"))
    source = models.CharField(_("source"), max_length=200, help_text=_("The notice that set it, with its number."))

    class Meta:
        verbose_name = _("minimum wage")
        verbose_name_plural = _("minimum wages")
        ordering = ["branch", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "effective_from"],
                name="one_minimum_wage_per_branch_and_day",
                violation_error_message=_("This branch has a minimum wage from that day on already."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="minimum_wage_positive",
                violation_error_message=_("The amount must be more than nothing."),
            ),
            models.CheckConstraint(
                condition=models.Q(effective_from__gte=FIRST_DAY, effective_from__lt=LAST_DAY),
                name="minimum_wage_within_law",
                violation_error_message=_("There have been minimum wages since 1994; the date must lie after that."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.effective_from}"
