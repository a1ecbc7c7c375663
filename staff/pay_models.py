"""What a second person confirmed of accounts, salaries and hires, and of numbers that several people have."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.models import User
from access.signing import signed_by_another
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
