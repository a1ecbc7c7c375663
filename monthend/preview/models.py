"""Previews asked for, and what they found: nothing official, so neither sealed nor kept for good."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import User
from monthend.preview.what_if import WhatIf
from periods.fields import Money, MonthField, first_of_month
from periods.undoing import goes_with_input
from rulebook.models import PlanVersion
from rulebook.plan_version import parsed
from rulebook.wording import month_text
from staff.models import Branch, Employee

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_UNSAVED = 0  # the key that a plan given as text bears while months are computed with it


SIDES = ("as_is", "supposed")
"""What the names of a result's columns end with: the side that is, and the one supposed."""


def _as_is(label: "StrOrPromise") -> "StrOrPromise":
    return format_lazy(_("{what} as it is"), what=label)


def _supposed(label: "StrOrPromise") -> "StrOrPromise":
    return format_lazy(_("{what} supposed"), what=label)


def _or_nothing(amount: str) -> Coalesce:
    return Coalesce(amount, models.Value(0, models.DecimalField()))


class Preview(models.Model):
    """A what-if over a run of months, asked for by inserting the row; a worker fills in what it found.

    Supposed is the plan of `plan_text`, that of `plan_version` as it read then if one is named, or without a text the
    plan in force; and by branch code other targets (CNY a month). As they are, months from `computed_from` on had no
    official result and were computed as things stand.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    OPEN = (State.WAITING, State.RUNNING)

    first_month = MonthField(_("first month"))
    last_month = MonthField(_("last month"))
    plan_version = models.ForeignKey(
        PlanVersion, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("plan version")
    )
    plan_text = models.TextField(_("plan text"), blank=True)
    targets = models.JSONField(_("other targets"), default=dict, blank=True)
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    starts = models.PositiveSmallIntegerField(_("how often begun"), default=0)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    seconds = models.DecimalField(_("seconds taken"), max_digits=9, decimal_places=2, null=True, blank=True)
    computed_from = MonthField(_("as it is computed from"), null=True, blank=True)
    problems = models.JSONField(_("left out"), default=list, blank=True)
    failure = models.TextField(_("what went wrong"), blank=True)

    class Meta:
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        ordering = ["-asked_at", "-id"]
        constraints = [
            first_of_month("first_month", "preview_first_month_is_first"),
            first_of_month("last_month", "preview_last_month_is_first"),
            models.CheckConstraint(
                condition=models.Q(last_month__gte=models.F("first_month")), name="preview_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running"], done_at=None)
                | models.Q(state__in=["done", "failed"], done_at__isnull=False),
                name="preview_ended_exactly_if_done",
            ),
        ]

    def __str__(self) -> str:
        months = str(self.first_month)
        return months if self.last_month == self.first_month else f"{months} – {self.last_month}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its result."""
        return self.state in self.OPEN

    @property
    def months_text(self) -> str:
        """The months it covers, as they read in a sentence."""
        if self.first_month == self.last_month:
            return month_text(self.first_month)
        facts = {"first": month_text(self.first_month), "last": month_text(self.last_month)}
        return gettext("%(first)s to %(last)s") % facts

    @property
    def supposed_plan(self) -> PlanVersion | None:
        """The plan version supposed, None for the plan in force; it is not to be saved. PlanError for another text."""
        text = self.plan_text or (self.plan_version.text if self.plan_version else "")
        if not text:
            return None
        plan = parsed(text)
        return PlanVersion(
            pk=self.plan_version_id or _UNSAVED,
            version=plan.version,
            name=plan.name,
            effective_from=plan.effective_from,
            text=text,
        )

    def what_if(self) -> WhatIf:
        """What is supposed, as a value."""
        return WhatIf(self.first_month, self.last_month, self.supposed_plan, self.supposed_targets())

    def supposed_targets(self) -> dict[int, Decimal]:
        """The targets supposed (CNY a month) by branch's id."""
        ids = dict(Branch.objects.filter(code__in=self.targets).values_list("code", "pk"))
        return {ids[code]: Decimal(amount) for code, amount in self.targets.items() if code in ids}


