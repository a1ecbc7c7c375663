"""The admin's pages of months: the page of the month end, what is done there, and how far the work is."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from access.actor import Actor
from access.pages.admin_base import viewing
from access.pages.form_pages import ask
from access.pages.links import address
from access.pages.lists import ReachList
from access.pages.records import Record
from access.refusals import EffectChanged
from access.rights import Right, may
from monthend.approval.actions_reminders import ReminderRefused, remind
from monthend.approval.selectors import read_in_charge
from monthend.approval.selectors_transitions import what_happened
from monthend.checks import CloseRefused
from monthend.models import MonthRun
from monthend.notices import unpaid_months
from monthend.page.acting import carry_out, carry_out_as_shown, compute
from monthend.page.acts import ASKED_ONCE_MORE, MonthAct, whose_act
from monthend.page.asking import FORMS, AskedForm, asked_of, why_again
from monthend.page.changes import may_see_changes
from monthend.page.charts import charts
from monthend.page.home import duties
from monthend.page.listed import ASKED_WITH, BY_HAND, CHANGES, LISTS, lists_of
from monthend.page.months import month_lines
from monthend.page.pages import month_page
from monthend.page.progress import open_verification, progress_of
from monthend.page.results import results_of
from monthend.page.situation import live_runs, runs_read_along
from periods.admin_base import BookAdmin
from periods.models import Period
from rulebook.cells import amount, number
from rulebook.month import Month
from rulebook.wording import month_text


class MonthActForm(forms.Form):
    """What a button of a month's page sends: the act, the run it was offered for, what had happened to the month last
    as the page showed it, perhaps a reason."""

    act = forms.ChoiceField(choices=[(act, act) for act in MonthAct])
    run = forms.IntegerField()
    step = forms.IntegerField(required=False)
    reason = forms.CharField(max_length=500, required=False)

    def carry_out(self, month: Month, by: Actor) -> str:
        """Do it; returns what happened. Raises CloseRefused with what speaks against it."""
        run = get_object_or_404(MonthRun, pk=self.cleaned_data["run"], month=month)
        given = {name: self.cleaned_data[name] for name in ("step", "reason")}
        return carry_out(MonthAct(self.cleaned_data["act"]), run, **given, today=timezone.localdate(), by=by)


class PaymentFilter(admin.SimpleListFilter):
    """Locked months by whether they are marked as paid."""

    title = gettext_lazy("payment")
    parameter_name = "paid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("locked and not marked as paid"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Period]) -> QuerySet[Period]:
        return unpaid_months(queryset) if self.value() == "no" else queryset


class MonthList(ReachList):
    """The months of a page of the list, each with how far it is and what it paid."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        lines = month_lines([period.month for period in self.result_list], viewing(request))
        for period in self.result_list:
            period.line = lines[period.month]


