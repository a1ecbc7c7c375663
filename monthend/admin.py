"""Admin pages of how months were computed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from access.pages.admin_base import ReachFilter, viewing
from access.pages.records import Record
from compensation.models import SupportWeight
from monthend import applications  # noqa: F401 - tells the rulebook how it is applied
from monthend.approval.admin import DeputyAdmin
from monthend.approval.transitions import DETAILS, may_read_details
from monthend.drafts.admin import PlanDraftAdmin, PlanDraftStepAdmin
from monthend.models import Deputy, MonthRun, MonthStep, MonthTransition, MonthVerification, Reminder
from monthend.page.admin import PeriodAdmin
from monthend.pages import run_record
from monthend.preview.admin import PreviewAdmin, PreviewBranchAdmin, PreviewLineAdmin
from monthend.preview.models import Preview, PreviewBranch, PreviewLine
from monthend.verify.pages import verification_record
from monthend.weights.admin import SupportWeightAdmin
from people.personnel.admin import PersonnelEventAdmin
from people.targets.admin import PersonTargetAdmin, TargetAdmin, YearTargetAdmin
from periods.admin_base import BookAdmin, MonthFilter
from periods.models import Period
from periods.pages import facts_of
from rulebook.models import PlanDraft, PlanDraftStep
from staff.models import PersonnelEvent, PersonTarget, Target, YearTarget

admin.site.register(Period, PeriodAdmin)
admin.site.register(Deputy, DeputyAdmin)
admin.site.register(SupportWeight, SupportWeightAdmin)
admin.site.register(Preview, PreviewAdmin)
admin.site.register(Target, TargetAdmin)
admin.site.register(YearTarget, YearTargetAdmin)
admin.site.register(PersonTarget, PersonTargetAdmin)
admin.site.register(PreviewLine, PreviewLineAdmin)
admin.site.register(PreviewBranch, PreviewBranchAdmin)
admin.site.register(PersonnelEvent, PersonnelEventAdmin)
admin.site.register(PlanDraft, PlanDraftAdmin)
admin.site.register(PlanDraftStep, PlanDraftStepAdmin)


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
