from collections.abc import Iterator
from typing import TypeAlias

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from access import roles

READ_ALONG = "latest_reset"
"""What a query may read along with a log-in, so that its sessions are held to it without another."""


class User(AbstractUser):
    """Whoever logs in; the role decides what may be seen and done (see access/roles.py).

    `person_key` is the key of the employee to whom the log-in was linked first. The database writes it with the link
    and never changes it: a log-in stays one person's, and all log-ins of a person are one person.
    """

    Role: TypeAlias = roles.Role

    role = models.CharField(_("role"), max_length=20, choices=roles.Role.choices, default=roles.LEAST)
    person_key = models.BigIntegerField(_("person"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def get_session_auth_hash(self) -> str:
        """What a session is held to: another password ends it, and so does a reset of the second factor."""
        return self._since_reset(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same by the site's earlier keys."""
        yield from map(self._since_reset, super().get_session_auth_fallback_hash())

    def _since_reset(self, hashed: str) -> str:
        latest = getattr(self, READ_ALONG) if hasattr(self, READ_ALONG) else resets_of(self.pk).first()
        return f"{hashed}-{latest}" if latest else hashed

    def __str__(self) -> str:
        """The person's name, as written on whatever they did; without one the user name."""
        return f"{self.last_name}{self.first_name}" or self.username


def resets_of(user: int | models.OuterRef) -> "models.QuerySet[AccountEvent, int]":
    """The keys of the resets of a log-in's second factor, the latest first."""
    resets = AccountEvent.objects.filter(user=user, kind=AccountEvent.Kind.FACTOR_RESET)
    return resets.order_by("-at", "-pk").values_list("pk", flat=True)


class AccountEvent(models.Model):
    """What happened to a log-in, when and by whom; `by` is None for the system, the console, or who holds a link.

    Rows are only ever added: the database refuses to change or delete one.
    """

    class Kind(models.TextChoices):
        MADE = "made", _("log-in made")
        ROLE_GIVEN = "role_given", _("role given")
        LINKED = "linked", _("linked to a person")
        LINK_MADE = "link_made", _("one-time link made")
        LINK_REFUSED = "link_refused", _("one-time link turned down by who opened it")
        PASSWORD_SET = "password_set", _("password set")
        LOGGED_IN = "logged_in", _("logged in")
        LOCKED = "locked", _("log-in locked")
        LEFT = "left", _("log-in locked on leaving")
        AWAITS = "awaits", _("log-in shut until another person opens it")
        OPENED = "opened", _("log-in opened")
        FACTOR_SET = "factor_set", _("second factor set up")
        FACTOR_RESET = "factor_reset", _("second factor reset")
        DOWNLOADED = "downloaded", _("file downloaded")
        GUESSED = "guessed", _("many wrong guesses")
        RELEASED = "released", _("waits after wrong guesses ended")

    user = models.ForeignKey(User, models.PROTECT, related_name="events", verbose_name=_("log-in"))
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    device = models.CharField(_("device"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "-at"], name="events_of_log_in")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_kind_display()}"


class Guesses(models.Model):
    """Wrong guesses that count together lately (access/accounts/guesses.py), and when the next one is looked at.

    `key` says of what: a name, an address, both, a known device, a log-in's codes. Names typed are kept hashed alone:
    people type their password there. `name` is the name's own key, so that all of a log-in can be ended at once;
    `address` is where the latest came from.
    """

    key = models.CharField(_("key"), max_length=60, primary_key=True)
    name = models.CharField(_("log-in"), max_length=60, blank=True)
    wrong = models.PositiveIntegerField(_("wrong guesses"), default=0)
    since = models.DateTimeField(_("since"))
    at = models.DateTimeField(_("at"))
    opens_at = models.DateTimeField(_("next one at"), null=True)
    address = models.GenericIPAddressField(_("network address"), null=True)

    class Meta:
        verbose_name = _("wrong guesses")
        verbose_name_plural = _("wrong guesses")

    def __str__(self) -> str:
        return f"{self.key}: {self.wrong}"


class Disclosure(models.Model):
    """That somebody had a masked number shown in full: who, whose, which and when. Rows are only ever added."""

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("shown to"))
    model = models.CharField(_("kind of record"), max_length=60)
    row_id = models.BigIntegerField(_("key of the record"))
    label = models.CharField(_("whose"), max_length=300)
    field = models.CharField(_("what was shown"), max_length=60)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    device = models.CharField(_("device"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("look at a masked number")
        verbose_name_plural = _("looks at masked numbers")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["model", "row_id"], name="disclosures_of_record")]

    def __str__(self) -> str:
        return f"{self.label} · {self.by}"


class Change(models.Model):
    """That a row was added, changed or removed: when, by whom, from where, and its values before and after.

    Triggers write it (`track_table` in the migrations); the database lets nobody else add, change or delete one. Of a
    row that was added nothing is kept but that: its values follow from how it stands and what was changed since.
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("entered")
        CHANGED = "changed", _("modified")
        REMOVED = "removed", _("deleted")

    class Source(models.TextChoices):
        PAGE = "page", _("by hand")
        IMPORT = "import", _("import of a workbook")
        UNDO = "undo", _("import taken back")
        TASK = "task", _("by itself")
        API = "api", _("by a program")
        CONSOLE = "console", _("at the server")

    at = models.DateTimeField(_("at"))
    model = models.CharField(_("kind of record"), max_length=60)
    row_id = models.BigIntegerField(_("key of the record"))
    label = models.CharField(_("record"), max_length=300)
    kind = models.CharField(_("what happened"), max_length=8, choices=Kind.choices)
    by = models.ForeignKey(
        User, models.DO_NOTHING, db_constraint=False, null=True, related_name="+", verbose_name=_("done by")
    )
    source = models.CharField(_("from where"), max_length=8, choices=Source.choices)
    origin = models.CharField(_("page or file"), max_length=255, blank=True)
    origin_id = models.BigIntegerField(_("key of the upload"), null=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        verbose_name = _("change record")
        verbose_name_plural = _("change records")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["model", "row_id"], name="changes_of_record"),
            models.Index(fields=["by"], name="changes_by_log_in"),
            models.Index(fields=["at"], name="changes_at"),
        ]

    def __str__(self) -> str:
        return f"{self.label} · {self.get_kind_display()}"
