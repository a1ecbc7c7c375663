import functools

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from rulebook.plan import Plan, PlanError
from rulebook.plan_text.parser import parse_plan


@functools.lru_cache(maxsize=64)
def parsed(text: str) -> Plan:
    """The plan of a text, parsed once; PlanError if the text can't be one."""
    return parse_plan(text)


class PlanVersion(models.Model):
    """A dated version of the compensation plan, kept as the YAML text that was approved (1-1).

    A version is frozen by the database once a locked month was computed with it.
    """

    version = models.CharField(_("version"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=200)
    effective_from = models.DateField(_("effective from"))
    text = models.TextField(_("plan text"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        ordering = ["-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["effective_from"],
                condition=models.Q(approved_at__isnull=False),
                name="one_approved_plan_per_date",
            ),
            models.CheckConstraint(condition=models.Q(effective_from__day=1), name="plan_starts_on_first"),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def plan(self) -> Plan:
        """The parsed plan; PlanError if the text can't be one."""
        return parsed(self.text)

    def clean(self) -> None:
        """Refuse a text that is no plan, or one whose version or date differ from the fields."""
        try:
            plan = parse_plan(self.text)
        except PlanError as error:
            raise ValidationError({"text": str(error).splitlines()}) from error
        if (plan.version, plan.effective_from) != (self.version, self.effective_from):
            raise ValidationError({"text": _("The text names another version or date.")})
