"""The admin's pages of targets: a branch's month, its people, and the year that the months add up to."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.pages.admin_base import ReachFilter, viewing
from access.pages.links import Links, address
from access.pages.records import Cell, Record
from access.rights import Right, may
from people.targets.forms import PeopleForm
from people.targets.pages import people_table, sellers_of, weekly_table
from people.targets.pages_year import YearForm, lines_of, read_year
from people.targets.shown import ShownForm
from periods.admin_base import BookAdmin, OwnMonthFilter
from periods.pages import facts_of
from periods.selectors import is_locked
from rulebook.selectors import NoPlanInForce, plan_version_at
from rulebook.wording import amount_text, month_text
from staff.actions import remove_target, save_targets
from staff.models import PersonTarget, Target, YearTarget
from staff.rights import may_give_out_targets
from staff.targets.actions import SavedMeanwhile, TargetsRefused, save_person_targets, save_year

GIVE_OUT = "give-out"


@admin.register(Target)
class TargetAdmin(BookAdmin):
    adds_at = "admin:staff_target_years"
    list_display = ["month", "branch", "amount"]
    list_filter = [("month", OwnMonthFilter), ("branch", ReachFilter)]
    list_select_related = ["branch"]
    fields = ["month", "branch", "amount"]
    fixed_fields = ("month", "branch")

    def get_urls(self) -> list[URLPattern]:
        enter = self.admin_site.admin_view
        return [
            path("year/", enter(self.years_view), name="staff_target_years"),
            path("year/<int:year>/", enter(self.year_view), name="staff_target_year"),
            path("<int:pk>/people/", enter(self.people_view), name="staff_target_people"),
            *super().get_urls(),
        ]

    def record(self, request: HttpRequest, obj: Target) -> Record:
        viewer = viewing(request)
        year = reverse("admin:staff_target_year", args=[obj.month.year])
        links = [Cell(_("Targets of %(year)s") % {"year": obj.month.year}, year)]
        if may_give_out_targets(viewer) and not is_locked(obj.month):
            links.append(Cell(_("Give out to people"), reverse("admin:staff_target_people", args=[obj.pk])))
        return Record(
            title=_("%(branch)s, %(month)s") % {"branch": obj.branch.name, "month": month_text(obj.month)},
            subtitle=str(self.opts.verbose_name),
            facts=facts_of(obj, viewer, ["month", "branch", "amount"]),
            tables=[weekly_table(obj, timezone.localdate()), people_table(obj, viewer)],
            links=links,
        )

    def write(self, obj: Target, *, is_new: bool, by: Actor) -> None:
        save_targets(new=[obj] if is_new else [], changed=[] if is_new else [obj], by=by)

    def remove(self, obj: Target, *, by: Actor) -> None:
        remove_target(target=obj, by=by)

    def years_view(self, request: HttpRequest) -> HttpResponse:
        """Lead to the latest year with targets, or to this one."""
        if not may(viewing(request), Right.VIEW, Target):
            raise PermissionDenied
        latest = self.get_queryset(request).order_by("-month").first()
        year = latest.month.year if latest else timezone.localdate().year
        return HttpResponseRedirect(reverse("admin:staff_target_year", args=[year]))

    def year_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """A year's targets; for who writes targets a form that is saved only when the months fit the year."""
        viewer = viewing(request)
        if not may(viewer, Right.VIEW, Target):
            raise PermissionDenied
        if not 1950 <= year <= 2099:
            raise Http404
        may_write = may(viewer, Right.CHANGE, Target)
        if request.method == "POST" and not may_write:
            raise PermissionDenied
        read = read_year(year, viewer)
        form = YearForm(request.POST or None, year=read) if may_write else None
        if form and form.is_bound and form.is_valid() and self._carry_out_year(request, form):
            messages.success(request, _("The targets of %(year)s are saved.") % {"year": year})
            return HttpResponseRedirect(request.path)
        addresses = Links(viewer, reached=read.targets.values())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Targets of %(year)s") % {"year": year},
            "year": read,
            "years": (year - 1, year + 1),
            "form": form,
            "lines": lines_of(read, form, {row.pk: addresses.to(row) for row in read.targets.values()}),
        }
        return TemplateResponse(request, "admin/target_year.html", context)

    def _carry_out_year(self, request: HttpRequest, form: YearForm) -> bool:
        """Whether the year is saved; else the form says why, or holds what was given out."""
        if request.POST.get("step") == GIVE_OUT:
            form.give_out()
            return False
        try:
            by = Actor(viewing(request))
            save_year(form.year.number, form.table, shown=form.shown_table, by=by)
        except TargetsRefused as refusal:
            _tell(refusal, form)
            return False
        return True

    def people_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Break a branch's target of a month down to its people; saved only when the parts add up to it."""
        viewer = viewing(request)
        target = self.get_queryset(request).select_related("branch").filter(pk=pk).first()
        if target is None:
            raise Http404
        if not may_give_out_targets(viewer):
            raise PermissionDenied
        sellers = sellers_of(target)
        try:
            plan = plan_version_at(target.month).plan
        except NoPlanInForce as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(address(target))
        form = PeopleForm(request.POST or None, target=target, sellers=sellers, plan=plan)
        if form.is_bound and form.is_valid() and self._carry_out_people(request, form, target):
            messages.success(request, _("The target is given out to %(count)s people.") % {"count": len(sellers)})
            return HttpResponseRedirect(f"{address(target)}#people")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("%(branch)s, %(month)s: targets of people")
            % {"branch": target.branch.name, "month": month_text(target.month)},
            "amount": amount_text(target.amount),
            "back": address(target),
            "form": form,
        }
        return TemplateResponse(request, "admin/target_people.html", context)

    def _carry_out_people(self, request: HttpRequest, form: PeopleForm, target: Target) -> bool:
        """Whether the parts are saved; else the form says why, or holds what was given out."""
        if request.POST.get("step") == GIVE_OUT:
            form.give_out()
            return False
        try:
            by = Actor(viewing(request))
            save_person_targets(target, form.amounts, shown=form.shown_amounts, by=by)
        except TargetsRefused as refusal:
            _tell(refusal, form)
            return False
        return True


def _tell(refusal: TargetsRefused, form: ShownForm) -> None:
    if isinstance(refusal, SavedMeanwhile):
        form.shown_anew()
    form.add_error(None, str(refusal))


@admin.register(YearTarget)
class YearTargetAdmin(BookAdmin):
    list_display = ["year", "amount"]

    def record(self, request: HttpRequest, obj: Any) -> Record:
        """The year's target, leading to its page."""
        link = Cell(_("Targets of %(year)s") % {"year": obj.year}, reverse("admin:staff_target_year", args=[obj.year]))
        return Record(title=str(obj.year), facts=facts_of(obj, viewing(request)), links=[link])


@admin.register(PersonTarget)
class PersonTargetAdmin(BookAdmin):
    list_display = ["month", "branch", "employee", "amount"]
    list_filter = [("month", OwnMonthFilter), ("branch", ReachFilter)]
    list_select_related = ["branch", "employee"]
    search_fields = ["employee__number", "employee__name"]
