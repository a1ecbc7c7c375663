from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import User
from monthend.preview.models import Preview, PreviewBranch, PreviewLine
from periods.fields import MonthField, first_of_month
from periods.undoing import goes_with_input
from rulebook.models import PlanVersion
from rulebook.wording import month_text
from staff.models import Branch

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


__all__ = [
    "Deputy", "MonthRun", "MonthStep", "MonthTransition", "MonthVerification",
    "Preview", "PreviewBranch", "PreviewLine",
]  # fmt: skip


def _who(label: "StrOrPromise") -> "models.ForeignKey[User | None]":
    """Who did something; NULL for the server's console, or while nobody has."""
    return models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


class MonthRun(models.Model):
    """One computing of a month, and its way to the lock; without a user it was done at the server's console.

    Whoever hands it over is its preparer, and never its approver: the database sees to that. `approved_for` is whom a
    deputy stood in for. `seal` is the hash of the month's rows at the lock, `link` the one over it and the link of the
    month before, which the database makes (lock/selectors_chain.py), `branch_names` what the branches were called
    then, by code: a locked month's payroll workbook stays the same when one is renamed.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        COMPUTED = "computed", _("computed")
        STALE = "stale", _("stale")
        SUBMITTED = "submitted", _("waiting for approval")
        APPROVED = "approved", _("approved")
        LOCKED = "locked", _("locked")
        REPLACED = "replaced", _("replaced")

    month = MonthField(_("month"))
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", verbose_name=_("plan version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    inputs_version = models.PositiveBigIntegerField(_("version of the inputs"), default=0)
    started_at = models.DateTimeField(_("started at"))
    started_by = _who(_("started by"))
    computed_at = models.DateTimeField(_("computed at"), null=True, blank=True)
    prepared_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    prepared_by = _who(_("prepared by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = _who(_("approved by"))
    approved_for = _who(_("approved in place of"))
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    locked_by = _who(_("locked by"))
    locked_at_console = models.BooleanField(_("locked at the console"), default=False)
    seal = models.CharField(_("seal"), max_length=64, blank=True)
    link = models.CharField(_("chain code"), max_length=64, blank=True)
    branch_names = models.JSONField(_("branch names at the lock"), default=dict, blank=True)

    class Meta:
        verbose_name = _("month run")
        verbose_name_plural = _("month runs")
        ordering = ["-month", "-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["month"], condition=~models.Q(state="replaced"), name="one_live_run_per_month"
            ),
            first_of_month("month", "run_month_is_first"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["submitted", "approved"])
                | models.Q(prepared_by__isnull=False, prepared_at__isnull=False),
                name="submitted_run_names_preparer",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "locked"])
                | models.Q(state="locked", locked_at_console=True, locked_by=None, approved_by=None)
                | models.Q(
                    models.Q(approved_for=None) | ~models.Q(approved_for=models.F("prepared_by")),
                    ~models.Q(approved_by=models.F("prepared_by")),
                    locked_at_console=False,
                    prepared_by__isnull=False,
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                ),
                name="four_eyes_approve_a_run",
            ),
            models.CheckConstraint(
                condition=models.Q(state="locked", locked_at__isnull=False)
                & (models.Q(locked_by__isnull=False) | models.Q(locked_at_console=True))
                & ~models.Q(seal="")
                | ~models.Q(state="locked")
                & models.Q(locked_at=None, locked_by=None, locked_at_console=False, seal=""),
                name="locked_run_is_sealed",
            ),
            models.CheckConstraint(
                condition=(models.Q(state="locked") & ~models.Q(link=""))
                | (~models.Q(state="locked") & models.Q(link="")),
                name="locked_run_is_linked",
            ),
            models.UniqueConstraint(fields=["link"], condition=~models.Q(link=""), name="one_link_per_month"),
        ]

    def __str__(self) -> str:
        return month_text(self.month)


@goes_with_input
class MonthStep(models.Model):
    """One step of a run for one branch, or for the whole company; done in one transaction that marks it done."""

    class Name(models.TextChoices):
        CREDIT = "credit", _("credit")
        COMMISSIONS = "commissions", _("commissions")
        HOLDS = "holds", _("held commission")
        ASSESSMENTS = "assessments", _("rank assessments")
        BONUSES = "bonuses", _("support bonus")
        FUNDS = "funds", _("funds")
        PAYSLIPS = "payslips", _("payslips")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    run = models.ForeignKey(MonthRun, models.CASCADE, related_name="steps", verbose_name=_("run"))
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("step"), max_length=16, choices=Name.choices)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("branch"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    rows = models.PositiveIntegerField(_("rows written"), default=0)
    problem = models.TextField(_("what went wrong"), blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a run")
        verbose_name_plural = _("steps of a run")
        ordering = ["run", "position", "branch"]
        constraints = [models.UniqueConstraint(fields=["run", "name", "branch"], name="one_step_per_branch")]

    def __str__(self) -> str:
        return f"{self.run} {self.get_name_display()} {self.branch}"


class MonthTransition(models.Model):
    """One step of a run on its way, with who and when; rows are only ever added.

    Without a user it was the console or, for `stale`, the database itself, which saw the inputs change. `pay_list` is
    the hash of the pay list (approval/pay_list.py) that was approved, and that is locked. `paid_on` and `voucher` tell
    of a payment; a payment and its taking back, by another log-in, follow each other in turn: the database sees to it.
    """

    class Kind(models.TextChoices):
        STARTED = "started", _("computing started")
        COMPUTED = "computed", _("computed")
        STALE = "stale", _("stale: what it is computed from changed")
        SUBMITTED = "submitted", _("handed over for approval")
        REJECTED = "rejected", _("sent back")
        APPROVED = "approved", _("approved")
        LOCKED = "locked", _("locked")
        PAID = "paid", _("paid")
        UNPAID = "unpaid", _("payment taken back")

    PAYMENTS = (Kind.PAID, Kind.UNPAID)

    run = models.ForeignKey(MonthRun, models.PROTECT, related_name="transitions", verbose_name=_("run"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    by = _who(_("by"))
    on_behalf_of = _who(_("in place of"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    pay_list = models.CharField(_("checksum of the pay list"), max_length=64, blank=True, default="", db_default="")
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    voucher = models.CharField(_("voucher"), max_length=50, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("step on the way to the lock")
        verbose_name_plural = _("steps on the way to the lock")
        ordering = ["run", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind__in=["rejected", "unpaid"]) | ~models.Q(reason=""),
                name="rejection_gives_reason",
            ),
            models.UniqueConstraint(fields=["run"], condition=models.Q(kind="locked"), name="month_locked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.get_kind_display()}"


class MonthVerification(models.Model):
    """A month recomputed a second, plain way and compared with its rows, on demand or, with `locks`, before the lock.

    Asked for by inserting the row; a worker fills in what was found. `differences` are texts, the first ones of
    `difference_count`. Without `seal` it could not be verified, and `refusal` says why, as it says why a month that
    was to be locked is not.
    """

    run = models.ForeignKey(MonthRun, models.PROTECT, related_name="verifications", verbose_name=_("run"))
    locks = models.BooleanField(_("locks the month"), default=False)
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = _who(_("asked for by"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    seconds = models.DecimalField(_("seconds taken"), max_digits=9, decimal_places=2, null=True, blank=True)
    people = models.PositiveIntegerField(_("people"), default=0)
    difference_count = models.PositiveIntegerField(_("number of differences"), default=0)
    differences = models.JSONField(_("differences"), default=list, blank=True)
    seal = models.CharField(_("seal of the rows found"), max_length=64, blank=True)
    refusal = models.TextField(_("why it was not locked"), blank=True)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run"], condition=models.Q(done_at=None), name="one_open_verification_per_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def agrees(self) -> bool:
        """Whether the month was recomputed and every amount and the seal agree."""
        return self.done_at is not None and self.seal != "" and self.difference_count == 0


class Deputy(models.Model):
    """Who approves in somebody's place on the days [start, end]; both days included."""

    principal = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("in place of"))
    deputy = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("deputy"))
    start = models.DateField(_("from"))
    end = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["-start", "principal"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__gte=models.F("start")),
                name="deputy_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~models.Q(principal=models.F("deputy")),
                name="deputy_is_somebody_else",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(deputy)s in place of %(principal)s") % {"deputy": self.deputy, "principal": self.principal}


class Reminder(models.Model):
    """That who is in charge was asked to do what keeps a month from being locked; once a day for each thing.

    `obstacle` is the kind of thing, `subject` what of the month it is about (`Blocker.about` in
    monthend/checks.py).
    """

    month = MonthField(_("month"))
    obstacle = models.CharField(_("kind"), max_length=30)
    subject = models.PositiveBigIntegerField(_("record"))
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["month", "obstacle", "subject", "day"], name="one_reminder_a_day"),
            first_of_month("month", "reminder_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{month_text(self.month)} {self.at:%Y-%m-%d}"
