"""Targets above and below a branch's month: the company's year, and a person's part of a branch's month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from periods.fields import Money, MonthField, first_of_month
from periods.undoing import stands_on_input
from rulebook.wording import month_text


class YearTarget(models.Model):
    """The company's sales target of a calendar year (CNY), which the branches' months add up to."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    amount = Money(_("target of the year"))

    class Meta:
        verbose_name = _("target of a year")
        verbose_name_plural = _("targets of years")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="year_target_positive"),
            models.CheckConstraint(condition=models.Q(year__range=(1950, 2099)), name="year_target_sensible"),
        ]

    def __str__(self) -> str:
        return str(self.year)


@stands_on_input
class PersonTarget(models.Model):
    """A person's part of a branch's target of a month (CNY, 1-3.5); it guides, and sets no pay."""

    month = MonthField(_("month"))
    branch = models.ForeignKey("staff.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    employee = models.ForeignKey("staff.Employee", models.PROTECT, related_name="+", verbose_name=_("employee"))
    amount = Money(_("target"))

    class Meta:
        verbose_name = _("target of a person")
        verbose_name_plural = _("targets of people")
        ordering = ["-month", "branch", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["month", "branch", "employee"], name="one_target_per_person_and_month"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="person_target_not_negative"),
            first_of_month("month", "person_target_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {month_text(self.month)}"
