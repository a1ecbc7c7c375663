"""Who may see whose pay, and what it was computed from."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from access.models import User
from access.reach import NOTHING, by_scope, reach, within_reach
from access.rights import has
from access.roles import Duty
from clients.models import Client, Contract, Receipt
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
from staff.reach import branch_of, oneself, others_of_branch, people_of_branch


@reach(Payslip)
@reach(BasePayLine)
@reach(SupportShare)
def pay(user: User) -> Q:
    """What the branch paid; what one was paid."""
    return by_scope(user, branch=Q(branch__in=branch_of(user)), own=Q(employee__in=oneself(user)))


@reach(CommissionLine)
@reach(HeldCommission)
@reach(Adjustment)
def lines(user: User) -> Q:
    """The lines and adjustments of the people whom the branch paid that month, whatever they are for; one's own."""
    return by_scope(user, branch=_paid_by_branch(user), own=Q(employee__in=oneself(user)))


def _paid_by_branch(user: User) -> Q:
    slips = Payslip.objects.filter(branch__in=branch_of(user))
    return Q(Exists(slips.filter(month=OuterRef("month"), employee=OuterRef("employee"))))


@reach(Correction)
def corrections(user: User) -> Q:
    """Corrections that adjust pay within reach, those of the branch's contracts, and rulings by which somebody within
    reach has a share."""
    mine = branch_of(user)
    of_branch = Adjustment.objects.filter(_paid_by_branch(user)).order_by().values("correction")
    own = Adjustment.objects.filter(employee__in=oneself(user)).order_by().values("correction")
    shared, own_shared = (RulingShare.objects.filter(part).order_by().values("correction") for part in _shares(user))
    return by_scope(
        user,
        branch=Q(pk__in=of_branch) | Q(to_branch__in=mine) | Q(from_branch__in=mine) | Q(pk__in=shared),
        own=Q(pk__in=own) | Q(pk__in=own_shared),
    )


def _shares(user: User) -> tuple[Q, Q]:
    """Which shares by rulings are the branch's, and which are the user's."""
    return Q(branch__in=branch_of(user)) | Q(employee__in=people_of_branch(user)), Q(employee__in=oneself(user))


@reach(RulingShare)
def ruling_shares(user: User) -> Q:
    """The shares that count for the branch or are its people's; one's own."""
    branch, own = _shares(user)
    return by_scope(user, branch=branch, own=own)


@reach(BranchSalesMove)
def branch_moves(user: User) -> Q:
    """What rulings move of the branch's sales; nothing for a salesperson."""
    return by_scope(user, branch=Q(branch__in=branch_of(user)), own=NOTHING)


@reach(Hold)
def holds(user: User) -> Q:
    """Holds by which something isn't paid to somebody within reach; all others are for who knows of the dispute."""
    held = within_reach(user, HeldCommission.objects.order_by())
    return Q(pk__in=held.values("hold"))


@reach(Credit)
def credits(user: User) -> Q:
    """Credits of the branch's contracts and people; one's own, and why receipts of one's contracts went to nobody."""
    mine = branch_of(user)
    closed = Q(receipt__contract__closer__in=oneself(user)) | Q(receipt__contract__in=_contracts_corrected(user)[1])
    uncredited = Q(employee=None) & closed
    return by_scope(user, branch=Q(branch__in=mine) | Q(home__in=mine), own=Q(employee__in=oneself(user)) | uncredited)


@reach(SupportPool)
def support_pools(user: User) -> Q:
    """The branch's pools; a salesperson sees the own share alone."""
    return by_scope(user, branch=Q(branch__in=branch_of(user)), own=NOTHING)


@reach(SupportWeight)
def support_weights(user: User) -> Q:
    """The weights of the branch's people; one's own."""
    people = people_of_branch(user)
    return by_scope(user, branch=Q(employee__in=people), own=Q(employee__in=oneself(user)))


@reach(AwardRecommendation)
def award_recommendations(user: User) -> Q:
    """Who was recommended of the branch's people; never oneself. Not for finance, which pays what is signed."""
    if has(user, Duty.SEES_SIGNED_ALONE):
        return NOTHING
    people = others_of_branch(user)
    return by_scope(user, branch=Q(employee__in=people), own=NOTHING)


@reach(AwardDecision)
def award_decisions(user: User) -> Q:
    """Awards of the branch's people; for finance all that are signed; one's own once they are granted and signed."""
    signed = Q(state=AwardDecision.State.DONE)
    if has(user, Duty.SEES_SIGNED_ALONE):
        return signed
    people = others_of_branch(user)
    granted = signed & Q(employee__in=oneself(user), outcome=AwardDecision.Outcome.GRANTED)
    return by_scope(user, branch=Q(employee__in=people), own=granted)


def _contracts_corrected(user: User) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """The keys of contracts that turned out to be the branch's, and those that turned out to be closed by the user; the
    latest correction tells."""
    corrections = Correction.objects.filter(kind=Correction.Kind.CLOSER).order_by()
    corrections = corrections.exclude(Exists(corrections.filter(contract=OuterRef("contract"), pk__gt=OuterRef("pk"))))
    return (
        corrections.filter(to_branch__in=branch_of(user)).values("contract"),
        corrections.filter(right_closer__in=oneself(user)).values("contract"),
    )


def _lines_paid(user: User) -> tuple[QuerySet[CommissionLine], QuerySet[CommissionLine]]:
    """The lines that paid the branch's people, and those that paid the user."""
    return (
        CommissionLine.objects.filter(_paid_by_branch(user)).order_by(),
        CommissionLine.objects.filter(employee__in=oneself(user)).order_by(),
    )


@reach(Receipt)
def receipts_paid(user: User) -> Q:
    """Receipts that a line within reach was paid for, on whomsoever's contract; those of contracts corrected."""
    branch, own = _lines_paid(user)
    of_branch, of_user = _contracts_corrected(user)
    return by_scope(
        user,
        branch=Q(pk__in=branch.values("receipt")) | Q(contract__in=of_branch),
        own=Q(pk__in=own.values("receipt")) | Q(contract__in=of_user),
    )


@reach(Contract)
def contracts_paid(user: User) -> Q:
    """The contracts of such receipts."""
    branch, own = _lines_paid(user)
    of_branch, of_user = _contracts_corrected(user)
    return by_scope(
        user,
        branch=Q(pk__in=branch.values("receipt__contract")) | Q(pk__in=of_branch),
        own=Q(pk__in=own.values("receipt__contract")) | Q(pk__in=of_user),
    )


@reach(Client)
def clients_paid(user: User) -> Q:
    """The clients of such receipts."""
    branch, own = _lines_paid(user)
    of_branch, of_user = _contracts_corrected(user)
    return by_scope(
        user,
        branch=Q(pk__in=branch.values("receipt__contract__client"))
        | Q(pk__in=Contract.objects.filter(pk__in=of_branch).values("client")),
        own=Q(pk__in=own.values("receipt__contract__client"))
        | Q(pk__in=Contract.objects.filter(pk__in=of_user).values("client")),
    )
