"""What a side brings before those who decide (3-1.2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.models import User


class Evidence(models.Model):
    """One piece of evidence, with the day that it is about, a note and perhaps a file.

    `stored_as` is the name under which the file lies in the state directory, `digest` its SHA-256 (hex). Evidence stays
    as it was brought; what was brought by mistake is withdrawn, and remains to be seen as such.
    """

    class Kind(models.TextChoices):
        PROTECTION = "protection", _("client-protection log-in")
        CONTACT = "contact", _("contact record")
        VISIT = "visit", _("visit")
        SEMINAR = "seminar", _("seminar invitation")
        CONTRACT = "contract", _("signed contract")

    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="evidence", verbose_name=_("dispute"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    day = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=1000)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    content_type = models.CharField(_("kind of file"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("size"), default=0)
    stored_as = models.CharField(_("stored as"), max_length=64, blank=True)
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)
    brought_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("brought by"))
    brought_at = models.DateTimeField(_("brought at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["dispute", "day", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="evidence_has_note"),
            models.CheckConstraint(
                condition=Q(file_name="", stored_as="", digest="", size=0)
                | Q(size__range=(1, 10 * 2**20)) & ~Q(file_name="") & ~Q(stored_as="") & ~Q(digest=""),
                name="evidence_file_is_whole",
            ),
            models.UniqueConstraint(fields=["stored_as"], condition=~Q(stored_as=""), name="evidence_stored_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute} {self.get_kind_display()} {self.day}"

    @property
    def kept_as(self) -> str:
        """As what it is kept that somebody took the file."""
        return f"SHA-256 {self.digest}"
