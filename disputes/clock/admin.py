"""The admin's pages of the working calendar: a year in squares, and the form of a day."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.pages.admin_base import viewing
from access.pages.records import Cell, Record
from access.rights import Right, may
from disputes.clock.actions import Moved, remove_day, save_day, why_day_stays
from disputes.clock.models import WorkingDay
from disputes.clock.pages import moved_text, told_of, year_of_days
from disputes.clock.rules import SATURDAY
from periods.admin_base import BookAdmin
from periods.pages import facts_of

FIRST_YEAR, LAST_YEAR = 2004, 2099


@admin.register(WorkingDay)
class WorkingDayAdmin(BookAdmin):
    list_display = ["day", "is_working", "name", "is_official"]
    list_filter = ["is_working", "is_official"]
    search_fields = ["name"]
    ordering = ["-day"]
    fields = ["day", "is_working", "name"]
    fixed_fields = ("day",)
    empty_text = gettext_lazy("Without entries every day from Monday to Friday is worked.")

    def get_urls(self) -> list[URLPattern]:
        enter = self.admin_site.admin_view
        return [
            path("year/", enter(self.years_view), name="disputes_workingday_years"),
            path("year/<int:year>/", enter(self.year_view), name="disputes_workingday_year"),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The day that was chosen, as what it is not by the week."""
        day = _day_of(request.GET.get("day", ""))
        return {"day": day, "is_working": day.weekday() >= SATURDAY} if day else {}

    def record(self, request: HttpRequest, obj: WorkingDay) -> Record:
        return Record(
            title=told_of(obj),
            subtitle=str(self.opts.verbose_name),
            facts=facts_of(obj, viewing(request)),
            links=[Cell(_("Working days of %(year)s") % {"year": obj.day.year}, _year_page(obj))],
        )

    def form_notes(self, request: HttpRequest, obj: WorkingDay | None) -> Sequence[str]:
        """What it does to disputes."""
        return [_("The deadlines of open disputes follow at once; which of them moved is told, and kept.")]

    def beside(self, request: HttpRequest, obj: WorkingDay) -> dict[str, Any]:
        """What is published is not removed, so there is no button for it."""
        return {"show_delete": not why_day_stays(obj)}

    def response_post_save_add(self, request: HttpRequest, obj: WorkingDay) -> HttpResponseRedirect:
        """Back to the year."""
        return HttpResponseRedirect(_year_page(obj))

    def response_post_save_change(self, request: HttpRequest, obj: WorkingDay) -> HttpResponseRedirect:
        """Back to the year."""
        return HttpResponseRedirect(_year_page(obj))

    def why_not_removed(self, obj: WorkingDay, by: Actor) -> str:
        return why_day_stays(obj)

    def save_model(self, request: HttpRequest, obj: WorkingDay, form: Any, change: bool) -> None:
        _tell(request, save_day(obj, by=Actor(viewing(request))))

    def delete_model(self, request: HttpRequest, obj: WorkingDay) -> None:
        _tell(request, remove_day(obj, by=Actor(viewing(request))))

    def years_view(self, request: HttpRequest) -> HttpResponse:
        """Lead to this year."""
        self._require_reader(request)
        return HttpResponseRedirect(reverse("admin:disputes_workingday_year", args=[timezone.localdate().year]))

    def year_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """A year's days; for who keeps the calendar each of them leads to its form."""
        self._require_reader(request)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Working days of %(year)s") % {"year": year},
            "year": year_of_days(year, viewing(request), timezone.localdate()),
            "years": [other for other in (year - 1, year + 1) if FIRST_YEAR <= other <= LAST_YEAR],
            "may_keep": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/working_year.html", context)

    def _require_reader(self, request: HttpRequest) -> None:
        if not may(viewing(request), Right.VIEW, WorkingDay):
            raise PermissionDenied


def _year_page(day: WorkingDay) -> str:
    return reverse("admin:disputes_workingday_year", args=[day.day.year])


def _day_of(given: str) -> dt.date | None:
    try:
        return parse_date(given)
    except ValueError:
        return None


def _tell(request: HttpRequest, moved: Sequence[Moved]) -> None:
    if moved:
        messages.warning(request, _("Deadlines of disputes moved: %(moved)s.") % {"moved": moved_text(moved)})
