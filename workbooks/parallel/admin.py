"""Admin pages of parallel runs: the form, who is paid otherwise, and each person's parts side by side."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.bodies import takes_files
from access.pages.admin_base import ReachFilter, viewing
from access.pages.links import address
from access.pages.records import Record
from access.rights import Right
from periods.admin_base import BookAdmin, OwnMonthFilter
from workbooks.parallel.actions import HEADINGS, OldPayRefused, keep_old_pay, remove_old_pay
from workbooks.parallel.forms import ParallelForm
from workbooks.parallel.models import ParallelLine, ParallelRun
from workbooks.parallel.pages import line_record, run_record
from workbooks.problems import Problem
from workbooks.xlsx.package import MAX_FILE_BYTES


@admin.register(ParallelRun)
class ParallelRunAdmin(BookAdmin):
    list_display = ["file_name", "month", "uploaded_by", "uploaded_at"]
    list_filter = [("month", OwnMonthFilter)]
    list_select_related = ["uploaded_by"]
    change_form_template = "admin/parallel.html"
    empty_text = gettext_lazy("Upload what the old payroll paid for a month: you see who is paid otherwise, and why.")

    def record(self, request: HttpRequest, obj: ParallelRun) -> Record:
        return run_record(obj, viewing(request))

    @takes_files(MAX_FILE_BYTES, Right.ADD, ParallelRun)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; once the workbook is there, the comparison."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ParallelForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                by = Actor(viewing(request))
                run = keep_old_pay(file.read(), month=form.cleaned_data["month"], file_name=file.name, by=by)
            except OldPayRefused as refusal:
                for problem in refusal.problems:
                    form.add_error("file", _told(problem))
            else:
                return HttpResponseRedirect(address(run))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Compare with the old payroll"),
            "form": form,
            "parts": _(", ").join(HEADINGS.values()),
        }
        return TemplateResponse(request, "admin/parallel_form.html", context)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """The comparisons alone: their lines are theirs, and go with them."""
        return [str(run) for run in objs], {str(self.opts.verbose_name): len(objs)}, set(), []

    def remove(self, obj: ParallelRun, *, by: Actor) -> None:
        remove_old_pay(obj, by=by)


@admin.register(ParallelLine)
class ParallelLineAdmin(BookAdmin):
    list_display = ["number", "employee", "run", "gross"]
    list_filter = [("run", ReachFilter)]
    list_select_related = ["employee", "run"]
    search_fields = ["number", "employee__name"]
    search_help_text = gettext_lazy("Staff number or name")

    def record(self, request: HttpRequest, obj: ParallelLine) -> Record:
        return line_record(obj, viewing(request))


def _told(problem: Problem) -> str:
    """A problem in one line: its place, what stands there, and why that won't do."""
    if problem.row is None:
        return problem.reason
    facts = {"row": problem.row, "column": problem.column or "", "value": problem.value or "", "reason": problem.reason}
    return _("row %(row)d, %(column)s “%(value)s”: %(reason)s") % facts
