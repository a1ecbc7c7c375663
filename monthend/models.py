from django.db import models
from django.utils.translation import gettext_lazy as _

from access.models import User
from periods.fields import MonthField, first_of_month
from rulebook.models import PlanVersion
from staff.models import Branch


class MonthRun(models.Model):
    """One computing of a month; without a user it was done at the server's console."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        COMPUTED = "computed", _("computed")
        LOCKED = "locked", _("locked")
        REPLACED = "replaced", _("replaced")

    month = MonthField(_("month"))
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", verbose_name=_("plan version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField(_("started at"))
    started_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    computed_at = models.DateTimeField(_("computed at"), null=True, blank=True)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    locked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("locked by")
    )

    class Meta:
        verbose_name = _("month run")
        verbose_name_plural = _("month runs")
        ordering = ["-month", "-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["month"], condition=~models.Q(state="replaced"), name="one_live_run_per_month"
            ),
            first_of_month("month", "run_month_is_first"),
        ]

    def __str__(self) -> str:
        return str(self.month)


class MonthStep(models.Model):
    """One step of a run for one branch, or for the whole company; done in one transaction that marks it done."""

    class Name(models.TextChoices):
        CREDIT = "credit", _("credit")
        COMMISSIONS = "commissions", _("commissions")
        ASSESSMENTS = "assessments", _("rank assessments")
        BONUSES = "bonuses", _("support bonus")
        FUNDS = "funds", _("funds")
        PAYSLIPS = "payslips", _("payslips")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")

    run = models.ForeignKey(MonthRun, models.CASCADE, related_name="steps", verbose_name=_("run"))
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("step"), max_length=16, choices=Name.choices)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("branch"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    rows = models.PositiveIntegerField(_("rows written"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a run")
        verbose_name_plural = _("steps of a run")
        ordering = ["run", "position", "branch"]
        constraints = [models.UniqueConstraint(fields=["run", "name", "branch"], name="one_step_per_branch")]

    def __str__(self) -> str:
        return f"{self.run} {self.get_name_display()} {self.branch}"
