"""Admin pages of how months were computed."""

from django.contrib import admin
from django.http import HttpRequest

from access.admin_base import ReachFilter, viewing
from access.record import Record
from monthend.models import MonthRun, MonthStep
from monthend.records import run_record
from periods.admin_base import BookAdmin, MonthFilter


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
