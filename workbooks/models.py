from django.db import models
from django.utils.translation import gettext_lazy as _

from access.models import User
from workbooks.parallel.models import ParallelLine, ParallelRun
from workbooks.uploads.models import Upload, UploadRow

__all__ = ["ImportBatch", "ImportedRow", "ParallelLine", "ParallelRun", "Upload", "UploadRow"]


class ImportBatch(models.Model):
    """One workbook that was taken in; without a user it was imported at the server's console."""

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("checksum"), max_length=64)
    imported_at = models.DateTimeField(_("imported at"))
    imported_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("imported by")
    )
    counts = models.JSONField(_("rows per sheet"), default=dict)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return self.file_name


class ImportedRow(models.Model):
    """What a sheet's row said when it was last imported, by its key: the yardstick for “same content” and “changed”.

    `replaced` lists what earlier imports said, the last one last, each as its import's key and its content: undoing
    an import goes back to it.
    """

    sheet = models.CharField(_("sheet"), max_length=20)
    key = models.CharField(_("key"), max_length=200)
    content = models.JSONField(_("content"))
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="rows", verbose_name=_("import"))
    replaced = models.JSONField(_("what earlier imports said"), default=list, blank=True)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["sheet", "key"]
        constraints = [models.UniqueConstraint(fields=["sheet", "key"], name="one_imported_row_per_key")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.key}"
