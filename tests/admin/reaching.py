"""What each role must see of the house, told without the rules under test."""

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from access.models import AccountEvent, Change, Disclosure, Guesses, User
from api.models import AnsweredCall, Export, Token
from clients.models import (
    Assignment,
    AssignmentBatch,
    BankLine,
    BankPair,
    BankStatement,
    Client,
    ClientStatus,
    Contract,
    FollowUp,
    Handover,
    Lapse,
    OrphanClient,
    PoolClaim,
    PoolRule,
    ProtectionTerms,
    Receipt,
)
from compensation.models import (
    Adjustment,
    AwardDecision,
    AwardRecommendation,
    BasePayLine,
    BranchSalesMove,
    CommissionLine,
    Correction,
    Credit,
    HeldCommission,
    Hold,
    Payslip,
    RulingShare,
    SupportPool,
    SupportShare,
    SupportWeight,
)
from disputes.models import (
    Dispute,
    Evidence,
    Finding,
    FindingShare,
    Offer,
    OfferConfirmation,
    OfferShare,
    Party,
    Pause,
    Ruling,
    Violation,
    WorkingDay,
)
from funds.models import ClaimDecision, FundClaim, FundLot, FundMovement
from monthend.models import Deputy, MonthRun, MonthStep, MonthTransition, MonthVerification, Reminder
from monthend.preview.models import Preview, PreviewBranch, PreviewLine
from periods.models import Period
from rulebook.models import Interpretation, PlanDraft, PlanDraftStep, PlanVersion
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    OpeningSales,
    OpeningState,
    PayConfirmation,
    PersonnelEvent,
    PersonTarget,
    Post,
    RankAssessment,
    RankDecision,
    RankHolding,
    Review,
    ReviewStep,
    SharedNumber,
    Target,
    YearTarget,
)
from tests.admin.cast import MANAGEMENT, OF_BRANCH, House, Role, Side, keys
from workbooks.models import ImportBatch, ImportedRow, ParallelLine, ParallelRun, Upload, UploadRow

OWN_APPS = {
    "access", "rulebook", "periods", "staff", "clients", "compensation", "funds", "disputes", "monthend", "workbooks",
    "api",
}  # fmt: skip
NOBODYS = {Guesses, AnsweredCall, Export}
"""Counters under hashes: what they come to is told on a log-in's page; and what a program was answered, for itself."""
OURS = [model for model in apps.get_models() if model._meta.app_label in OWN_APPS and model not in NOBODYS]
names = [model.__name__ for model in OURS]


def _keeper(client: Client) -> int | None:
    """Who looks after a client; None for an orphan that waits, which every branch sees."""
    contract = client.contracts.first()
    return contract.closer_id if contract else OrphanClient.objects.get(client=client).developer_id


def _corrected(correction: Correction) -> int:
    """Whose pay a correction adjusts; of a ruling that adjusts nobody's the closer, who is a party."""
    adjustment = correction.adjustments.first()
    return adjustment.employee_id if adjustment else correction.contract.closer_id  # type: ignore[union-attr]


