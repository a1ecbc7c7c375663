"""Workbooks that were uploaded, and what each row of them would do or did."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from access.models import User

_IMPORTED = ["applied", "undo_asked", "undo_shown", "undo_sure", "undone"]


class Upload(models.Model):
    """A workbook uploaded to be imported: the file, and how far it is; workers find there what waits.

    `shown` is the digest of what was shown: nothing else is ever applied. `counts` and `sums` (CNY) are by the sheets'
    titles; errors and warnings are kept as told then, in `language`. `sample` are hashes of some of its rows' keys, by
    which another attempt at the same file is known; `answered_by` is the one that came after it was refused.
    `new_months` are those that the import brought something for before anybody began them. `undo_obstacles` is what
    speaks against taking the import back, which stays imported then; `undo_shown` is the digest of what that would do.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be read")
        READING = "reading", _("being read")
        REFUSED = "refused", _("to be mended")
        READY = "ready", _("ready to import")
        CONFIRMED = "confirmed", _("waiting to be imported")
        APPLYING = "applying", _("being imported")
        APPLIED = "applied", _("imported")
        FAILED = "failed", _("failed")
        UNDO_ASKED = "undo_asked", _("looking at its undoing")
        UNDO_SHOWN = "undo_shown", _("undoing to confirm")
        UNDO_SURE = "undo_sure", _("being undone")
        UNDONE = "undone", _("import undone")

    OPEN = (State.WAITING, State.READING, State.CONFIRMED, State.APPLYING, State.UNDO_ASKED, State.UNDO_SURE)
    IMPORTED = (State.APPLIED, State.UNDO_ASKED, State.UNDO_SHOWN, State.UNDO_SURE, State.UNDONE)

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum"), max_length=64)
    data = models.BinaryField(_("content of the file"))
    emptied_at = models.DateTimeField(_("content removed at"), null=True, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    language = models.CharField(_("language"), max_length=10)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    starts = models.PositiveSmallIntegerField(_("how often begun"), default=0)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    doing = models.CharField(_("sheet being read"), max_length=255, blank=True)
    counts = models.JSONField(_("rows per sheet"), default=dict, blank=True)
    sums = models.JSONField(_("sums per sheet"), default=dict, blank=True)
    errors = models.JSONField(_("errors"), default=list, blank=True)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    shown = models.CharField(_("digest of what was shown"), max_length=64, blank=True)
    is_shown_anew = models.BooleanField(_("shown anew"), default=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    failure = models.TextField(_("what went wrong"), blank=True)
    batch = models.OneToOneField(
        "workbooks.ImportBatch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="upload",
        verbose_name=_("import"),
    )
    stale_months = models.JSONField(_("stale months"), default=list, blank=True)
    new_months = models.JSONField(_("months not begun yet"), default=list, blank=True)
    sample = models.JSONField(_("hashes of some rows"), default=list, blank=True)
    answered_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("mended by")
    )
    undo_obstacles = models.JSONField(_("what speaks against undoing it"), default=list, blank=True)
    undo_shown = models.CharField(_("digest of the undoing that was shown"), max_length=64, blank=True)
    undo_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undo_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )

    class Meta:
        verbose_name = _("uploaded workbook")
        verbose_name_plural = _("uploaded workbooks")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=_IMPORTED, batch__isnull=False, confirmed_by__isnull=False)
                | ~models.Q(state__in=_IMPORTED) & models.Q(batch=None),
                name="applied_upload_has_its_import",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["confirmed", "applying"])
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~models.Q(shown=""),
                name="confirmed_upload_was_shown",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["undo_sure", "undone"])
                | models.Q(undo_by__isnull=False, undo_at__isnull=False) & ~models.Q(undo_shown=""),
                name="undoing_was_shown",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in self.OPEN


class UploadRow(models.Model):
    """A row of an uploaded workbook that adds or changes something; `differences` lists heading, old value, new value.

    Of a row that adds something the old values are null.
    """

    class Change(models.TextChoices):
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="rows", verbose_name=_("uploaded workbook"))
    sheet = models.CharField(_("sheet"), max_length=20)
    row = models.PositiveIntegerField(_("row"))
    key = models.CharField(_("identified by"), max_length=200)
    change = models.CharField(_("what happens"), max_length=10, choices=Change.choices)
    differences = models.JSONField(_("what it says"))

    class Meta:
        verbose_name = _("row of an uploaded workbook")
        verbose_name_plural = _("rows of uploaded workbooks")
        ordering = ["upload", "id"]

    def __str__(self) -> str:
        return f"{self.sheet} {self.key}"
