import datetime as dt
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.models import User
from periods.fields import Money, MonthField, first_of_month
from periods.undoing import goes_with_input
from rulebook.models import PlanVersion
from rulebook.wording import month_text
from staff.pay.models import MinimumWage, PayConfirmation, SharedNumber
from staff.rank_decisions.models import RankDecision
from staff.reviews.models import Review, ReviewStep
from staff.targets.models import PersonTarget, YearTarget

__all__ = [
    "Absence", "Branch", "Department", "Employee", "MinimumWage", "MonthResult", "OpeningSales", "OpeningState",
    "PayConfirmation", "PersonTarget", "PersonnelEvent", "Post", "RankAssessment", "RankDecision", "RankHolding",
    "Review", "ReviewStep", "SharedNumber", "Target", "YearTarget",
]  # fmt: skip

EARLIEST = dt.date(1950, 1, 1)
LATEST = dt.date(2100, 1, 1)


def date_range(bounds: str) -> models.Func:
    """The columns `start` and `end` as a PostgreSQL date range, `[)` or `[]`."""
    return models.Func("start", "end", models.Value(bounds), function="DATERANGE", output_field=DateRangeField())


def sensible_date(field: str, name: str) -> models.CheckConstraint:
    """The constraint that a date lies within the lifetime of a firm."""
    within = models.Q(**{f"{field}__gte": EARLIEST, f"{field}__lt": LATEST})
    return models.CheckConstraint(
        condition=within | models.Q(**{f"{field}__isnull": True}),
        name=name,
        violation_error_message=_("The date does not lie between 1950 and 2100."),
    )


