"""Admin pages of branches, people and what is kept of them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminSelectWidget

from access.accounts.opening import who_opens_once_linked
from access.actor import Actor
from access.models import User
from access.pages.admin_base import ReachFilter, UnsealedForm, viewing
from access.pages.records import Record
from access.reach import within_reach
from access.rights import Right, may
from periods.admin_base import BookAdmin, MonthFilter, OwnMonthFilter, rank_column
from rulebook.wording import sentences_text
from staff.actions import (
    appoint_managers,
    change_employee,
    enter_absence,
    remove_absence,
    remove_minimum_wage,
    save_branches,
    save_departments,
    save_minimum_wage,
)
from staff.careers.selectors_own import own_event, why_not_entered
from staff.forms import offer, pickable
from staff.log_ins.actions import why_not_linked
from staff.log_ins.admin import log_ins_view
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    OpeningSales,
    OpeningState,
    Post,
    RankAssessment,
    RankHolding,
)
from staff.numbers.admin import MaskedForm, disclosure_view
from staff.numbers.checks import document_of
from staff.numbers.forms import DocumentField, NoCardField, TypedNumbers
from staff.numbers.privacy import PRIVATE, SEES_PRIVATE
from staff.pages import assessment_record, branch_record, department_record, employee_record
from staff.pay.admin import pay_changes_view
from staff.selectors import with_standing
from staff.timeline import Subject, time_line


class NowInBranch(admin.SimpleListFilter):
    """People by the branch that they are in now, or were last."""

    title = _("branch")
    parameter_name = "branch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(branch.pk), branch.name) for branch in within_reach(request.user, Branch.objects.all())]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return queryset.filter(branch_now=int(chosen)) if chosen and chosen.isdecimal() else queryset


class InPost(admin.SimpleListFilter):
    """People by whether they are in post today."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("in", _("in post")), ("left", _("left"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Employee]) -> QuerySet[Employee]:
        today = timezone.localdate()
        in_post = Post.objects.filter(start__lte=today).exclude(end__lte=today).order_by().values("employee")
        match self.value():
            case "in":
                return queryset.filter(pk__in=in_post)
            case "left":
                return queryset.exclude(pk__in=in_post)
        return queryset


@admin.register(Branch)
class BranchAdmin(BookAdmin):
    list_display = ["name", "code"]
    search_fields = ["code", "name"]
    fields = ["code", "name"]
    fixed_fields = ("code",)

    def record(self, request: HttpRequest, obj: Branch) -> Record:
        return branch_record(obj, viewing(request))

    def write(self, obj: Branch, *, is_new: bool, by: Actor) -> None:
        save_branches(new=[obj] if is_new else [], changed=[] if is_new else [obj], by=by)


