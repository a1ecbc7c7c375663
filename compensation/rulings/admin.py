"""Admin pages of what disputes do to pay: holds, what is held by them, and what rulings divide; all to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from access.pages.admin_base import ReachFilter, viewing
from access.pages.records import Record
from compensation.models import BranchSalesMove, HeldCommission, Hold, RulingShare
from compensation.rulings.pages import held_record, hold_record, move_record, share_record
from periods.admin_base import BookAdmin, MonthFilter, OwnMonthFilter

OF_RULING = ["correction__number", "correction__reference"]


@admin.register(Hold)
class HoldAdmin(BookAdmin):
    list_display = ["contract", "reference", "since", "made_at"]
    list_filter = [("since", OwnMonthFilter)]
    list_select_related = ["contract"]
    search_fields = ["reference", "contract__number"]
    search_help_text = _("Number of the dispute or the contract")
    empty_text = _("While there is a dispute about a contract its commission is held (3-1.3); that stands here.")

    def record(self, request: HttpRequest, obj: Hold) -> Record:
        return hold_record(obj, viewing(request))


@admin.register(HeldCommission)
class HeldCommissionAdmin(BookAdmin):
    list_display = ["employee", "month", "line", "hold", "amount"]
    list_filter = [("month", MonthFilter), ("branch", ReachFilter)]
    list_select_related = ["employee", "line__receipt", "line__employee", "hold__contract"]
    search_fields = ["hold__reference", "line__receipt__number", "employee__number", "employee__name"]
    search_help_text = _("Number of the dispute or the receipt, staff number or name")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("line__receipt__contract")

    def record(self, request: HttpRequest, obj: HeldCommission) -> Record:
        return held_record(obj, viewing(request))


@admin.register(RulingShare)
class RulingShareAdmin(BookAdmin):
    list_display = ["employee", "month", "correction", "sales_share", "commission_share", "branch"]
    list_filter = [("month", OwnMonthFilter), ("branch", ReachFilter)]
    list_select_related = ["employee", "correction", "branch"]
    search_fields = [*OF_RULING, "employee__number", "employee__name"]
    search_help_text = _("Number of the ruling or the dispute, staff number or name")

    def record(self, request: HttpRequest, obj: RulingShare) -> Record:
        return share_record(obj, viewing(request))


@admin.register(BranchSalesMove)
class BranchSalesMoveAdmin(BookAdmin):
    list_display = ["branch", "month", "correction", "sales"]
    list_filter = [("month", OwnMonthFilter), ("branch", ReachFilter)]
    list_select_related = ["branch", "correction"]
    search_fields = OF_RULING
    search_help_text = _("Number of the ruling or the dispute")

    def record(self, request: HttpRequest, obj: BranchSalesMove) -> Record:
        return move_record(obj, viewing(request))
