"""What a second person confirmed of accounts, salaries and hires, and of numbers that several people have."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.decisions.signing import signed_by_another
from access.models import User
from periods.fields import Money
from periods.undoing import stands_on_input


@stands_on_input
class PayConfirmation(models.Model):
    """That what somebody is paid by was confirmed by another than who entered it, up to one kept change of it.

    `up_to` is the key of that change (access.Change): what is changed later waits again. `checked` says how it was
    checked. Without `by` the person was paid by it before it had to be confirmed. Rows stay as they are.
    """

    employee = models.ForeignKey(
        "staff.Employee", models.CASCADE, related_name="pay_confirmations", verbose_name=_("employee")
    )
    up_to = models.BigIntegerField(_("up to which change"))
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    at = models.DateTimeField(_("confirmed at"))
    checked = models.CharField(_("how it was checked"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("confirmation of pay details")
        verbose_name_plural = _("confirmations of pay details")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["employee", "up_to"], name="one_pay_confirmation_of_a_change")]

    def __str__(self) -> str:
        return str(self.employee)


class SharedNumber(models.Model):
    """A person's decision that several people may have one bank account or ID number; it counts once another agreed.

    `key` is a hash over the number and the staff numbers of all who have it: with one more it is to be decided anew.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("bank account")
        ID_NUMBER = "id_number", _("ID number")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    key = models.CharField(_("checksum"), max_length=64, unique=True)
    people = models.CharField(_("employees"), max_length=1000)
    reason = models.CharField(_("reason"), max_length=500)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("review", "decided by")
    )
    decided_at = models.DateTimeField(_("decided at"))
    agreed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreed to by")
    )
    agreed_at = models.DateTimeField(_("agreed to at"), null=True, blank=True)

    class Meta:
        verbose_name = _("shared number")
        verbose_name_plural = _("shared numbers")
        ordering = ["-pk"]
        constraints = [
            signed_by_another("shared_number_agreed_to_by_another", signer="agreed_by"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="shared_number_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.people}"


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
