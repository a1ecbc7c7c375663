from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.models import User
from api.exports.models import Export
from periods.undoing import stands_on_input
from staff.models import Branch

__all__ = ["AnsweredCall", "Export", "Token"]


@stands_on_input
class Token(models.Model):
    """What a program shows instead of a password: it acts as a log-in, until a day or until it is revoked.

    Only a hash of it is kept. With a branch it sees that branch, in place of the one that the log-in's person is in.
    Without `made_by` or `revoked_by` it was done at the server's console.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name=_("log-in"))
    name = models.CharField(_("name"), max_length=150)
    digest = models.CharField(_("hash"), max_length=64, unique=True, editable=False)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("revoked by")
    )

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="token_expires_after_made"),
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False), name="token_revoked_at_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AnsweredCall(models.Model):
    """What a call with an `Idempotency-Key` was answered, for who sends it again: kept for a day.

    `asked` is the hash of all that was asked.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("log-in"))
    key = models.CharField(_("key"), max_length=255)
    asked = models.CharField(_("what was asked"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    answer = models.JSONField(_("answer"))
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        verbose_name = _("answered call")
        verbose_name_plural = _("answered calls")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_a_key")]

    def __str__(self) -> str:
        return self.key