@admin.register(Department)
class DepartmentAdmin(BookAdmin):
    list_display = ["name", "code", "branch", "system", "function", "manager"]
    list_filter = [("branch", ReachFilter), "system"]
    list_select_related = ["branch", "manager"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["manager"]
    fields = ["code", "name", "branch", "system", "function", "manager"]
    fixed_fields = ("code", "branch", "system")

    def record(self, request: HttpRequest, obj: Department) -> Record:
        return department_record(obj, viewing(request))

    def write(self, obj: Department, *, is_new: bool, by: Actor) -> None:
        save_departments(new=[obj] if is_new else [], changed=[] if is_new else [obj], by=by)
        if not is_new:
            appoint_managers(departments=[obj], by=by)


class PersonForm(TypedNumbers, MaskedForm):
    """What a person is called, how they are reached and paid, and which log-in is theirs."""

    viewer: User
    document = DocumentField(widget=UnfoldAdminSelectWidget)
    is_no_card = NoCardField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["document"] = document_of(self.instance.id_number)
        if "user" in self.fields:
            self.fields["user"].help_text = self._what_linking_does()

    def _what_linking_does(self) -> str:
        """What becomes of a log-in that takes two people once it is linked here, and who can open it then."""
        told = [
            gettext(
                "A log-in whose role takes two people is shut once it is linked, and whoever links it can't open it"
                " then: another of human resources or an operator does. Of another that was nobody's, password and link"
                " end: human resources makes the link it is entered with."
            )
        ]
        has_one = self.instance.user_id is not None
        if not has_one and (openers := who_opens_once_linked(self.instance.pk, self.viewer)):
            words = gettext("These can, but for who entered the log-in or made its link: %(names)s.")
            told.append(words % {"names": openers})
        return sentences_text(told)

    def clean_user(self) -> User | None:
        """The log-in, if it can be theirs and another than its owner says so."""
        user: User | None = self.cleaned_data["user"]
        if "user" in self.changed_data and (refusal := why_not_linked(self.instance, user, Actor(self.viewer))):
            raise ValidationError(refusal)
        return user


@admin.register(Employee)
class EmployeeAdmin(BookAdmin):
    form = PersonForm
    list_display = ["name", "number", "department_now", "hired_on"]
    list_filter = [NowInBranch, InPost]
    search_fields = ["number", "name"]
    search_help_text = _("Staff number or name")
    autocomplete_fields = ["user"]
    fields = [
        "number",
        "name",
        "hired_on",
        "document",
        "id_number",
        "bank_name",
        "bank_account",
        "is_no_card",
        "phone",
        "email",
        "user",
    ]
    readonly_fields = ["number", "hired_on"]
    change_form_template = "admin/person.html"

    def get_urls(self) -> list[URLPattern]:
        log_ins = self.admin_site.admin_view(never_cache(self.log_ins_view))
        numbers = self.admin_site.admin_view(never_cache(self.numbers_view))
        pay_changes = self.admin_site.admin_view(never_cache(self.pay_changes_view))
        pick = self.admin_site.admin_view(never_cache(require_safe(self.pick_view)))
        return [
            path("log-ins/", log_ins, name="staff_employee_log_ins"),
            path("pay-changes/", pay_changes, name="staff_employee_pay_changes"),
            path("pick/", pick, name="staff_employee_pick"),
            path("<int:pk>/numbers/", numbers, name="staff_employee_numbers"),
            *super().get_urls(),
        ]

    def numbers_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A person's ID and account numbers, each shown on a button."""
        person = self.get_queryset(request).filter(pk=pk).first()
        return disclosure_view(request, person, {**self.admin_site.each_context(request), "opts": self.opts})

    def pick_view(self, request: HttpRequest) -> HttpResponse:
        """The people, or the sales people in post, whom the words in a form's field may mean."""
        viewer = viewing(request)
        if not may(viewer, Right.VIEW, Employee):
            raise PermissionDenied
        return offer(request, pickable(viewer, in_sales="in-sales" in request.GET))

    def pay_changes_view(self, request: HttpRequest) -> HttpResponse:
        """Confirm what others entered of people's pay."""
        return pay_changes_view(request, {**self.admin_site.each_context(request), "opts": self.opts})

    def log_ins_view(self, request: HttpRequest) -> HttpResponse:
        """Make log-ins of people who have none."""
        return log_ins_view(request, {**self.admin_site.each_context(request), "opts": self.opts})

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        *columns, hired_on = super().get_list_display(request)
        return [*columns, rank_column("rank_now", _("rank")), hired_on]

    def get_queryset(self, request: HttpRequest) -> Any:
        earlier = User.objects.filter(person_key=OuterRef("pk")).order_by("pk").values("pk")[:1]
        people = super().get_queryset(request).select_related("user").annotate(earlier_log_in=Subquery(earlier))
        return with_standing(people)

    @admin.display(description=_("department"))
    def department_now(self, employee: Any) -> str:
        """The department, or that and when it was left."""
        where = f"{employee.branch_name} · {employee.department_name}" if employee.branch_name else "–"
        if employee.left_on is None:
            return where
        return _("%(department)s, left on %(day)s") % {"department": where, "day": employee.left_on}

    def record(self, request: HttpRequest, obj: Employee) -> Record:
        viewer = viewing(request)
        private = PRIVATE if viewer.role in SEES_PRIVATE else ()
        return employee_record(self._subject(request, obj), ["number", "hired_on", "rank_since", *private])

    def beside(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        chosen, is_whole = request.GET.get("kind", ""), "whole" in request.GET
        line = time_line(self._subject(request, obj), kind=chosen, is_whole=is_whole)
        return {"line": line, "chosen": chosen, "today": timezone.localdate()}

    def _subject(self, request: HttpRequest, obj: Employee) -> Subject:
        """Whom the page tells of; its head and its time line read the same rows, once a request."""
        subject: Subject = vars(request).setdefault("told_of", Subject(obj, viewing(request)))
        return subject

    def write(self, obj: Employee, *, is_new: bool, by: Actor) -> None:
        change_employee(employee=obj, by=by)


@admin.register(Post)
class PostAdmin(BookAdmin):
    list_display = ["employee", "department", "start", "end", "base_salary"]
    list_filter = [("department__branch", ReachFilter), "department__system"]
    list_select_related = ["employee", "department"]
    search_fields = ["employee__number", "employee__name", "department__name"]


@admin.register(RankHolding)
class RankHoldingAdmin(BookAdmin):
    list_display = ["employee", "rank", "start", "end"]
    list_select_related = ["employee"]
    search_fields = ["employee__number", "employee__name"]
    rank_fields = ["rank"]


class AbsenceForm(UnsealedForm):
    """A leave; whose last day must be told before the database compares it with other leaves."""

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        start, end = values.get("start") or self.instance.start, values.get("end")
        if start and end and end < start:
            self.add_error("end", _("The last day lies before the first."))
        return values


@admin.register(Absence)
class AbsenceAdmin(BookAdmin):
    form = AbsenceForm
    list_display = ["employee", "kind", "start", "end", "note"]
    list_filter = ["kind"]
    list_select_related = ["employee"]
    search_fields = ["employee__number", "employee__name"]
    autocomplete_fields = ["employee"]
    fields = ["employee", "kind", "start", "end", "note"]
    fixed_fields = ("employee", "start")
    empty_text = _("Leaves entered here, or imported, keep a month from being assessed.")

    def write(self, obj: Absence, *, is_new: bool, by: Actor) -> None:
        enter_absence(absence=obj, is_new=is_new, by=by)

    def form_notes(self, request: HttpRequest, obj: Absence | None) -> Sequence[str]:
        """That nobody enters an own leave, before the form is filled in."""
        return [own_event()] if obj is None or why_not_entered(Actor(viewing(request)), obj.employee_id) else []

    def why_not_removed(self, obj: Absence, by: Actor) -> str:
        return why_not_entered(by, obj.employee_id)

    def remove(self, obj: Absence, *, by: Actor) -> None:
        remove_absence(absence=obj, by=by)


@admin.register(MinimumWage)
class MinimumWageAdmin(BookAdmin):
    list_display = ["city", "branch", "effective_from", "amount", "source"]
    list_filter = [("branch", ReachFilter)]
    list_select_related = ["branch"]
    fields = ["branch", "city", "effective_from", "amount", "source"]
    fixed_fields = ("branch",)
    empty_text = _(
        "Enter the minimum wage of each branch's city: a plan whose threshold wages lie below it is warned of."
    )

    def write(self, obj: MinimumWage, *, is_new: bool, by: Actor) -> None:
        save_minimum_wage(obj, by=by)

    def remove(self, obj: MinimumWage, *, by: Actor) -> None:
        remove_minimum_wage(obj, by=by)


@admin.register(OpeningState)
class OpeningStateAdmin(BookAdmin):
    list_display = ["employee", "brought", "cycle_start", "threshold_streak", "reinstatement_rank"]
    list_select_related = ["employee"]
    search_fields = ["employee__number", "employee__name"]
    rank_fields = ["reinstatement_rank"]


@admin.register(OpeningSales)
class OpeningSalesAdmin(BookAdmin):
    list_display = ["employee", "month", "sales"]
    list_filter = [("month", OwnMonthFilter)]
    list_select_related = ["employee"]
    search_fields = ["employee__number", "employee__name"]


@admin.register(RankAssessment)
class RankAssessmentAdmin(BookAdmin):
    list_display = ["employee", "month", "rank", "sales", "cycle_month", "cycle_sales", "outcome", "next_rank"]
    list_filter = [("month", MonthFilter), ("branch", ReachFilter), "outcome", "review_due", "needs_attention"]
    list_select_related = ["employee"]
    search_fields = ["employee__number", "employee__name"]
    rank_fields = ["rank", "next_rank"]

    def record(self, request: HttpRequest, obj: RankAssessment) -> Record:
        return assessment_record(obj, viewing(request))