@admin.register(Period)
class PeriodAdmin(BookAdmin):
    """The months, for who answers for a branch or more; what may be done stands in monthend/rights.py."""

    list_display = ["month", "standing", "number_people", "number_sales", "number_gross", "next_step", "plan_version"]
    list_filter = ["state", PaymentFilter]
    list_select_related = ["plan_version"]
    change_form_template = "admin/month.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[MonthList]:
        return MonthList

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, obj: Any) -> str:
        """How far it is; once locked, whether it is paid."""
        return format_html('<span class="state state-{}">{}</span>', obj.line.state.tone, obj.line.state.text)

    @admin.display(description=gettext_lazy("people"))
    def number_people(self, obj: Any) -> str:
        """How many are paid."""
        return number(obj.line.people or None).text

    @admin.display(description=gettext_lazy("own sales"))
    def number_sales(self, obj: Any) -> str:
        """What is credited to people."""
        return amount(obj.line.sales if obj.line.has_result else None).text

    @admin.display(description=gettext_lazy("gross pay"))
    def number_gross(self, obj: Any) -> str:
        """What is paid."""
        return amount(obj.line.gross if obj.line.has_result else None).text

    @admin.display(description=gettext_lazy("next step"))
    def next_step(self, obj: Any) -> str:
        """What comes next, and who does it."""
        return obj.line.next_step or "–"

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("waiting/", self._guarded(self.waiting_view), name="periods_period_waiting"),
            path("charts/", self._guarded(self.charts_view), name="periods_period_charts"),
            path("compute/", self._guarded(self.compute_view), name="periods_period_compute"),
            path("<int:pk>/act/", self._guarded(self.act_view), name="periods_period_act"),
            path("<int:pk>/remind/", self._guarded(self.remind_view), name="periods_period_remind"),
            path("<int:pk>/progress/", self._guarded(self.progress_view), name="periods_period_progress"),
            path("<int:pk>/changes/", self._guarded(self.changes_view), name=f"periods_period_{CHANGES}"),
            path("<int:pk>/by-hand/", self._guarded(self.by_hand_view), name=f"periods_period_{BY_HAND}"),
            path("<int:pk>/results/", self._guarded(self.results_view), name="periods_period_results"),
        ]
        return own + super().get_urls()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and may(request.user, Right.VIEW, MonthRun)

    def record(self, request: HttpRequest, obj: Period) -> Record:
        return Record(title=month_text(obj.month))

    def beside(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"page": month_page(obj, viewing(request), timezone.now(), timezone.localdate())}

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far the work is, for the page to show; once it has ended, the word to load the page anew."""
        period, viewer = self._period(request, pk), viewing(request)
        run = live_runs([period.month], viewer).get(period.month)
        progress = progress_of(run, open_verification(run), viewer, timezone.now())
        if not progress.is_busy:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return TemplateResponse(request, "admin/month/progress.html", {"period": period, "progress": progress})

    def waiting_view(self, request: HttpRequest) -> HttpResponse:
        """What waits for the viewer: a part of the first page."""
        return self._part(request, "admin/home/waiting.html", {"duties": duties(viewing(request))})

    def charts_view(self, request: HttpRequest) -> HttpResponse:
        """The latest computed month in pictures: a part of the first page."""
        return self._part(request, "admin/home/charts.html", {"charts": charts(viewing(request))})

    def _part(self, request: HttpRequest, template: str, values: dict[str, Any], title: str = "") -> HttpResponse:
        """A part of a page that asks for it by itself; asked for by a reader, a page of its own."""
        if "HX-Request" in request.headers:
            return TemplateResponse(request, template, values)
        context = {**self.admin_site.each_context(request), "title": title or _("Overview"), "part": template, **values}
        return TemplateResponse(request, "admin/part.html", context)

    def results_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What came out of the month: a part of its page, which asks for it by itself; else a page of its own."""
        period, viewer = self._period(request, pk), viewing(request)
        run = live_runs([period.month], viewer).get(period.month)
        results = results_of(run, viewer) if run and run.state != MonthRun.State.RUNNING else None
        return self._part(request, "admin/month/results.html", {"results": results}, month_text(period.month))

    def changes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What changed since the month before of what people are paid by: a part of the month's page, as results."""
        return self._list(request, pk, CHANGES)

    def by_hand_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was done by hand that the month pays by: a part of the month's page, as results."""
        return self._list(request, pk, BY_HAND)

    def _list(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        period, viewer = self._period(request, pk), viewing(request)
        if not may_see_changes(viewer):
            raise PermissionDenied
        shown = {"listed": LISTS[name](period.month, viewer), "is_asked": "asked" in request.GET}
        shown["listed_page"] = _list_page(period, name)
        return self._part(request, "admin/month/listed.html", shown, month_text(period.month))

    def act_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what a button of the page offers, tell what happened, and show the page again.

        What is asked once more is shown on a page of its own first.
        """
        period = self._period(request, pk)
        form = MonthActForm(request.POST or request.GET)
        if form.is_valid() and form.cleaned_data["act"] in ASKED_ONCE_MORE:
            run = get_object_or_404(runs_read_along(period.month), pk=form.cleaned_data["run"])
            return self._ask(request, period, run, MonthAct(form.cleaned_data["act"]))
        if not form.is_valid():
            messages.warning(request, _("Nothing was done: that is not known here. Use a button of this page."))
        elif request.method == "POST":
            self._try(request, lambda by: form.carry_out(period.month, by))
        else:
            act = MonthAct(form.cleaned_data["act"])
            messages.warning(request, whose_act(act, viewing(request), timezone.localdate()) or _only_by_button())
        return HttpResponseRedirect(address(period))

    def remind_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remind who is in charge of one of the things that the page offers to remind of."""
        period, viewer, today = self._period(request, pk), viewing(request), timezone.localdate()
        page = month_page(period, viewer, timezone.now(), today)
        asked = request.POST.get("thing", "")
        thing = next((one.blocker for one in page.things if one.key == asked), None)
        if request.method == "POST" and asked and thing is None:
            messages.info(request, _("Nobody is to be reminded of that: it is done, or was said today."))
        elif request.method == "POST" and thing is not None:
            try:
                who = remind(period.month, thing, read_in_charge(today), today=today, by=Actor(viewer))
            except ReminderRefused as refusal:
                messages.error(request, refusal.reason)
            else:
                messages.success(request, _("%(who)s: reminded on the first page.") % {"who": who})
        return HttpResponseRedirect(f"{address(period)}#blockers")

    def _ask(self, request: HttpRequest, period: Period, run: MonthRun, act: MonthAct) -> HttpResponse:
        """Show an act with all that it is about; sent, do it if that is still what was shown."""
        viewer, today = viewing(request), timezone.localdate()
        form = FORMS.get(act, AskedForm)(request.POST or None, initial={"act": act, "run": run.pk, "paid_on": today})
        if form.is_valid():
            try:
                done = carry_out_as_shown(act, run, form.cleaned_data, today=today, by=Actor(viewer))
                messages.success(request, done)
                return HttpResponseRedirect(address(period))
            except CloseRefused as refusal:
                for reason in refusal.reasons:
                    messages.error(request, reason)
            except EffectChanged:
                messages.warning(request, why_again(act, run, viewer, today, form.cleaned_data))
            run = runs_read_along(period.month).get(pk=run.pk)
        voucher = form.cleaned_data.get("voucher", "") if form.is_valid() else ""
        asked = asked_of(act, run, viewer, today, voucher=voucher)
        if asked.offer is None:
            if not form.is_valid():
                messages.warning(request, whose_act(act, viewer, today) or what_happened(run.month))
            return HttpResponseRedirect(address(period))
        names = ASKED_WITH.get(act, ())
        read = {one.name: one for one in lists_of(act, period.month, viewer)} if request.method == "POST" else {}
        return ask(
            self,
            request,
            form,
            asked.offer.verb,
            back=address(period),
            about=month_text(period.month),
            sentences=[asked.offer.forecast],
            template="admin/month/ask.html",
            asked=asked,
            lists=[(_list_page(period, name), read.get(name)) for name in names],
            is_asked=True,
        )

    def compute_view(self, request: HttpRequest) -> HttpResponse:
        """Start computing the month named in the form, and show its page."""
        month = _month(request.POST.get("month", ""))
        if request.method == "POST" and month:
            self._try(request, lambda by: compute(month, by=by))
        period = Period.objects.filter(month=month).first() if month else None
        return HttpResponseRedirect(address(period) if period else reverse("admin:index"))

    def _try(self, request: HttpRequest, act: Callable[[Actor], str]) -> None:
        """Act as the viewer; what happened, or each reason why it did not, is told on the next page."""
        try:
            messages.success(request, act(Actor(viewing(request))))
        except CloseRefused as refusal:
            for reason in refusal.reasons:
                messages.error(request, reason)

    def _period(self, request: HttpRequest, pk: int) -> Period:
        period = self.get_queryset(request).filter(pk=pk).first()
        if period is None:
            raise Http404
        return period  # type: ignore[no-any-return]

    def _guarded(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Only for who is logged in and may see months; a page whose log-in has ended is told to load anew."""

        def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        entered = self.admin_site.admin_view(never_cache(allowed))

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if "HX-Request" in request.headers and not self.admin_site.has_permission(request):
                return HttpResponse(headers={"HX-Refresh": "true"})
            return entered(request, *args, **kwargs)

        return guarded


def _list_page(period: Period, name: str) -> str:
    return reverse(f"admin:periods_period_{name}", args=[period.pk])


def _only_by_button() -> str:
    return _("Nothing was done: an address alone does nothing. Use the button of this page, if it has one.")


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None
