"""Admin pages of pay: to read what the month end wrote."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from access.pages.admin_base import ReachFilter, viewing
from access.pages.lists import KeysFirstEndless
from access.pages.records import Record
from compensation.models import BasePayLine, CommissionLine, Credit, Payslip, SupportPool, SupportShare
from compensation.month.pages import pool_record, share_record
from compensation.pages import base_pay_record, credit_record, line_record, payslip_record, payslip_sum, with_source
from periods.admin_base import BookAdmin, MonthFilter

MONTH_AND_BRANCH: list[Any] = [("month", MonthFilter), ("branch", ReachFilter)]
PERSON = ["employee__number", "employee__name"]


@admin.register(Payslip)
class PayslipAdmin(BookAdmin):
    list_display = [
        "name_and_number",
        "month",
        "branch_name",
        "rank_name",
        "sales",
        "base_pay",
        "commission",
        "assist",
        "brought",
        "adjustment",
        "carried",
        "support_bonus",
        "gross",
    ]
    list_filter = [*MONTH_AND_BRANCH, "on_threshold_wage"]
    search_fields = ["employee__number", "name"]
    search_help_text = _("Staff number or name")
    change_form_template = "admin/payslip.html"

    @admin.display(description=_("employee"), ordering="employee__number")
    def name_and_number(self, slip: Payslip) -> str:
        """Who is paid, as called then."""
        return f"{slip.name} ({slip.employee.number})"

    def get_queryset(self, request: HttpRequest) -> Any:
        slips = super().get_queryset(request).select_related("employee")
        is_page = request.resolver_match and "object_id" in request.resolver_match.kwargs
        return slips.select_related("plan_version") if is_page else slips.prefetch_related("plan_version")

    def record(self, request: HttpRequest, obj: Payslip) -> Record:
        return payslip_record(obj, viewing(request))

    def beside(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"sum": payslip_sum(obj)}


@admin.register(CommissionLine)
class CommissionLineAdmin(BookAdmin):
    list_display = ["receipt", "month", "employee", "kind", "base", "rate", "amount"]
    list_filter = [*MONTH_AND_BRANCH, "kind"]
    list_select_related = ["receipt", "employee"]
    search_fields = ["receipt__number", *PERSON]
    search_help_text = _("Receipt number, staff number or name")
    paginator = KeysFirstEndless
    ordering = ["-month", "-id"]

    def get_queryset(self, request: HttpRequest) -> Any:
        lines = super().get_queryset(request)
        return with_source(lines) if request.resolver_match and "object_id" in request.resolver_match.kwargs else lines

    def record(self, request: HttpRequest, obj: CommissionLine) -> Record:
        return line_record(obj, viewing(request))


@admin.register(Credit)
class CreditAdmin(BookAdmin):
    list_display = ["receipt", "month", "employee", "branch", "reason", "amount"]
    list_filter = [*MONTH_AND_BRANCH, "reason"]
    list_select_related = ["receipt", "employee", "branch"]
    search_fields = ["receipt__number", *PERSON]
    search_help_text = _("Receipt number, staff number or name")
    paginator = KeysFirstEndless
    ordering = ["-month", "-id"]

    def record(self, request: HttpRequest, obj: Credit) -> Record:
        return credit_record(obj, viewing(request))


@admin.register(BasePayLine)
class BasePayLineAdmin(BookAdmin):
    list_display = ["employee", "month", "kind", "start", "end", "rank", "salary", "amount"]
    list_filter = [*MONTH_AND_BRANCH, "kind"]
    list_select_related = ["employee"]
    search_fields = PERSON
    rank_fields = ["rank"]

    def record(self, request: HttpRequest, obj: BasePayLine) -> Record:
        return base_pay_record(obj, viewing(request))


@admin.register(SupportPool)
class SupportPoolAdmin(BookAdmin):
    list_display = ["branch", "month", "sales", "target", "rate", "pool"]
    list_filter = MONTH_AND_BRANCH
    list_select_related = ["branch"]

    def record(self, request: HttpRequest, obj: SupportPool) -> Record:
        return pool_record(obj, viewing(request))


@admin.register(SupportShare)
class SupportShareAdmin(BookAdmin):
    list_display = ["employee", "month", "department", "weight", "total_weight", "pool", "amount"]
    list_filter = MONTH_AND_BRANCH
    list_select_related = ["employee", "department"]
    search_fields = PERSON

    def record(self, request: HttpRequest, obj: SupportShare) -> Record:
        return share_record(obj, viewing(request))
