from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.models import User
from periods.fields import MonthField, first_of_month


class Export(models.Model):
    """A workbook that a program asked for: written by a worker, kept for a day, and taken by who asked alone."""

    class Kind(models.TextChoices):
        PAYROLL = "payroll", _("payroll")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    month = MonthField(_("month"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), db_index=True)
    starts = models.PositiveSmallIntegerField(_("how often begun"), default=0)
    problem = models.TextField(_("problem"), blank=True)
    is_draft = models.BooleanField(_("draft"), default=False)
    content = models.BinaryField(_("content"), null=True, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            first_of_month("month", "export_month_is_first"),
            models.CheckConstraint(
                condition=Q(state="ready", content__isnull=False) | Q(~Q(state="ready"), content=None),
                name="export_is_ready_with_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.month}"