# To which branch a row belongs, told without the rules under test.
BY_BRANCH: dict[type[Model], Callable[[Any], int]] = {
    Branch: lambda row: row.pk,
    **dict.fromkeys(
        (Department, Target, PersonTarget, MinimumWage, Contract, SupportPool, FundLot, FundClaim),
        lambda row: row.branch_id,
    ),
    **dict.fromkeys((FundMovement, MonthStep, BranchSalesMove), lambda row: row.branch_id),
    ClaimDecision: lambda row: row.claim.branch_id,
    **dict.fromkeys((Receipt, Hold), lambda row: row.contract.branch_id),
}
BY_PERSON: dict[type[Model], Callable[[Any], int | None]] = {
    Employee: lambda row: row.pk,
    **dict.fromkeys((PersonnelEvent, Post, RankHolding, Absence, OpeningState), lambda row: row.employee_id),
    **dict.fromkeys((OpeningSales, RankAssessment, SupportShare, SupportWeight), lambda row: row.employee_id),
    **dict.fromkeys((Payslip, BasePayLine, CommissionLine, Credit, Adjustment), lambda row: row.employee_id),
    **dict.fromkeys((HeldCommission, RulingShare), lambda row: row.employee_id),
    **dict.fromkeys((Review, RankDecision, AwardRecommendation, AwardDecision), lambda row: row.employee_id),
    ReviewStep: lambda row: row.review.employee_id,
    Correction: _corrected,
    Client: _keeper,
    **dict.fromkeys(
        (ClientStatus, Assignment, OrphanClient, FollowUp, Lapse, PoolClaim), lambda row: _keeper(row.client)
    ),
    Handover: lambda row: row.developer_id,
    # Of the house's disputes both sides are of one branch, and the closer answers in each.
    Dispute: lambda row: row.contract.closer_id,
    **dict.fromkeys(
        (Party, Finding, Ruling, Offer, Evidence, Pause, Violation), lambda row: row.dispute.contract.closer_id
    ),
    FindingShare: lambda row: row.finding.dispute.contract.closer_id,
    **dict.fromkeys((OfferShare, OfferConfirmation), lambda row: row.offer.dispute.contract.closer_id),
}
SHARED = (Period, PoolRule, PlanVersion, Interpretation, MonthRun, MonthTransition, ProtectionTerms, WorkingDay)
OF_COMPANY = (
    YearTarget, AssignmentBatch, MonthVerification, Deputy, Preview, PreviewLine, PreviewBranch, PlanDraft,
    PlanDraftStep, PayConfirmation, SharedNumber, Reminder,
)  # fmt: skip
OF_DISPUTES = (
    Dispute, Party, Finding, FindingShare, Ruling, Offer, OfferShare, OfferConfirmation, Evidence, Pause, Violation,
)  # fmt: skip
"""What finance, which pays by what they come to, doesn't see."""
NOT_IN_HOUSE = (BranchSalesMove,)
"""What only a ruling across branches makes: in the house both sides of a dispute are of one branch."""
OF_ACCESS = (User, AccountEvent, Disclosure, Change, Token)
ONCE_SIGNED = (AwardRecommendation, AwardDecision, Review, ReviewStep, RankDecision)
"""What finance sees once it is signed, if ever."""
ABOUT_OTHERS = (Review, RankDecision)
"""What nobody sees of themselves."""
BANK = (BankStatement, BankLine, BankPair)
IMPORTS = (ImportBatch, ImportedRow, ParallelLine, ParallelRun, Upload, UploadRow, *BANK)
NOT_FOR_SALESPEOPLE = (
    Target, MinimumWage, SupportPool, FundLot, FundClaim, FundMovement, ClaimDecision, MonthStep, MonthRun,
    MonthTransition, Review, ReviewStep, RankDecision, AwardRecommendation, BranchSalesMove,
)  # fmt: skip


def expected(house: House, role: str, model: type[Model]) -> set[object]:
    """The keys that a role of the north must see."""
    rows = model._default_manager.all()
    if model in OF_ACCESS:
        return _kept_of_log_ins(house, role, model)
    if role == Role.OPERATOR:
        return set()
    if model in IMPORTS:
        return keys(rows) if role in (Role.HR, Role.FINANCE, Role.AUDITOR) else set()
    if role == Role.FINANCE and model in (*ONCE_SIGNED, *OF_DISPUTES, Hold):
        return keys(row for row in rows if _is_signed(row) or _holds(row))
    if role in MANAGEMENT:
        return keys(rows)
    if model is AssignmentBatch:
        return keys(AssignmentBatch.objects.filter(made_by=house.users[role]))
    if model is Deputy:
        named = Deputy.objects.filter(Q(principal=house.users[role]) | Q(deputy=house.users[role]))
        return keys(named) if role in OF_BRANCH else set()
    if model in OF_COMPANY:
        return set()
    if role in OF_BRANCH:
        of_oneself = house.users[role].pk if model in ABOUT_OTHERS else None
        return keys(row for row in rows if is_of(house.north, row) and not _is_about(of_oneself, row))
    return keys(row for row in rows if _is_own(house.north.closer, row))


