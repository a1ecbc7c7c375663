"""Who may see which clients, contracts and receipts."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from access.models import User
from access.reach import EVERYTHING, NOTHING, by_scope, reach
from clients.models import (
    Assignment,
    BankLine,
    BankPair,
    BankStatement,
    Client,
    ClientStatus,
    Contract,
    FollowUp,
    Lapse,
    PoolClaim,
    ProtectionTerms,
    Receipt,
)
from staff.models import Employee
from staff.reach import branch_of, people_of_branch


def _looked_after_by(people: QuerySet[Employee]) -> QuerySet[Client]:
    """Clients that one of these people owns or develops now."""
    last = ClientStatus.objects.filter(client=OuterRef("pk")).order_by("-sequence")
    now = Client.objects.annotate(
        owner=Subquery(last.values("owner")[:1]), developer=Subquery(last.values("developer")[:1])
    )
    ids = people.values("pk")
    return now.filter(Q(owner__in=ids) | Q(developer__in=ids)).order_by()


def _signed_by(user: User) -> QuerySet[Contract]:
    """Contracts that the user closed, or assisted on."""
    return Contract.objects.filter(Q(closer__user=user) | Q(assistant__user=user)).order_by()


def _clients_of(user: User) -> tuple[Q, Q]:
    """The branch's and one's own clients: those looked after now, and those of contracts signed."""
    of_branch = Contract.objects.filter(branch__in=branch_of(user).values("pk")).order_by()
    myself = Employee.objects.filter(user=user)
    return (
        Q(pk__in=_looked_after_by(people_of_branch(user)).values("pk")) | Q(pk__in=of_branch.values("client")),
        Q(pk__in=_looked_after_by(myself).values("pk")) | Q(pk__in=_signed_by(user).values("client")),
    )


@reach(Client)
def clients(user: User) -> Q:
    """Clients looked after now, and those of contracts signed."""
    branch, own = _clients_of(user)
    return by_scope(user, branch=branch, own=own)


@reach(ClientStatus)
@reach(Assignment)
@reach(FollowUp)
@reach(Lapse)
@reach(PoolClaim)
def kept_of_clients(user: User) -> Q:
    """What is kept of clients within reach."""
    branch, own = _clients_of(user)
    return by_scope(
        user,
        branch=Q(client__in=Client.objects.filter(branch).values("pk")),
        own=Q(client__in=Client.objects.filter(own).values("pk")),
    )


@reach(ProtectionTerms)
def terms(user: User) -> Q:
    """The terms of client protection, which are everybody's in the business."""
    return by_scope(user, branch=EVERYTHING, own=EVERYTHING)


@reach(Contract)
def contracts(user: User) -> Q:
    """The branch's contracts; those one closed, or assisted on."""
    return by_scope(
        user,
        branch=Q(branch__in=branch_of(user).values("pk")),
        own=Q(pk__in=_signed_by(user).values("pk")),
    )


@reach(Receipt)
def receipts(user: User) -> Q:
    """Receipts on the branch's contracts, and on those one closed or assisted on."""
    return by_scope(
        user,
        branch=Q(contract__branch__in=branch_of(user).values("pk")),
        own=Q(contract__in=_signed_by(user).values("pk")),
    )


BANK_READERS = frozenset({User.Role.FINANCE, User.Role.HR, User.Role.AUDITOR})


@reach(BankStatement)
@reach(BankLine)
@reach(BankPair)
def bank(user: User) -> Q:
    """All of the firm's bank statements, for who reconciles them and who checks that."""
    return EVERYTHING if user.role in BANK_READERS else NOTHING
