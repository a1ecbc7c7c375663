"""Admin pages of the branches' funds."""

from django.contrib import admin
from django.http import HttpRequest

from access.actor import Actor
from access.pages.admin_base import ReachFilter, viewing
from access.pages.records import Record
from funds.actions import remove_claim, save_claims
from funds.models import ClaimDecision, FundClaim, FundLot, FundMovement
from funds.pages import claim_record, lot_record
from periods.admin_base import BookAdmin, MonthFilter


@admin.register(FundLot)
class FundLotAdmin(BookAdmin):
    list_display = ["branch", "fund", "month", "sales", "rate", "amount", "is_opening"]
    list_filter = [("month", MonthFilter), ("branch", ReachFilter), "fund"]
    list_select_related = ["branch"]

    def record(self, request: HttpRequest, obj: FundLot) -> Record:
        return lot_record(obj, viewing(request))


@admin.register(FundClaim)
class FundClaimAdmin(BookAdmin):
    list_display = ["number", "date", "branch", "fund", "purpose", "client", "decided", "amount"]
    list_filter = [("branch", ReachFilter), "fund", "decision__reason"]
    list_select_related = ["branch", "client", "decision"]
    search_fields = ["number", "purpose", "client__number", "client__name"]
    autocomplete_fields = ["client"]
    date_hierarchy = "date"
    fields = ["number", "branch", "fund", "date", "amount", "purpose", "client"]
    fixed_fields = ("number",)

    @admin.display(description=ClaimDecision._meta.get_field("reason").verbose_name, ordering="decision__reason")
    def decided(self, claim: FundClaim) -> str:
        """What was decided, or a dash while its month is open."""
        return claim.decision.get_reason_display() if hasattr(claim, "decision") else "–"

    def record(self, request: HttpRequest, obj: FundClaim) -> Record:
        return claim_record(obj, viewing(request))

    def write(self, obj: FundClaim, *, is_new: bool, by: Actor) -> None:
        save_claims(new=[obj] if is_new else [], changed=[] if is_new else [obj], by=by)

    def remove(self, obj: FundClaim, *, by: Actor) -> None:
        remove_claim(claim=obj, by=by)


@admin.register(ClaimDecision)
class ClaimDecisionAdmin(BookAdmin):
    list_display = ["claim", "month", "branch", "reason", "available", "client_sales"]
    list_filter = [("month", MonthFilter), ("branch", ReachFilter), "reason"]
    list_select_related = ["claim", "branch"]
    search_fields = ["claim__number"]

    def record(self, request: HttpRequest, obj: ClaimDecision) -> Record:
        return claim_record(obj.claim, viewing(request))


@admin.register(FundMovement)
class FundMovementAdmin(BookAdmin):
    list_display = ["branch", "lot_fund", "month", "kind", "claim", "amount"]
    list_filter = [("month", MonthFilter), ("branch", ReachFilter), "kind", "lot__fund"]
    list_select_related = ["lot", "branch", "claim"]
    search_fields = ["claim__number"]

    @admin.display(description=FundLot._meta.get_field("fund").verbose_name, ordering="lot__fund")
    def lot_fund(self, movement: FundMovement) -> str:
        """Of which fund the accrual is."""
        return movement.lot.get_fund_display()