def _kept_of_log_ins(house: House, role: str, model: type[Model]) -> set[object]:
    """The same of log-ins, what happened to them, and who changed or looked at what."""
    rows = model._default_manager.all()
    if model in (User, Token):
        return keys(rows) if role in (Role.OPERATOR, Role.HR, Role.AUDITOR) else set()
    if model is AccountEvent:
        keepers = role in (Role.OPERATOR, Role.HR, Role.AUDITOR)
        own = AccountEvent.objects.filter(user=house.users[role])
        return keys(rows) if keepers else keys(own)
    if model is Disclosure:
        return keys(rows) if role in (Role.HR, Role.AUDITOR) else set()
    beyond: dict[str, Sequence[type[Model]]] = {
        Role.FINANCE: [User, Token, *ONCE_SIGNED, *OF_DISPUTES],
        Role.HR: [one for one in OF_DISPUTES if one is not Pause],
    }
    of_others = Change.objects.filter(model__in=[one._meta.label_lower for one in beyond.get(role, ())])
    return keys(rows) - keys(of_others) if role in (Role.HR, Role.FINANCE, Role.AUDITOR) else set()


def _is_about(user: int | None, row: Any) -> bool:
    return user is not None and row.employee.user_id == user


def _holds(row: Any) -> bool:
    """Whether somebody isn't paid for it."""
    return isinstance(row, Hold) and row.held.exists()


def _is_signed(row: Any) -> bool:
    match row:
        case AwardDecision():
            return row.state == AwardDecision.State.DONE
        case RankDecision():
            return row.state == RankDecision.State.SIGNED
    return False


def is_of(side: Side, row: Any) -> bool:
    """Whether a row is a branch's, or everybody's; KeyError for what is of the company alone."""
    if type(row) in SHARED:
        return True
    if type(row) in BY_BRANCH:
        return BY_BRANCH[type(row)](row) == side.branch.pk
    keeper = BY_PERSON[type(row)](row)
    return keeper is None or keeper in side.people


def _is_own(person: Employee, row: Any) -> bool:
    model = type(row)
    if model in NOT_FOR_SALESPEOPLE:
        return False
    if model in SHARED:
        return True
    places: dict[type[Model], Callable[[Any], bool]] = {
        Branch: lambda row: Post.objects.filter(employee=person, department__branch=row).exists(),
        Department: lambda row: Post.objects.filter(employee=person, department=row).exists(),
        Contract: lambda row: person.pk in (row.closer_id, row.assistant_id),
        Hold: lambda row: row.dispute.parties.filter(employee=person).exists(),
        Receipt: lambda row: person.pk in (row.contract.closer_id, row.contract.assistant_id),
        PersonTarget: lambda row: row.employee_id == person.pk,
        AwardDecision: lambda row: row.employee_id == person.pk and _is_signed(row),
    }
    return places[model](row) if model in places else BY_PERSON[model](row) == person.pk


def opens_list(role: str, model: type[Model], seen: set[object]) -> bool:
    """Whether a role opens a model's list: who sees any of its rows, and those of whom there could be some."""
    return bool(seen) or (model in NOT_IN_HOUSE and role in (*MANAGEMENT, *OF_BRANCH))


def reads_history(role: str, model: type[Model]) -> bool:
    """Whether a role that sees a row also reads what it was before; of disputes that tells what is learned in time."""
    return role == Role.AUDITOR or model not in OF_DISPUTES or model in (Evidence, Pause)


def sample(model: type[Model], seen: set[object]) -> tuple[object | None, object | None]:
    """One key within, one outside."""
    all_keys = sorted(keys(model._default_manager.all()), key=str)
    inside = next((key for key in all_keys if key in seen), None)
    outside = next((key for key in all_keys if key not in seen), None)
    return inside, outside


def asked_from(model: type[Model], field: str) -> dict[str, str]:
    """What a form's field asks the autocompletion with."""
    return {"app_label": model._meta.app_label, "model_name": str(model._meta.model_name), "field_name": field}
