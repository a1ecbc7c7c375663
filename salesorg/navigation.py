"""The admin's side bar: the models in groups by what people come for, each shown to the roles that may see it."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from access.rights import Right, may

GROUPS: Sequence[tuple[Any, Sequence[tuple[str, str]]]] = (
    (
        _("Monthly"),
        (
            ("periods.Period", "calendar_month"),
            ("workbooks.Upload", "upload_file"),
            ("monthend.Preview", "science"),
            ("workbooks.ParallelRun", "compare"),
            ("compensation.Payslip", "receipt_long"),
            ("compensation.CommissionLine", "percent"),
            ("compensation.Correction", "edit_note"),
            ("compensation.Adjustment", "sync_alt"),
            ("staff.RankAssessment", "stairs"),
            ("compensation.SupportPool", "savings"),
            ("compensation.SupportShare", "pie_chart"),
            ("compensation.SupportWeight", "balance"),
            ("staff.Target", "flag"),
            ("staff.PersonTarget", "person_check"),
            ("compensation.BasePayLine", "payments"),
            ("compensation.Credit", "fact_check"),
            ("monthend.Deputy", "supervisor_account"),
        ),
    ),
    (
        _("People"),
        (
            ("staff.Employee", "group"),
            ("staff.PersonnelEvent", "move_down"),
            ("staff.Review", "rate_review"),
            ("staff.Absence", "event_busy"),
            ("staff.RankHolding", "military_tech"),
            ("staff.Post", "badge"),
            ("staff.Branch", "apartment"),
            ("staff.Department", "lan"),
            ("staff.OpeningState", "start"),
            ("staff.OpeningSales", "history"),
            ("staff.ReviewStep", "checklist_rtl"),
        ),
    ),
    (
        _("Clients"),
        (
            ("clients.Client", "storefront"),
            ("clients.OrphanClient", "person_off"),
            ("clients.Contract", "contract"),
            ("clients.FollowUp", "contact_phone"),
            ("clients.Receipt", "paid"),
            ("clients.Handover", "handshake"),
            ("clients.AssignmentBatch", "playlist_add_check"),
            ("clients.PoolRule", "tune"),
            ("clients.BankStatement", "account_balance"),
            ("clients.BankLine", "rule"),
            ("clients.Assignment", "assignment_ind"),
            ("clients.ClientStatus", "timeline"),
            ("clients.ProtectionTerms", "shield"),
            ("clients.Lapse", "hourglass_disabled"),
            ("clients.PoolClaim", "back_hand"),
        ),
    ),
    (
        _("Funds"),
        (
            ("funds.FundClaim", "request_quote"),
            ("funds.FundLot", "account_balance_wallet"),
            ("funds.FundMovement", "swap_horiz"),
            ("funds.ClaimDecision", "gavel"),
        ),
    ),
    (
        _("Rules"),
        (
            ("rulebook.PlanVersion", "menu_book"),
            ("rulebook.PlanDraft", "edit_document"),
            ("rulebook.Interpretation", "account_balance"),
            ("staff.MinimumWage", "price_check"),
        ),
    ),
    (
        _("System"),
        (
            ("monthend.MonthRun", "play_circle"),
            ("monthend.MonthStep", "checklist"),
            ("workbooks.ImportBatch", "inventory"),
            ("workbooks.UploadRow", "difference"),
            ("workbooks.ParallelLine", "compare_arrows"),
            ("workbooks.ImportedRow", "table_rows"),
            ("clients.BankPair", "link"),
            ("access.Change", "history"),
            ("access.User", "key"),
            ("access.AccountEvent", "manage_history"),
            ("access.Disclosure", "visibility"),
        ),
    ),
)


PAGES = {
    "staff.Target": ((_("Targets of the year"), "calendar_view_month", "admin:staff_target_years"),),
    "clients.Client": ((_("Open pool"), "waves", "admin:clients_lapse_open_pool"),),
    "rulebook.PlanVersion": ((_("The law"), "gavel", "admin:rulebook_law"),),
}
"""Pages that belong to a model without being its list."""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups for whoever asks; without what they may not see, and without groups that this leaves empty."""
    home = {"title": _("Overview"), "icon": "home", "link": reverse("admin:index")}
    groups = [{"title": title, "items": _items(request, entries)} for title, entries in GROUPS]
    return [{"items": [home]}, *(group for group in groups if group["items"])]


def _items(request: HttpRequest, entries: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    known = ((apps.get_model(label), label, icon) for label, icon in entries)
    shown = [(model, label, icon) for model, label, icon in known if may(request.user, Right.VIEW, model)]
    items = [
        {
            "title": capfirst(model._meta.verbose_name_plural),
            "icon": icon,
            "link": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        }
        for model, _label, icon in shown
    ]
    return items + [
        {"title": title, "icon": icon, "link": reverse(name)}
        for _model, label, _icon in shown
        for title, icon, name in PAGES.get(label, ())
    ]
