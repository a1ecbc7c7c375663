"""Client protection: its dated terms, the follow-ups, what lapsed to the open pool (公海) and was claimed from it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from access.models import User
from periods.undoing import stands_on_input
from staff.models import Employee, sensible_date


class ProtectionTerms(models.Model):
    """How clients without a contract are protected, from a day on until the next terms; days are calendar days."""

    start = models.DateField(_("in force from"), unique=True)
    follow_up_days = models.PositiveSmallIntegerField(
        _("days without a follow-up"), default=30, help_text=_("On the day after, the client goes to the open pool.")
    )
    protection_days = models.PositiveSmallIntegerField(
        _("days of protection"), default=180, help_text=_("Without a contract by then, follow-ups or not.")
    )
    limit = models.PositiveSmallIntegerField(_("clients a person may keep"), default=200)
    cool_down_days = models.PositiveSmallIntegerField(_("days until the last owner may claim again"), default=30)
    set_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("set by")
    )

    class Meta:
        verbose_name = _("terms of client protection")
        verbose_name_plural = _("terms of client protection")
        ordering = ["-start"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    follow_up_days__gte=1, protection_days__gte=models.F("follow_up_days"), limit__gte=1
                ),
                name="protection_terms_sensible",
                violation_error_message=_(
                    "The protection is no shorter than the days without a follow-up; both and the limit are at least 1."
                ),
            ),
            sensible_date("start", "protection_terms_start_sensible"),
        ]

    def __str__(self) -> str:
        return str(self.start)


@stands_on_input
class FollowUp(models.Model):
    """What a client's owner did for it (3-1.2): it keeps the client protected."""

    class Kind(models.TextChoices):
        LOG_IN = "log_in", _("client-protection log-in")
        CONTACT = "contact", _("contact record")
        VISIT = "visit", _("visit")
        SEMINAR = "seminar", _("seminar invitation")
        CONTRACT = "contract", _("signed contract")

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="follow_ups", verbose_name=_("client"))
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CONTACT)
    note = models.CharField(_("what was done"), max_length=500)
    person = models.ForeignKey(Employee, models.PROTECT, editable=False, related_name="+", verbose_name=_("by whom"))
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, editable=False, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["-date", "-id"]
        constraints = [sensible_date("date", "follow_up_date_sensible")]
        indexes = [models.Index(fields=["client", "date"], name="follow_up_of_client")]

    def __str__(self) -> str:
        return f"{self.client} {self.date}"


@stands_on_input
class Lapse(models.Model):
    """From `date` on a client without a contract is in the open pool; `owner` had it until then. No orphan (1-5)."""

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="lapses", verbose_name=_("client"))
    date = models.DateField(_("date"))
    owner = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("owner until then"))

    class Meta:
        verbose_name = _("lapse of protection")
        verbose_name_plural = _("lapses of protection")
        ordering = ["-date", "client"]
        constraints = [
            models.UniqueConstraint(fields=["client", "date"], name="one_lapse_a_day"),
            sensible_date("date", "lapse_date_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.date}"


@stands_on_input
class PoolClaim(models.Model):
    """A client of the open pool claimed for a sales person, who owns it from `date` on."""

    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="claims", verbose_name=_("client"))
    date = models.DateField(_("date"))
    owner = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("new owner"))
    claimed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("claimed by"))

    class Meta:
        verbose_name = _("claim from the open pool")
        verbose_name_plural = _("claims from the open pool")
        ordering = ["-date", "client"]
        constraints = [
            models.UniqueConstraint(fields=["client", "date"], name="one_pool_claim_a_day"),
            sensible_date("date", "pool_claim_date_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.client} → {self.owner}"
