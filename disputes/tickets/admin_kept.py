"""Admin lists of what stands in disputes, as rows: parties, findings, rulings, offers; to be read."""

from django.contrib import admin

from access.models import User
from disputes.models import Finding, FindingShare, Offer, OfferConfirmation, OfferShare, Party, Ruling
from disputes.rights import reads_history
from periods.admin_base import BookAdmin


class KeptAdmin(BookAdmin):
    """Rows of disputes; what they were before tells what the sides and the desks learn in their time."""

    list_filter = ["dispute__state", "dispute__kind"]
    search_fields = ["dispute__number"]

    def may_see_history(self, viewer: User, obj: object) -> bool:
        return reads_history(viewer)


@admin.register(Party)
class PartyAdmin(KeptAdmin):
    list_display = ["dispute", "employee", "side", "asked_sales", "asked_commission", "named_at", "withdrawn_at"]
    list_select_related = ["dispute", "employee"]


@admin.register(Finding)
class FindingAdmin(KeptAdmin):
    list_display = ["dispute", "desk", "owner", "upholds", "given_by", "given_at"]
    list_select_related = ["dispute", "owner", "given_by"]


@admin.register(FindingShare)
class FindingShareAdmin(KeptAdmin):
    list_display = ["finding", "employee", "sales_share", "commission_share"]
    list_select_related = ["finding__dispute", "employee"]
    list_filter = ["finding__desk"]
    search_fields = ["finding__dispute__number"]


@admin.register(Ruling)
class RulingAdmin(KeptAdmin):
    list_display = ["dispute", "source", "owner", "upholds", "correction", "made_by", "made_on"]
    list_select_related = ["dispute", "owner", "correction", "made_by"]
    list_filter = ["source", "dispute__kind"]


@admin.register(Offer)
class OfferAdmin(KeptAdmin):
    list_display = ["dispute", "made_by", "state", "owner", "made_at", "ended_at"]
    list_select_related = ["dispute", "made_by", "owner"]
    list_filter = ["state"]


@admin.register(OfferShare)
class OfferShareAdmin(KeptAdmin):
    list_display = ["offer", "employee", "sales_share", "commission_share"]
    list_select_related = ["offer__dispute", "offer__made_by", "employee"]
    list_filter = ["offer__state"]
    search_fields = ["offer__dispute__number"]


@admin.register(OfferConfirmation)
class OfferConfirmationAdmin(KeptAdmin):
    list_display = ["offer", "employee", "confirmed_by", "confirmed_at"]
    list_select_related = ["offer__dispute", "offer__made_by", "employee", "confirmed_by"]
    list_filter = ["offer__state"]
    search_fields = ["offer__dispute__number"]
