"""Admin pages of the year's awards: the year's table, what branches recommend, what HR decides and who signs it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from access.accounts.second_person import is_about
from access.actor import Actor
from access.models import User
from access.pages.admin_base import viewing
from access.pages.form_pages import TakesBack, ask
from access.pages.links import address
from access.pages.records import Record, Table
from access.rights import Right, has, may
from access.roles import Duty
from compensation.awards.actions import (
    AwardRefused,
    decide_award,
    recommend,
    send_award_back,
    sign_award,
    withdraw_award,
    withdraw_recommendation,
)
from compensation.awards.forms import AwardDecisionForm, AwardReasonForm, AwardSignForm, RecommendationForm
from compensation.awards.models import FIRST_YEAR, LAST_YEAR
from compensation.awards.pages import (
    decision_record,
    recommendation_record,
    recommendations_table,
    state_cell,
    what_holds,
    year_table,
)
from compensation.awards.pages_year import AwardYear
from compensation.awards.selectors import decisions_about
from compensation.models import AwardDecision, AwardRecommendation
from compensation.rights import may_decide_awards, may_sign_awards, proposal_of
from periods.admin_base import BookAdmin
from periods.models import Period
from staff.forms import person_called, pickable
from staff.models import Employee

State = AwardDecision.State
FORMS: dict[str, type[Any]] = {"sign": AwardSignForm, "back": AwardReasonForm}
TITLES = {
    "sign": gettext_lazy("Sign the decision"),
    "back": gettext_lazy("Send the decision back"),
}


class Decided(admin.SimpleListFilter):
    """Recommendations by whether HR has decided on them."""

    title = gettext_lazy("decided")
    parameter_name = "decided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("to be decided")), ("yes", pgettext("recommendation", "decided"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "no":
                return queryset.filter(~Exists(decisions_about()))
            case "yes":
                return queryset.filter(Exists(decisions_about()))
        return queryset


class PaidFilter(admin.SimpleListFilter):
    """Signed awards of money by whether they are paid."""

    title = gettext_lazy("payment")
    parameter_name = "paid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("to be paid")), ("yes", pgettext("award", "paid"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(state=State.DONE, amount__isnull=False, payment__isnull=self.value() == "no")


@admin.register(AwardRecommendation)
class AwardRecommendationAdmin(TakesBack, BookAdmin):
    list_display = ["employee", "year", "kind", "reason", "made_by", "made_at"]
    list_filter = ["year", "kind", Decided]
    list_select_related = ["employee", "made_by"]
    search_fields = ["employee__number", "employee__name", "reason"]
    search_help_text = gettext_lazy("Staff number, name or reason")
    empty_text = gettext_lazy("Branch general managers recommend people on the page of the year's awards.")

    def record(self, request: HttpRequest, obj: AwardRecommendation) -> Record:
        return recommendation_record(obj, viewing(request))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form in which a branch recommends somebody."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RecommendationForm(request.POST or None, viewer=viewing(request), initial=request.GET.dict())
        if form.is_bound and form.is_valid():
            try:
                made = recommend(**form.cleaned_data, today=timezone.localdate(), by=Actor(viewing(request)))
            except AwardRefused as refusal:
                form.add_error(refusal.field, refusal.reason)
            else:
                messages.success(request, _("%(name)s is recommended.") % {"name": made.employee.name})
                return HttpResponseRedirect(address(made))
        back, person = year_address(request.GET.get("year", "")), person_asked(request)
        about, tables = str(person) if person else "", about_person(request)
        return ask(self, request, form, _("Recommend for an award"), back=back, about=about, tables=tables)

    def remove(self, obj: AwardRecommendation, *, by: Actor) -> None:
        withdraw_recommendation(obj, by=by)


@admin.register(AwardDecision)
class AwardDecisionAdmin(TakesBack, BookAdmin):
    list_display = ["employee", "year", "kind", "outcome", "amount", "travel", "standing", "decided_by", "signed_by"]
    list_filter = ["year", "kind", "outcome", "state", PaidFilter]
    list_select_related = ["employee", "decided_by", "signed_by", "payment"]
    search_fields = ["employee__number", "employee__name"]
    search_help_text = gettext_lazy("Staff number or name")
    change_form_template = "admin/award.html"
    empty_text = gettext_lazy("Human resources decides the year's awards from the table of the year.")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, decision: AwardDecision) -> str:
        """What the award waits for, also its money."""
        cell = state_cell(decision)
        return format_html('<span class="state state-{}">{}</span>', cell.tone, cell.text)

    def get_urls(self) -> list[URLPattern]:
        enter = self.admin_site.admin_view
        return [
            path("year/", enter(self.years_view), name="compensation_award_years"),
            path("year/<int:year>/", enter(self.year_view), name="compensation_award_year"),
            path("<int:pk>/act/<slug:what>/", enter(self.act_view), name="compensation_award_act"),
            *super().get_urls(),
        ]

    def record(self, request: HttpRequest, obj: AwardDecision) -> Record:
        return decision_record(obj, viewing(request))

    def may_see_history(self, viewer: User, obj: AwardDecision) -> bool:
        """Who sees an award once it is signed doesn't see what was considered before."""
        is_own = is_about(viewer, obj.employee_id)
        return not is_own and not has(viewer, Duty.SEES_SIGNED_ALONE)

    def beside(self, request: HttpRequest, obj: AwardDecision) -> dict[str, Any]:
        viewer = viewing(request)
        acts = [(str(TITLES[what]), act_address(obj, what)) for what in FORMS if is_open_to(viewer, obj)]
        if obj.state == State.RETURNED and may_decide_awards(viewer):
            given = f"employee={obj.employee.number}&year={obj.year}&kind={obj.kind}&outcome={obj.outcome}"
            acts.append((_("Decide anew"), f"{reverse('admin:compensation_awarddecision_add')}?{given}"))
        return {"acts": acts}

    def years_view(self, request: HttpRequest) -> HttpResponse:
        """Lead to the year of the latest computed month, or to this one."""
        if not may(viewing(request), Right.VIEW, AwardDecision):
            raise PermissionDenied
        latest = Period.objects.exclude(state=Period.State.OPEN).order_by("-month").first()
        return HttpResponseRedirect(year_address(str(latest.month.year if latest else timezone.localdate().year)))

    def year_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """The year's table, within the viewer's reach."""
        viewer = viewing(request)
        if not may(viewer, Right.VIEW, AwardDecision):
            raise PermissionDenied
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Awards of %(year)s") % {"year": year},
            "year": AwardYear(year, viewer, request.GET),
            "years": (year - 1, year + 1),
            "may_export": may_decide_awards(viewer),
        }
        return TemplateResponse(request, "admin/award_year.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form in which HR decides on somebody's award, beside the year and what the branch says."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AwardDecisionForm(request.POST or None, viewer=viewing(request), initial=request.GET.dict())
        if form.is_bound and form.is_valid():
            try:
                made = decide_award(form.given, today=timezone.localdate(), by=Actor(viewing(request)))
            except AwardRefused as refusal:
                form.add_error(refusal.field, refusal.reason)
            else:
                messages.success(request, _("Decided: it waits for the general manager's signature."))
                return HttpResponseRedirect(address(made))
        back, person = year_address(request.GET.get("year", "")), person_asked(request)
        about, tables = str(person) if person else "", about_person(request)
        return ask(self, request, form, _("Decide the award"), back=back, about=about, tables=tables)

    def remove(self, obj: AwardDecision, *, by: Actor) -> None:
        withdraw_award(obj, shown=obj.digest, by=by)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Withdraw what the decision's page showed, whose link names it; what took its place is shown instead."""
        decision = self.get_object(request, object_id)
        is_sent = request.method == "POST" and self.has_delete_permission(request, decision)
        if decision is not None and is_sent and request.GET.get("shown") != decision.digest:
            messages.warning(request, _("It was decided anew since you looked: look at it again."))
            return HttpResponseRedirect(address(decision))
        return super().delete_view(request, object_id, extra_context)

    def act_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        """Sign a decision or send it back: asked for in a form, then done."""
        viewer = viewing(request)
        decision = get_object_or_404(self.get_queryset(request).select_related("employee"), pk=pk)
        if what not in FORMS or not may_sign_awards(viewer):
            raise PermissionDenied
        if not is_open_to(viewer, decision):
            messages.warning(request, _("This has been done already, or can't be done now."))
            return HttpResponseRedirect(address(decision))
        form = FORMS[what](request.POST if request.method == "POST" else None, initial={"shown": decision.digest})
        if form.is_valid():
            try:
                if what == "sign":
                    sign_award(decision, shown=form.cleaned_data["shown"], by=Actor(viewer))
                else:
                    send_award_back(decision, **form.cleaned_data, by=Actor(viewer))
            except AwardRefused as refusal:
                form.add_error(refusal.field, refusal.reason)
            else:
                messages.success(request, what_holds(decision) if what == "sign" else _("Recorded."))
                return HttpResponseRedirect(address(decision))
        record = decision_record(decision, viewer)
        title = str(TITLES[what])
        about = f"{record.title} · {record.subtitle}"
        return ask(self, request, form, title, back=address(decision), about=about, sentences=record.sentences)


def person_asked(request: HttpRequest) -> Employee | None:
    """The person whom the form is about, within reach."""
    try:
        return person_called(pickable(viewing(request)), (request.POST or request.GET).get("employee", ""))
    except ValidationError:
        return None


def about_person(request: HttpRequest) -> list[Table]:
    """What speaks for the person whom the form is opened for: recommendations and the year's figures."""
    viewer, person, year = viewing(request), person_asked(request), (request.POST or request.GET).get("year", "")
    if person is None or not year.isdecimal() or not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return []
    return [recommendations_table(int(year), person, viewer), year_table(int(year), person, viewer)]


def year_address(year: str) -> str:
    """The table of a year, or of the latest."""
    if year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR:
        return reverse("admin:compensation_award_year", args=[int(year)])
    return reverse("admin:compensation_award_years")


def act_address(decision: AwardDecision, what: str) -> str:
    """Where a decision is signed or sent back."""
    return reverse("admin:compensation_award_act", args=[decision.pk, what])


def is_open_to(user: User, decision: AwardDecision) -> bool:
    """Whether the user may sign the decision now, or send it back."""
    return decision.state == State.DECIDED and proposal_of(decision).is_for(user)