class PreviewResult(models.Model):
    """A row of a preview's result: a figure as it is beside the one supposed, CNY; written once with the result."""

    preview = models.ForeignKey(Preview, models.CASCADE, related_name="+", verbose_name=_("preview"))
    month = MonthField(_("month"))
    branch = models.ForeignKey(Branch, models.CASCADE, related_name="+", verbose_name=_("branch"))

    class Meta:
        abstract = True


@goes_with_input
class PreviewLine(PreviewResult):
    """A person's month, as it is and supposed; amounts are null on the side on which nobody is paid.

    `difference` is that of gross pay; `branch` pays as supposed, or only as it is.
    """

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="+", verbose_name=_("employee"))
    rank_as_is = models.CharField(_as_is(_("rank")), max_length=16, blank=True)
    rank_supposed = models.CharField(_supposed(_("rank")), max_length=16, blank=True)
    next_rank_as_is = models.CharField(_as_is(_("rank next month")), max_length=16, blank=True)
    next_rank_supposed = models.CharField(_supposed(_("rank next month")), max_length=16, blank=True)
    sales_as_is = Money(_as_is(_("own sales")), null=True)
    sales_supposed = Money(_supposed(_("own sales")), null=True)
    base_pay_as_is = Money(_as_is(_("base pay")), null=True)
    base_pay_supposed = Money(_supposed(_("base pay")), null=True)
    commission_as_is = Money(_as_is(_("commission")), null=True)
    commission_supposed = Money(_supposed(_("commission")), null=True)
    assist_as_is = Money(_as_is(_("assist commission")), null=True)
    assist_supposed = Money(_supposed(_("assist commission")), null=True)
    brought_as_is = Money(_as_is(_("deficit brought forward")), null=True)
    brought_supposed = Money(_supposed(_("deficit brought forward")), null=True)
    adjustment_as_is = Money(_as_is(_("adjustment")), null=True)
    adjustment_supposed = Money(_supposed(_("adjustment")), null=True)
    carried_as_is = Money(_as_is(_("deficit carried forward")), null=True)
    carried_supposed = Money(_supposed(_("deficit carried forward")), null=True)
    support_bonus_as_is = Money(_as_is(_("support bonus")), null=True)
    support_bonus_supposed = Money(_supposed(_("support bonus")), null=True)
    gross_as_is = Money(_as_is(_("gross pay")), null=True)
    gross_supposed = Money(_supposed(_("gross pay")), null=True)
    difference = Money(_("difference"))
    rank_differs = models.BooleanField(_("another rank"))

    class Meta:
        verbose_name = _("preview of a person")
        verbose_name_plural = _("previews of people")
        ordering = ["preview", "month", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["preview", "month", "employee"], name="one_preview_line_a_month"),
            models.CheckConstraint(
                condition=models.Q(difference=_or_nothing("gross_supposed") - _or_nothing("gross_as_is")),
                name="preview_line_differs_by_gross",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {month_text(self.month)}"


@goes_with_input
class PreviewBranch(PreviewResult):
    """A branch's month, as it is and supposed: credited sales against the target, support bonus, what funds accrue."""

    sales_as_is = Money(_as_is(_("credited sales")), null=True)
    sales_supposed = Money(_supposed(_("credited sales")), null=True)
    target_as_is = Money(_as_is(_("target")), null=True)
    target_supposed = Money(_supposed(_("target")), null=True)
    pool_as_is = Money(_as_is(_("support bonus pool")), null=True)
    pool_supposed = Money(_supposed(_("support bonus pool")), null=True)
    client_relations_as_is = Money(_as_is(_("client relations")), null=True)
    client_relations_supposed = Money(_supposed(_("client relations")), null=True)
    company_activity_as_is = Money(_as_is(_("company activity")), null=True)
    company_activity_supposed = Money(_supposed(_("company activity")), null=True)
    claims_rejected_as_is = models.PositiveIntegerField(_as_is(_("claims rejected")), default=0)
    claims_rejected_supposed = models.PositiveIntegerField(_supposed(_("claims rejected")), default=0)

    class Meta:
        verbose_name = _("preview of a branch")
        verbose_name_plural = _("previews of branches")
        ordering = ["preview", "month", "branch"]
        constraints = [
            models.UniqueConstraint(fields=["preview", "month", "branch"], name="one_preview_branch_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.branch} {month_text(self.month)}"