def no_overlap(name: str) -> ExclusionConstraint:
    """The constraint that no two [start, end) of one employee overlap."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("employee", RangeOperators.EQUAL),
            (date_range("[)"), RangeOperators.OVERLAPS),
        ],
    )


class Branch(models.Model):
    """A branch company."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A department of a branch, in the sales or in the back-office support system (1-7.1.1)."""

    class System(models.TextChoices):
        SALES = "sales", pgettext_lazy("system", "sales")
        SUPPORT = "support", _("back-office support")

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    branch = models.ForeignKey(Branch, models.PROTECT, verbose_name=_("branch"))
    system = models.CharField(_("system"), max_length=10, choices=System.choices)
    function = models.CharField(_("function"), max_length=50, blank=True)
    manager = models.ForeignKey(
        "Employee", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("manager")
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Employee(models.Model):
    """A person on the payroll."""

    number = models.CharField(_("staff number"), max_length=32, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=100)
    hired_on = models.DateField(_("hired on"))
    rank_since = MonthField(_("rank held since"), null=True, blank=True)
    id_number = models.CharField(_("ID number"), max_length=32, blank=True)
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.CharField(_("email"), max_length=254, blank=True)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="employee", verbose_name=_("log-in")
    )

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["number"]
        constraints = [sensible_date("hired_on", "employee_hired_on_sensible")]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class PersonnelEvent(models.Model):
    """A hire, a change of post, a move within a system, or a departure; posts and ranks held follow from these.

    `date` is the first day no longer in the old post. `new_rank` goes with entering sales, `new_base_salary` (CNY a
    month) with support.
    """

    class Kind(models.TextChoices):
        HIRED = "hired", _("hired")
        CHANGE_OF_POST = "change_of_post", _("change of post")
        TRANSFER = "transfer", _("move within the same system")
        DEPARTURE = "departure", _("departure")

    employee = models.ForeignKey(Employee, models.PROTECT, verbose_name=_("employee"))
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    new_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("new department")
    )
    new_rank = models.CharField(_("new rank"), max_length=16, blank=True)
    new_base_salary = Money(_("new base salary"), null=True, blank=True)

    class Meta:
        verbose_name = _("personnel event")
        verbose_name_plural = _("personnel events")
        ordering = ["-date", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["employee", "date"], name="one_personnel_event_a_day"),
            sensible_date("date", "personnel_event_date_sensible"),
            models.CheckConstraint(
                condition=models.Q(kind="departure", new_department__isnull=True)
                | (~models.Q(kind="departure") & models.Q(new_department__isnull=False)),
                name="personnel_event_department_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.date} {self.get_kind_display()}"


@goes_with_input
class Post(models.Model):
    """A person's place in a department over [start, end); without end it still lasts.

    `base_salary` (CNY per month) for support staff; sales staff are paid by rank.
    """

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="posts", verbose_name=_("employee"))
    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("department"))
    start = models.DateField(_("from"))
    end = models.DateField(_("until"), null=True, blank=True)
    base_salary = Money(_("base salary"), null=True, blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["employee", "start"]
        constraints = [
            no_overlap("posts_do_not_overlap"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="post_ends_after_start"),
            models.CheckConstraint(condition=models.Q(base_salary__gte=0), name="post_base_salary_not_negative"),
            sensible_date("start", "post_start_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.department} · {self.start}"


@goes_with_input
class RankHolding(models.Model):
    """The rank a person in sales holds over [start, end)."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="ranks", verbose_name=_("employee"))
    rank = models.CharField(_("rank"), max_length=16)
    start = models.DateField(_("from"))
    end = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("rank held")
        verbose_name_plural = _("ranks held")
        ordering = ["employee", "start"]
        constraints = [
            no_overlap("ranks_do_not_overlap"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="rank_ends_after_start"),
            sensible_date("start", "rank_start_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.rank} · {self.start}"


class Absence(models.Model):
    """A leave from `start` to `end`, both included."""

    class Kind(models.TextChoices):
        SICK = "sick", _("sick leave")
        MATERNITY = "maternity", _("maternity leave")
        INJURY = "injury", _("work injury")
        PERSONAL = "personal", _("personal leave")
        OTHER = "other", _("other leave")

    PROTECTED = (Kind.SICK, Kind.MATERNITY, Kind.INJURY)

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="absences", verbose_name=_("employee"))
    start = models.DateField(_("from"))
    end = models.DateField(_("to"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    note = models.CharField(_("note"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-start", "employee"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__gte=models.F("start")),
                name="absence_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="absences_do_not_overlap",
                expressions=[
                    ("employee", RangeOperators.EQUAL),
                    (date_range("[]"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person is absent already on some of these days."),
            ),
            sensible_date("start", "absence_start_sensible"),
            sensible_date("end", "absence_end_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.get_kind_display()} · {self.start}"


class Target(models.Model):
    """A branch's sales target of a month (CNY); attainment = credited sales / target."""

    month = MonthField(_("month"))
    branch = models.ForeignKey(Branch, models.PROTECT, verbose_name=_("branch"))
    amount = Money(_("target"))

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-month", "branch"]
        constraints = [
            models.UniqueConstraint(fields=["month", "branch"], name="one_target_per_branch_and_month"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="target_positive",
                violation_error_message=_("The amount must be more than nothing."),
            ),
            first_of_month("month", "target_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.branch} {month_text(self.month)}"


class OpeningState(models.Model):
    """What a person brings along when the firm goes live.

    The deficit (CNY, not positive), the running cycle, the months on the threshold wage, the right of 1-4.3.3.
    """

    employee = models.OneToOneField(Employee, models.PROTECT, related_name="opening", verbose_name=_("employee"))
    brought = Money(_("deficit brought forward"), default=0)
    cycle_start = MonthField(_("cycle started in"), null=True, blank=True)
    threshold_streak = models.PositiveSmallIntegerField(_("months on threshold wage in a row"), default=0)
    reinstatement_rank = models.CharField(_("rank that may be got back"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("opening state")
        verbose_name_plural = _("opening states")
        ordering = ["employee"]
        constraints = [models.CheckConstraint(condition=models.Q(brought__lte=0), name="opening_deficit_not_positive")]

    def __str__(self) -> str:
        return str(self.employee)


class OpeningSales(models.Model):
    """A person's net credited sales (CNY) of a full month before go-live."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="opening_sales", verbose_name=_("employee"))
    month = MonthField(_("month"))
    sales = Money(_("sales"))

    class Meta:
        verbose_name = _("opening sales")
        verbose_name_plural = _("opening sales")
        ordering = ["employee", "month"]
        constraints = [
            models.UniqueConstraint(fields=["employee", "month"], name="one_opening_sales_a_month"),
            first_of_month("month", "opening_sales_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {month_text(self.month)}"


class MonthResult(models.Model):
    """A row that the month end writes, and replaces until the month is locked; `branch` is whose step wrote it.

    `known_by` are the fields that tell one from the others, whatever key it was written with: its page's address.
    """

    known_by: ClassVar[tuple[str, ...]]

    month = MonthField(_("month"))
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("branch"))

    class Meta:
        abstract = True


class RankAssessment(MonthResult):
    """What the month's sales did to a person's rank (1-4.3); a result of the month end, replaced until the lock."""

    known_by: ClassVar[tuple[str, ...]] = ("month", "employee")

    class Outcome(models.TextChoices):
        KEPT = "kept", _("kept")
        PROMOTED = "promoted", _("promoted")
        DEMOTED = "demoted", _("demoted")
        REINSTATED = "reinstated", _("reinstated")

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="assessments", verbose_name=_("employee"))
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, verbose_name=_("plan version"))
    rank = models.CharField(_("rank"), max_length=16)
    sales = Money(_("sales"))
    cycle_month = models.PositiveSmallIntegerField(_("month of the cycle"))
    cycle_sales = Money(_("sales of the cycle"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    next_rank = models.CharField(_("rank next month"), max_length=16)
    article = models.CharField(_("article"), max_length=20)
    qualified_by = Money(_("sales that qualified"), null=True, blank=True)
    on_threshold_wage = models.BooleanField(_("threshold wage"))
    threshold_streak = models.PositiveSmallIntegerField(_("months on threshold wage in a row"))
    review_due = models.BooleanField(_("dismissal review"))
    needs_attention = models.BooleanField(_("attention of the marketing general manager"))
    reinstatement_rank = models.CharField(_("rank that may be got back"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("rank assessment")
        verbose_name_plural = _("rank assessments")
        ordering = ["-month", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["month", "employee"], name="one_assessment_per_month"),
            first_of_month("month", "assessment_month_is_first"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {month_text(self.month)}"
