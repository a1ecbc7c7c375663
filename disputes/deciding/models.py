"""How a dispute is decided: two findings and the general manager (3-2.2, 3-2.3), or a settlement (3-1.1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.models import User
from compensation.models import Correction
from periods.fields import Share
from periods.undoing import stands_on_input
from staff.models import Employee


def _shares_within_the_whole(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(sales_share__range=(0, 1), commission_share__range=(0, 1)), name=name)


class PartyShares(models.Model):
    """One party's shares (0–1); each kind sums to 1 over all that were given together."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("party"))
    sales_share = Share(_("share of the sales"), max_digits=5, decimal_places=4)
    commission_share = Share(_("share of the commission"), max_digits=5, decimal_places=4)

    class Meta:
        abstract = True


@stands_on_input
class Finding(models.Model):
    """What one desk found: its reasons, who owns the client from then on, and each one's shares.

    A desk is human resources', the marketing director's or, where these differ or the case is the general manager's,
    the general manager's. It is given once and stays; neither of the first two reads the other's before its own.
    `upholds` is a client's complaint found to be true or not, where it is about no contract.
    """

    class Desk(models.TextChoices):
        HR = "human", _("human resources")
        MARKETING = "marketing", _("marketing director")
        GENERAL_MANAGER = "gm", _("general manager")

    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="findings", verbose_name=_("dispute"))
    desk = models.CharField(_("desk"), max_length=9, choices=Desk.choices)
    reasons = models.TextField(_("reasons"), max_length=4000)
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner of the client")
    )
    upholds = models.BooleanField(_("complaint upheld"), null=True, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("given by"))
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["dispute", "given_at"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "desk"], name="one_finding_a_desk"),
            models.CheckConstraint(condition=~Q(reasons=""), name="finding_has_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute} {self.get_desk_display()}"


@stands_on_input
class FindingShare(PartyShares):
    """One party's shares by a finding."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="shares", verbose_name=_("finding"))

    class Meta:
        verbose_name = _("share by a finding")
        verbose_name_plural = _("shares by findings")
        ordering = ["finding", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "employee"], name="one_finding_share_a_party"),
            _shares_within_the_whole("finding_shares_within_the_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.employee}"


@stands_on_input
class Ruling(models.Model):
    """How a dispute was decided: by findings, by the general manager, or by what the parties agreed on.

    It is never changed: another one of the same dispute, by the general manager, takes its place (3-1.3), and the last
    one holds. `correction` is what it posted, None where it divides no contract. `owner` owns the client from `made_on`
    on; None where it names nobody.
    """

    class Source(models.TextChoices):
        FINDINGS = "findings", _("two findings")
        GENERAL_MANAGER = "gm", pgettext_lazy("ruling", "general manager")
        SETTLEMENT = "settlement", _("settlement")
        REPLACEMENT = "replacement", _("in place of the ruling before")

    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="rulings", verbose_name=_("dispute"))
    source = models.CharField(_("by"), max_length=11, choices=Source.choices)
    reasons = models.TextField(_("reasons"), max_length=4000)
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner of the client")
    )
    upholds = models.BooleanField(_("complaint upheld"), null=True, blank=True)
    correction = models.OneToOneField(
        Correction, models.PROTECT, null=True, blank=True, related_name="ruling_of", verbose_name=_("posted as")
    )
    made_on = models.DateField(_("made on"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        ordering = ["dispute", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reasons=""), name="ruling_has_reasons"),
            models.UniqueConstraint(
                fields=["dispute"], condition=~Q(source="replacement"), name="one_first_ruling_a_dispute"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute} {self.made_on}"


@stands_on_input
class Offer(models.Model):
    """What one party offers the others, to settle it among themselves (3-1.1); it holds once all parties confirmed."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("offer", "open")
        AGREED = "agreed", pgettext_lazy("offer", "agreed")
        DECLINED = "declined", pgettext_lazy("offer", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("offer", "withdrawn")

    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="offers", verbose_name=_("dispute"))
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("offered by"))
    made_at = models.DateTimeField(_("offered at"))
    note = models.CharField(_("note"), max_length=1000, blank=True)
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner of the client")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["dispute", "-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["dispute"], condition=Q(state="open"), name="one_open_offer_a_dispute"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | Q(~Q(state="open"), ended_at__isnull=False),
                name="offer_ends_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute} {self.made_by}"


@stands_on_input
class OfferShare(PartyShares):
    """One party's shares by an offer."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="shares", verbose_name=_("offer"))

    class Meta:
        verbose_name = _("share by an offer")
        verbose_name_plural = _("shares by offers")
        ordering = ["offer", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "employee"], name="one_offer_share_a_party"),
            _shares_within_the_whole("offer_shares_within_the_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.offer} {self.employee}"


@stands_on_input
class OfferConfirmation(models.Model):
    """That a party agreed to an offer; whoever made it did by making it."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="confirmations", verbose_name=_("offer"))
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("party"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("confirmation of an offer")
        verbose_name_plural = _("confirmations of offers")
        ordering = ["offer", "confirmed_at"]
        constraints = [models.UniqueConstraint(fields=["offer", "employee"], name="offer_confirmed_once_a_party")]

    def __str__(self) -> str:
        return f"{self.offer} {self.employee}"
