from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.bank.models import BankLine, BankPair, BankStatement
from clients.orphans.models import CAUSE_CHOICES, ORPHAN_CHOICES, AssignmentBatch, Handover, OrphanClient, PoolRule
from clients.protection.models import FollowUp, Lapse, PoolClaim, ProtectionTerms
from periods.fields import Money, MonthField, first_of_month
from periods.undoing import goes_with_input
from rulebook.month import Month
from staff.models import Branch, Employee, sensible_date

__all__ = [
    "Assignment", "AssignmentBatch", "BankLine", "BankPair", "BankStatement", "Client", "ClientStatus", "Contract",
    "FollowUp", "Handover", "Lapse", "OrphanClient", "PoolClaim", "PoolRule", "ProtectionTerms",
    "Receipt",
]  # fmt: skip


class Client(models.Model):
    """A client as registered; who owns it later follows from its history."""

    number = models.CharField(_("client number"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=200)
    registered_owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner at registration")
    )
    referred_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("referred by")
    )
    registered_on = models.DateField(_("registered on"))
    is_strategic = models.BooleanField(_("strategic client"), default=False)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["number"]
        constraints = [
            sensible_date("registered_on", "client_registered_on_sensible"),
            models.CheckConstraint(condition=~models.Q(referred_by=models.F("id")), name="client_not_its_own_referrer"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


@goes_with_input
class ClientStatus(models.Model):
    """One turn in a client's history: who owns it from `since` on, and whether it is an orphan and why (1-5).

    Derived from the dated events by clients/history/rules.py; `cause` and `caused_by` say what happened and through
    whom.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="history", verbose_name=_("client"))
    sequence = models.PositiveSmallIntegerField(_("sequence"))
    since = models.DateField(_("since"))
    cause = models.CharField(_("cause"), max_length=20, choices=CAUSE_CHOICES)
    caused_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("through")
    )
    contract = models.ForeignKey(
        "Contract", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("contract")
    )
    orphan_kind = models.PositiveSmallIntegerField(_("kind of orphan"), choices=ORPHAN_CHOICES, null=True, blank=True)
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    developer = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("developer")
    )

    class Meta:
        verbose_name = _("client history")
        verbose_name_plural = _("client histories")
        ordering = ["client", "sequence"]
        constraints = [models.UniqueConstraint(fields=["client", "sequence"], name="one_status_per_turn")]
        indexes = [models.Index(fields=["client", "since"], name="client_status_since")]

    def __str__(self) -> str:
        return f"{self.client} {self.since}"


class Assignment(models.Model):
    """An orphan client assigned to its developer (1-6)."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="assignments", verbose_name=_("client"))
    date = models.DateField(_("date"))
    developer = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("developer"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-date", "client"]
        constraints = [
            models.UniqueConstraint(fields=["client", "date"], name="one_assignment_a_day"),
            sensible_date("date", "assignment_date_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.client} → {self.developer}"


class Contract(models.Model):
    """A signed contract (amount in CNY).

    `branch` is where the closer belonged when signing; `orphan_kind` is the client's state just before it (1-5, 1-6).
    """

    EARNERS = ("closer", "assistant")
    EARNER_KEYS = tuple(f"{name}_id" for name in EARNERS)
    """Who is paid commission on it: the fields, and those of their keys."""

    number = models.CharField(_("contract number"), max_length=32, unique=True)
    client = models.ForeignKey(Client, models.PROTECT, related_name="contracts", verbose_name=_("client"))
    signed_on = models.DateField(_("signed on"))
    amount = Money(_("amount"))
    closer = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("closer"))
    assistant = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assistant")
    )
    branch = models.ForeignKey(Branch, models.PROTECT, verbose_name=_("branch"))
    orphan_kind = models.PositiveSmallIntegerField(_("kind of orphan"), choices=ORPHAN_CHOICES, null=True, blank=True)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-signed_on", "number"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="contract_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(assistant__isnull=True) | ~models.Q(assistant=models.F("closer")),
                name="contract_assistant_is_not_closer",
            ),
            sensible_date("signed_on", "contract_signed_on_sensible"),
        ]
        indexes = [models.Index(fields=["-signed_on", "number"], name="contract_latest_first")]

    def __str__(self) -> str:
        return self.number


class Receipt(models.Model):
    """Cash that reached the company for a contract (CNY); a refund is negative and names the receipt it reverses.

    `posted_in` is the month it counts in. That refunds never exceed what they reverse is kept by a trigger.
    """

    number = models.CharField(_("receipt number"), max_length=32, unique=True)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="receipts", verbose_name=_("contract"))
    received_on = models.DateField(_("received on"))
    posted_in = MonthField(_("posted in"))
    amount = Money(_("amount"))
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="refunds", verbose_name=_("reverses")
    )

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-received_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["posted_in", "id"], name="receipt_posting_key"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, reverses__isnull=True)
                | models.Q(amount__lt=0, reverses__isnull=False),
                name="receipt_negative_exactly_if_refund",
            ),
            sensible_date("received_on", "receipt_received_on_sensible"),
            first_of_month("posted_in", "receipt_posted_in_is_first"),
        ]
        indexes = [
            models.Index(fields=["posted_in", "contract"], name="receipt_posting"),
            models.Index(fields=["-received_on", "number"], name="receipt_latest_first"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_late(self) -> bool:
        """Whether it came to light when its own month was locked, and so counts in a later one."""
        posted_in: Month = self.posted_in
        return Month.of(self.received_on) < posted_in
