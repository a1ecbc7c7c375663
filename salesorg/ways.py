"""The lists and pages of the admin, what people call them, and which of them belong together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from access.models import User
from access.rights import Right, has, may
from access.roles import Duty
from staff.rights import may_confirm_pay


@dataclass(frozen=True, eq=False)
class Way:
    """A model's list, or a page of its: open to whoever views the model or, where told, to whom `opens` says.

    `called` is what people say, where it is not the list's own name; `note` what is done there.
    """

    model: str
    icon: str
    called: Any = ""
    page: str = ""
    opens: Callable[[User], bool] | None = None
    note: Any = ""

    @cached_property
    def rows(self) -> type[Model]:
        """The model."""
        return apps.get_model(self.model)

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return str(capfirst(self.called or self.rows._meta.verbose_name_plural))

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called: a list goes by its own name, too."""
        return (self.title,) if self.page else (self.title, str(self.rows._meta.verbose_name_plural))

    @cached_property
    def link(self) -> str:
        """Its address."""
        return reverse(self.page or f"admin:{self.rows._meta.app_label}_{self.rows._meta.model_name}_changelist")

    def is_open_to(self, user: Any) -> bool:
        """Whether the user may read it."""
        return may(user, Right.VIEW, self.rows) and (self.opens is None or self.opens(user))


@dataclass(frozen=True, eq=False)
class Family:
    """Ways that belong together: each leads to the others. The first is the head; `details` are looked up seldom."""

    works: Sequence[Way]
    details: Sequence[Way] = ()

    def __iter__(self) -> Iterator[Way]:
        return iter((*self.works, *self.details))


IMPORTS = Way("workbooks.Upload", "upload_file")
PARALLEL = Way("workbooks.ParallelRun", "compare")
MONTHS = Way("periods.Period", "calendar_month", _("Month end"))
PREVIEWS = Way("monthend.Preview", "science")
DEPUTIES = Way("monthend.Deputy", "supervisor_account")
PAYSLIPS = Way("compensation.Payslip", "receipt_long")
CORRECTIONS = Way("compensation.Correction", "edit_note")
WEIGHTS = Way(
    "compensation.SupportWeight", "balance", _("Weights of the month"), page="admin:compensation_supportweight_due"
)
PEOPLE = Way("staff.Employee", "group")
MOVES = Way("staff.PersonnelEvent", "move_down", _("Hires, moves and leavers"))
REVIEWS = Way("staff.Review", "rate_review")
RANKS = Way("staff.RankDecision", "swap_vert")
ASSESSMENTS = Way("staff.RankAssessment", "stairs")
PAY_DETAILS = Way(
    "staff.PayConfirmation",
    "how_to_reg",
    _("Confirm pay details"),
    page="admin:staff_employee_pay_changes",
    opens=may_confirm_pay,
)
ORPHANS = Way("clients.OrphanClient", "person_off")
HANDOVERS = Way("clients.Handover", "handshake")
CLIENTS = Way("clients.Client", "storefront")
FOLLOW_UPS = Way("clients.FollowUp", "contact_phone")
OPEN_POOL = Way("clients.OrphanClient", "waves", _("Open pool"), page="admin:clients_lapse_open_pool")
RECEIPTS = Way("clients.Receipt", "paid")
BANK = Way("clients.BankStatement", "account_balance")
CLAIMS = Way("funds.FundClaim", "request_quote")
TARGETS = Way("staff.Target", "flag", _("Targets of the year"), page="admin:staff_target_years")
AWARDS = Way(
    "compensation.AwardDecision", "emoji_events", _("Awards of the year"), page="admin:compensation_award_years"
)
DISPUTES = Way(
    "disputes.Dispute",
    "forum",
    opens=lambda user: has(user, Duty.READS_DISPUTES) or has(user, Duty.RAISES_DISPUTES),
)
DISPUTE_FIGURES = Way("disputes.Dispute", "bar_chart", _("Figures of disputes"), page="admin:disputes_dispute_figures")
LAW = Way("rulebook.PlanVersion", "gavel", _("The law"), page="admin:rulebook_law")
DRAFTS = Way("rulebook.PlanDraft", "edit_document")
TERMS = Way("clients.ProtectionTerms", "shield")
POOL_RULES = Way("clients.PoolRule", "tune")
WORKING_DAYS = Way(
    "disputes.WorkingDay", "event_available", _("Working days of the year"), page="admin:disputes_workingday_years"
)
LOG_INS = Way(
    "access.User", "key", _("Log-ins"), note=_("make log-ins and one-time links, lock and open, reset second factors")
)
TOKENS = Way("api.Token", "api", note=_("which programs call, when they last did, revoke their tokens"))
ACCOUNT_EVENTS = Way(
    "access.AccountEvent",
    "manage_history",
    note=_("who logged in, guessed wrong, was given a role or locked, and when"),
)
CHANGES = Way("access.Change", "history")
DISCLOSURES = Way("access.Disclosure", "visibility")

