"""Disputes about who closed a deal (part three): the ticket, what both sides bring, and how it is decided."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.models import User
from clients.models import Client, Contract
from compensation.models import Hold
from disputes.clock.models import Pause, WorkingDay
from disputes.deciding.models import Finding, FindingShare, Offer, OfferConfirmation, OfferShare, Ruling
from disputes.evidence.models import Evidence
from disputes.violations.models import Violation
from periods.undoing import stands_on_input
from staff.models import Employee

__all__ = [
    "Dispute", "Evidence", "Finding", "FindingShare", "Offer", "OfferConfirmation", "OfferShare", "Party", "Pause",
    "Ruling", "Violation", "WorkingDay",
]  # fmt: skip

OPEN: Sequence[str] = ("raised", "verifying")


@stands_on_input
class Dispute(models.Model):
    """A dispute among colleagues about a contract, or a client's complaint.

    While one about a contract is open its commission is held (3-1.3); its `rulings` are what it ended by, and what took
    their place later: the last one holds. `due_on` is the last of the ten working days (3-2.3), `due_is_official`
    whether all years it counts in have an official calendar. At most one is open about a contract: a second one joins
    the first.
    """

    class Kind(models.TextChoices):
        COLLEAGUES = "colleagues", _("among colleagues")
        CLIENT = "client", _("client's complaint")

    class State(models.TextChoices):
        RAISED = "raised", pgettext_lazy("dispute", "raised")
        VERIFYING = "verifying", pgettext_lazy("dispute", "under verification")
        DECIDED = "decided", pgettext_lazy("dispute", "decided")
        SETTLED = "settled", pgettext_lazy("dispute", "settled")
        REFUSED = "refused", pgettext_lazy("dispute", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("dispute", "withdrawn")

    number = models.CharField(_("number of the dispute"), max_length=16, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.RAISED)
    client = models.ForeignKey(Client, models.PROTECT, related_name="disputes", verbose_name=_("client"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="disputes", verbose_name=_("contract")
    )
    statement = models.TextField(_("statement"), max_length=4000)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("raised by"))
    raised_at = models.DateTimeField(_("raised at"))
    raised_on = models.DateField(_("raised on"))
    due_on = models.DateField(_("to be decided by"))
    due_is_official = models.BooleanField(_("by the official calendar"))
    verification_began_at = models.DateTimeField(_("verification began at"), null=True, blank=True)
    is_special = models.BooleanField(_("special"), default=False)
    special_reason = models.CharField(_("why special"), max_length=500, blank=True)
    hold = models.OneToOneField(
        Hold, models.PROTECT, null=True, blank=True, related_name="dispute", verbose_name=_("hold")
    )
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_because = models.CharField(_("reason of the end"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state__in=OPEN), name="one_open_dispute_a_contract"
            ),
            models.CheckConstraint(
                condition=Q(kind="client") | Q(contract__isnull=False), name="dispute_of_colleagues_names_contract"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at=None, ended_by=None)
                | Q(~Q(state__in=OPEN), ended_at__isnull=False, ended_by__isnull=False),
                name="dispute_ends_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="raised", verification_began_at=None)
                | Q(state__in=("verifying", "decided"), verification_began_at__isnull=False)
                | Q(state__in=("settled", "refused", "withdrawn")),
                name="dispute_is_decided_after_verification",
            ),
            models.CheckConstraint(
                condition=Q(is_special=False, special_reason="") | Q(is_special=True) & ~Q(special_reason=""),
                name="special_dispute_says_why",
            ),
            models.CheckConstraint(condition=~Q(statement=""), name="dispute_has_statement"),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(contract__isnull=False), name="settlement_is_about_a_contract"
            ),
            models.CheckConstraint(condition=Q(due_on__gt=models.F("raised_on")), name="dispute_due_after_raised"),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="dispute_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it is neither decided nor ended otherwise."""
        return self.state in OPEN


@stands_on_input
class Party(models.Model):
    """Somebody on one side of a dispute, with what they ask for (shares 0–1) and say.

    A claimant asks; a respondent, at first the closer, answers. Who is named later joins at `named_at`; a claimant who
    takes the claim back, while others go on with theirs, did so at `withdrawn_at`.
    """

    class Side(models.TextChoices):
        CLAIMANT = "claimant", _("claimant")
        RESPONDENT = "respondent", _("respondent")

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="parties", verbose_name=_("dispute"))
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="disputes", verbose_name=_("party"))
    side = models.CharField(_("side"), max_length=10, choices=Side.choices)
    named_at = models.DateTimeField(_("named at"))
    asked_sales = models.DecimalField(
        _("share of the sales asked for"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    asked_commission = models.DecimalField(
        _("share of the commission asked for"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    statement = models.TextField(_("statement"), max_length=4000, blank=True)
    withdrawn_at = models.DateTimeField(_("claim taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["dispute", "named_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "employee"], name="party_once_a_dispute"),
            models.CheckConstraint(
                condition=Q(asked_sales=None, asked_commission=None)
                | Q(asked_sales__range=(0, 1), asked_commission__range=(0, 1)),
                name="asked_shares_within_the_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(side="claimant"), name="claimants_take_claims_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute} {self.employee}"
