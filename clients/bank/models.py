"""The bank's statements as uploaded, and which of their lines are which receipts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from access.models import User
from clients.bank.rules import Evidence
from periods.fields import Money
from periods.undoing import stands_on_input
from rulebook.wording import amount_text
from staff.models import sensible_date


class BankStatement(models.Model):
    """A statement of one of the firm's accounts, as uploaded; `days` may lie between a line and its receipt."""

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum"), max_length=64, unique=True)
    account = models.CharField(_("account at the bank"), max_length=60, blank=True)
    days = models.PositiveSmallIntegerField(_("days apart at most"), default=3)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    known_lines = models.PositiveIntegerField(_("lines that were there already"), default=0)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-last_day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")), name="bank_statement_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account or self.file_name} {self.first_day} – {self.last_day}"


class BankLine(models.Model):
    """A line of a statement (CNY; money that went out is negative). `fingerprint` tells it apart.

    Set aside are lines that no client's money is behind: interest, transfers between own accounts.
    """

    statement = models.ForeignKey(BankStatement, models.CASCADE, related_name="lines", verbose_name=_("bank statement"))
    row = models.PositiveIntegerField(_("row"))
    day = models.DateField(_("day"))
    amount = Money(_("amount"))
    payer = models.CharField(_("other party"), max_length=200, blank=True)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    fingerprint = models.CharField(_("checksum"), max_length=64, unique=True)
    set_aside_at = models.DateTimeField(_("set aside at"), null=True, blank=True)
    set_aside_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("set aside by")
    )
    set_aside_reason = models.CharField(_("why set aside"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        ordering = ["-day", "-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="bank_line_amount_not_zero"),
            models.CheckConstraint(
                condition=models.Q(set_aside_at=None, set_aside_by=None, set_aside_reason="")
                | models.Q(set_aside_at__isnull=False, set_aside_by__isnull=False) & ~models.Q(set_aside_reason=""),
                name="bank_line_set_aside_with_reason",
            ),
            sensible_date("day", "bank_line_day_sensible"),
        ]
        indexes = [models.Index(fields=["day", "amount"], name="bank_line_day_amount")]

    def __str__(self) -> str:
        return f"{self.day} {amount_text(self.amount)} {self.payer}".strip()


@stands_on_input
class BankPair(models.Model):
    """A receipt found at the bank: its line, what spoke for it, and who paired the two (nobody: the matching).

    A line may hold several receipts that sum to it. A pair that was taken apart stays, with who did it, and is not
    made again by the matching.
    """

    EVIDENCE = (
        (int(Evidence.NUMBER), _("its number or its contract's stands in the bank's text")),
        (int(Evidence.SAME_PAYER), _("same payer")),
        (int(Evidence.PART_OF_NAME), _("the client's name is part of what the bank tells")),
        (int(Evidence.CLOSE_PAYER), _("similar payer")),
        (int(Evidence.NO_PAYER), _("the bank tells no payer")),
        (int(Evidence.OTHER_PAYER), _("another payer")),
    )

    line = models.ForeignKey(BankLine, models.CASCADE, related_name="pairs", verbose_name=_("bank line"))
    receipt = models.ForeignKey("clients.Receipt", models.PROTECT, related_name="bank_pairs", verbose_name=_("receipt"))
    evidence = models.PositiveSmallIntegerField(_("why"), choices=EVIDENCE, null=True, blank=True)
    paired_at = models.DateTimeField(_("paired at"))
    paired_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paired by")
    )
    ended_at = models.DateTimeField(_("taken apart at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken apart by")
    )

    class Meta:
        verbose_name = _("bank pair")
        verbose_name_plural = _("bank pairs")
        ordering = ["-paired_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=models.Q(ended_at=None), name="receipt_at_the_bank_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="bank_pair_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} = {self.receipt}"
