"""The admin's side bar: the models in groups by what people come for, each shown to the roles that may see it."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model
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
            ("compensation.Payslip", "receipt_long"),
            ("staff.RankAssessment", "stairs"),
            ("compensation.SupportWeight", "list_alt"),
            ("compensation.Correction", "edit_note"),
            ("staff.Target", "flag"),
            ("staff.PersonTarget", "person_check"),
            ("monthend.Preview", "science"),
            ("workbooks.ParallelRun", "compare"),
            ("monthend.Deputy", "supervisor_account"),
        ),
    ),
    (
        _("People"),
        (
            ("staff.Employee", "group"),
            ("staff.PersonnelEvent", "move_down"),
            ("staff.RankDecision", "swap_vert"),
            ("staff.Review", "rate_review"),
            ("compensation.AwardDecision", "emoji_events"),
            ("staff.Absence", "event_busy"),
            ("staff.Branch", "apartment"),
            ("staff.Department", "lan"),
        ),
    ),
    (
        _("Clients"),
        (
            ("clients.Client", "storefront"),
            ("clients.OrphanClient", "person_off"),
            ("clients.Handover", "handshake"),
            ("clients.FollowUp", "contact_phone"),
            ("clients.Contract", "contract"),
            ("clients.Receipt", "paid"),
            ("clients.BankStatement", "account_balance"),
        ),
    ),
    (
        _("Funds"),
        (
            ("funds.FundClaim", "request_quote"),
            ("funds.FundLot", "account_balance_wallet"),
        ),
    ),
    (
        _("Rules"),
        (
            ("rulebook.PlanVersion", "menu_book"),
            ("rulebook.PlanDraft", "edit_document"),
            ("rulebook.Interpretation", "account_balance"),
            ("staff.MinimumWage", "price_check"),
            ("clients.PoolRule", "tune"),
            ("clients.ProtectionTerms", "shield"),
        ),
    ),
    (
        _("Details"),
        (
            ("compensation.CommissionLine", "percent"),
            ("compensation.Adjustment", "sync_alt"),
            ("compensation.BasePayLine", "payments"),
            ("compensation.Credit", "fact_check"),
            ("compensation.SupportPool", "savings"),
            ("compensation.SupportShare", "pie_chart"),
            ("compensation.AwardRecommendation", "recommend"),
            ("staff.RankHolding", "military_tech"),
            ("staff.Post", "badge"),
            ("staff.ReviewStep", "checklist_rtl"),
            ("staff.PayConfirmation", "how_to_reg"),
            ("staff.SharedNumber", "group_work"),
            ("clients.Assignment", "assignment_ind"),
            ("clients.AssignmentBatch", "playlist_add_check"),
            ("clients.ClientStatus", "timeline"),
            ("clients.Lapse", "hourglass_disabled"),
            ("clients.PoolClaim", "back_hand"),
            ("clients.BankLine", "rule"),
            ("clients.BankPair", "link"),
            ("funds.FundMovement", "swap_horiz"),
            ("funds.ClaimDecision", "gavel"),
            ("staff.YearTarget", "outlined_flag"),
            ("staff.OpeningState", "start"),
            ("staff.OpeningSales", "history"),
        ),
    ),
    (
        _("System"),
        (
            ("access.User", "key"),
            ("access.AccountEvent", "manage_history"),
            ("access.Change", "history"),
            ("access.Disclosure", "visibility"),
            ("monthend.MonthRun", "play_circle"),
            ("monthend.MonthStep", "checklist"),
            ("workbooks.ImportBatch", "inventory"),
            ("workbooks.UploadRow", "difference"),
            ("workbooks.ImportedRow", "table_rows"),
            ("workbooks.ParallelLine", "compare_arrows"),
        ),
    ),
)
"""What people come for stands first; the details are led to by other pages, too."""


PAGES = {
    "clients.OrphanClient": ((_("Open pool"), "waves", "admin:clients_lapse_open_pool"),),
    "rulebook.PlanVersion": ((_("The law"), "gavel", "admin:rulebook_law"),),
    "compensation.AwardDecision": ((_("Table of the year's awards"), "leaderboard", "admin:compensation_award_years"),),
    "compensation.SupportWeight": ((_("Weights of the month"), "balance", "admin:compensation_supportweight_due"),),
    "staff.Target": ((_("Targets of the year"), "calendar_view_month", "admin:staff_target_years"),),
}
"""Pages that belong to a model without being its list."""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups for whoever asks; without what they may not see, and without groups that this leaves empty."""
    home = {"title": _("Overview"), "icon": "home", "link": reverse("admin:index")}
    groups = [{"title": title, "items": _items(request, entries)} for title, entries in GROUPS]
    _light(request, [home, *(item for group in groups for item in group["items"])])
    return [{"items": [home]}, *(group for group in groups if group["items"])]


def _light(request: HttpRequest, items: Sequence[dict[str, Any]]) -> None:
    """Mark the one entry that leads closest to the page that is shown."""
    home, *others = items
    above = [item for item in others if request.path.startswith(item["link"])]
    lit = max(above, key=lambda item: len(item["link"]), default=home if request.path == home["link"] else None)
    for item in items:
        item["active"] = item is lit


def _items(request: HttpRequest, entries: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    known = ((apps.get_model(label), label, icon) for label, icon in entries)
    shown = [(model, label, icon) for model, label, icon in known if may(request.user, Right.VIEW, model)]
    return [item for model, label, icon in shown for item in (_list_of(model, icon), *_pages_of(label))]


def _list_of(model: type[Model], icon: str) -> dict[str, Any]:
    return {
        "title": capfirst(model._meta.verbose_name_plural),
        "icon": icon,
        "link": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
    }


def _pages_of(label: str) -> list[dict[str, Any]]:
    return [{"title": title, "icon": icon, "link": reverse(name)} for title, icon, name in PAGES.get(label, ())]