FAMILIES: Sequence[Family] = (
    Family(
        (LAW, DRAFTS, Way("rulebook.Interpretation", "account_balance"), TERMS, POOL_RULES, WORKING_DAYS),
        (
            Way("rulebook.PlanVersion", "menu_book"),
            Way("staff.MinimumWage", "price_check"),
            Way("rulebook.PlanDraftStep", "approval"),
            Way("disputes.WorkingDay", "edit_calendar"),
        ),
    ),
    Family(
        (IMPORTS, PARALLEL),
        (
            Way("workbooks.ImportBatch", "inventory"),
            Way("workbooks.UploadRow", "difference"),
            Way("workbooks.ImportedRow", "table_rows"),
            Way("workbooks.ParallelLine", "compare_arrows"),
        ),
    ),
    Family(
        (
            CLIENTS,
            FOLLOW_UPS,
            ORPHANS,
            HANDOVERS,
            OPEN_POOL,
            Way("clients.Contract", "contract"),
            DISPUTES,
            RECEIPTS,
            BANK,
        ),
        (
            Way("clients.Assignment", "assignment_ind"),
            Way("clients.AssignmentBatch", "playlist_add_check"),
            Way("clients.ClientStatus", "timeline"),
            Way("clients.Lapse", "hourglass_disabled"),
            Way("clients.PoolClaim", "back_hand"),
            TERMS,
            POOL_RULES,
            Way("disputes.Evidence", "attach_file"),
            Way("disputes.Pause", "pause_circle"),
        ),
    ),
    Family(
        (PEOPLE, MOVES, REVIEWS, RANKS, PAY_DETAILS, Way("staff.Absence", "event_busy"), ASSESSMENTS, LOG_INS),
        (
            Way("staff.RankHolding", "military_tech"),
            Way("staff.Post", "badge"),
            Way("staff.ReviewStep", "checklist_rtl"),
            Way("staff.PayConfirmation", "how_to_reg", _("Pay details confirmed")),
            Way("staff.SharedNumber", "group_work"),
            Way("staff.OpeningState", "start"),
            Way("staff.OpeningSales", "history"),
            Way("staff.Branch", "apartment"),
            Way("staff.Department", "lan"),
        ),
    ),
    Family(
        (MONTHS, PAYSLIPS, PREVIEWS, CLAIMS, TARGETS, DEPUTIES),
        (
            Way("monthend.MonthTransition", "approval"),
            Way("monthend.MonthRun", "play_circle"),
            Way("monthend.MonthStep", "checklist"),
            Way("monthend.MonthVerification", "verified"),
            Way("monthend.Reminder", "notifications"),
            Way("monthend.PreviewBranch", "domain"),
            Way("monthend.PreviewLine", "person_search"),
        ),
    ),
    Family(
        (PAYSLIPS, CORRECTIONS, WEIGHTS, AWARDS, ASSESSMENTS, RECEIPTS),
        (
            Way("compensation.CommissionLine", "percent"),
            Way("compensation.BasePayLine", "payments"),
            Way("compensation.Credit", "fact_check"),
            Way("compensation.Adjustment", "sync_alt"),
            Way("compensation.Hold", "lock_clock"),
            Way("compensation.HeldCommission", "pan_tool"),
            Way("compensation.RulingShare", "call_split"),
            Way("compensation.BranchSalesMove", "swap_horiz"),
            Way("compensation.SupportPool", "savings"),
            Way("compensation.SupportShare", "pie_chart"),
            Way("compensation.SupportWeight", "list_alt"),
            PARALLEL,
        ),
    ),
    Family(
        (DISPUTES, DISPUTE_FIGURES, CORRECTIONS, CLIENTS, WORKING_DAYS, LAW),
        (
            Way("disputes.Party", "groups"),
            Way("disputes.Finding", "fact_check"),
            Way("disputes.FindingShare", "pie_chart"),
            Way("disputes.Ruling", "gavel"),
            Way("disputes.Offer", "handshake"),
            Way("disputes.OfferShare", "donut_small"),
            Way("disputes.OfferConfirmation", "task_alt"),
            Way("disputes.Violation", "report"),
        ),
    ),
    Family((BANK, RECEIPTS, IMPORTS), (Way("clients.BankLine", "rule"), Way("clients.BankPair", "link"))),
    Family(
        (CLAIMS, Way("funds.FundLot", "account_balance_wallet")),
        (Way("funds.FundMovement", "swap_horiz"), Way("funds.ClaimDecision", "gavel")),
    ),
    Family(
        (TARGETS, AWARDS, Way("staff.Target", "outlined_flag"), Way("staff.PersonTarget", "person_check")),
        (Way("staff.YearTarget", "calendar_view_month", _("Amounts of the years' targets")),),
    ),
    Family(
        (AWARDS, Way("compensation.AwardDecision", "trophy"), Way("compensation.AwardRecommendation", "recommend")),
    ),
    Family((LOG_INS, TOKENS, ACCOUNT_EVENTS, CHANGES, DISCLOSURES)),
)
"""A way stands in every family whose work needs it; its own is the one that it heads, or else the first."""


@lru_cache
def all_ways() -> tuple[Way, ...]:
    """Every way once, in the order of the families."""
    return tuple(dict.fromkeys(way for family in FAMILIES for way in family))


@lru_cache
def family_of(way: Way) -> Family:
    """The family that the way heads, or else the first in which it stands."""
    standing = [family for family in FAMILIES if way in family]
    return next((family for family in standing if family.works[0] == way), standing[0])


def way_of(model: type[Model]) -> Way | None:
    """The way to a model's list."""
    return next((way for way in all_ways() if not way.page and way.rows is model), None)


def way_to(path: str) -> Way | None:
    """The way that leads closest to a page; None if none does."""
    above = [way for way in all_ways() if path.startswith(way.link)]
    return max(above, key=lambda way: len(way.link), default=None)
