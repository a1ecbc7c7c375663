"""Admin pages of how months were computed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from access.pages.admin_base import ReachFilter, viewing
from access.pages.records import Record
from monthend.models import MonthRun, MonthStep, MonthTransition, MonthVerification, Reminder
from monthend.pages import run_record
from monthend.rights import DETAILS, may_read_details
from monthend.verify.pages import verification_record
from periods.admin_base import BookAdmin, MonthFilter
from periods.pages import facts_of


@admin.register(MonthRun)
class MonthRunAdmin(BookAdmin):
    list_display = ["month", "state", "started_at", "started_by", "computed_at", "locked_at", "locked_by"]
    list_filter = [("month", MonthFilter), "state"]
    list_select_related = ["started_by", "locked_by"]

    def record(self, request: HttpRequest, obj: MonthRun) -> Record:
        return run_record(obj, viewing(request))


@admin.register(MonthStep)
class MonthStepAdmin(BookAdmin):
    list_display = ["run", "name", "branch", "state", "rows", "done_at"]
    list_filter = [("run__month", MonthFilter), ("branch", ReachFilter), "name", "state"]
    list_select_related = ["run", "branch"]
    ordering = ["-run__month", "-run", "position", "branch"]


@admin.register(MonthTransition)
class MonthTransitionAdmin(BookAdmin):
    list_display = ["run", "kind", "at", "by", "on_behalf_of", "reason"]
    list_filter = [("run__month", MonthFilter), "kind"]
    list_select_related = ["run", "by", "on_behalf_of"]
    ordering = ["-at"]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [name for name in super().get_list_display(request) if name in self._shown(request)]

    def record(self, request: HttpRequest, obj: MonthTransition) -> Record:
        facts = facts_of(obj, viewing(request), self._shown(request))
        return Record(title=str(obj), subtitle=str(self.opts.verbose_name), facts=facts)

    def _shown(self, request: HttpRequest) -> list[str]:
        """The fields that the viewer reads."""
        kept = () if may_read_details(viewing(request)) else DETAILS
        return [one.name for one in self.opts.concrete_fields if not one.primary_key and one.name not in kept]


@admin.register(MonthVerification)
class MonthVerificationAdmin(BookAdmin):
    list_display = ["run", "asked_at", "asked_by", "done_at", "seconds", "people", "difference_count", "locks"]
    list_filter = [("run__month", MonthFilter)]
    list_select_related = ["run", "asked_by"]

    def record(self, request: HttpRequest, obj: MonthVerification) -> Record:
        return verification_record(obj, viewing(request))


@admin.register(Reminder)
class ReminderAdmin(BookAdmin):
    list_display = ["month", "at", "by"]
    list_filter = [("month", MonthFilter)]
    list_select_related = ["by"]
