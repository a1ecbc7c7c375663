"""Who may see which clients, contracts and receipts."""

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from access.models import User
from access.reach import EVERYTHING, NOTHING, by_scope, reach
from access.roles import Duty, charged
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
from staff.reach import Keys, branch_of, oneself, people_of_branch


def _looked_after_by(people: Keys) -> QuerySet[ClientStatus]:
    """The present turns of clients that one of these people owns or develops now.

    It begins with the people's turns, which are few, not with all clients.
    """
    later = ClientStatus.objects.filter(client=OuterRef("client"), sequence__gt=OuterRef("sequence"))
    return ClientStatus.objects.filter(Q(owner__in=people) | Q(developer__in=people)).filter(~Exists(later)).order_by()


def _signed_by(user: User) -> QuerySet[Contract]:
    """Contracts that the user closed, or assisted on."""
    return Contract.objects.filter(Q(closer__in=oneself(user)) | Q(assistant__in=oneself(user))).order_by()


def _clients_of(user: User, client: str) -> Q:
    """What the branch or oneself looks after now, and the clients of contracts signed; `client` leads to a client."""
    of_branch = Contract.objects.filter(branch__in=branch_of(user)).order_by()
    return by_scope(
        user,
        branch=_in(client, _looked_after_by(people_of_branch(user))) | _in(client, of_branch),
        own=_in(client, _looked_after_by(oneself(user))) | _in(client, _signed_by(user)),
    )


def _in(client: str, rows: QuerySet[ClientStatus] | QuerySet[Contract]) -> Q:
    """Whether `client` is among the clients of these rows."""
    return Q(**{f"{client}__in": rows.values("client")})


@reach(Client)
def clients(user: User) -> Q:
    """Clients looked after now, and those of contracts signed."""
    return _clients_of(user, "pk")


def _waiting_for(user: User) -> Q:
    """The orphans nobody develops that a branch's managers see: the whole group's or, where the pool is so set, those
    that came from their branch or from none."""
    in_force = PoolRule.objects.filter(effective_from__lte=timezone.localdate()).order_by("-effective_from")
    all_see = Coalesce(
        Subquery(in_force.values("branches_see_all")[:1]), Value(PoolRule.ALL_SEE), output_field=BooleanField()
    )
    near = Q(branch=None) | Q(branch__in=branch_of(user))
    return Q(developer=None) & (near | Q(all_see))


@reach(OrphanClient)
def orphans(user: User) -> Q:
    """The pool: for a branch's managers who waits in it, and whom their people develop; what one develops oneself."""
    developed = Q(developer__in=people_of_branch(user))
    return by_scope(user, branch=_waiting_for(user) | developed, own=Q(developer__in=oneself(user)))


@reach(Client)
def clients_waiting(user: User) -> Q:
    """Who waits in the pool, for those who may assign them."""
    waiting = OrphanClient.objects.filter(_waiting_for(user)).order_by().values("pk")
    return by_scope(user, branch=Q(pk__in=waiting), own=NOTHING)


@reach(ClientStatus)
@reach(Assignment)
def kept_of_waiting(user: User) -> Q:
    """What is kept of who waits in the pool, for those who may assign them."""
    waiting = OrphanClient.objects.filter(_waiting_for(user)).order_by().values("pk")
    return by_scope(user, branch=Q(client__in=waiting), own=NOTHING)


@reach(AssignmentBatch)
def batches(user: User) -> Q:
    """What a branch's manager assigned at once oneself, since others' may reach beyond the branch."""
    return by_scope(user, branch=Q(made_by=user), own=NOTHING)


@reach(Handover)
def handovers(user: User) -> Q:
    """What was handed to the branch's people; to oneself."""
    people = people_of_branch(user)
    return by_scope(user, branch=Q(developer__in=people), own=Q(developer__in=oneself(user)))


@reach(PoolRule)
def pool_rules(user: User) -> Q:
    """How the pool is run concerns everybody."""
    return by_scope(user, branch=EVERYTHING, own=EVERYTHING)


@reach(ClientStatus)
@reach(Assignment)
@reach(FollowUp)
@reach(Lapse)
@reach(PoolClaim)
def kept_of_clients(user: User) -> Q:
    """What is kept of clients within reach."""
    return _clients_of(user, "client")


@reach(ProtectionTerms)
def terms(user: User) -> Q:
    """The terms of client protection, which are everybody's in the business."""
    return by_scope(user, branch=EVERYTHING, own=EVERYTHING)


@reach(Contract)
def contracts(user: User) -> Q:
    """The branch's contracts; those one closed, or assisted on."""
    return by_scope(
        user,
        branch=Q(branch__in=branch_of(user)),
        own=Q(pk__in=_signed_by(user).values("pk")),
    )


@reach(Receipt)
def receipts(user: User) -> Q:
    """Receipts on the branch's contracts, and on those one closed or assisted on."""
    return by_scope(
        user,
        branch=Q(contract__branch__in=branch_of(user)),
        own=Q(contract__in=_signed_by(user).values("pk")),
    )


BANK_READERS = charged(Duty.READS_BANK)


@reach(BankStatement)
@reach(BankLine)
@reach(BankPair)
def bank(user: User) -> Q:
    """All of the firm's bank statements, for who reconciles them and who checks that."""
    return EVERYTHING if user.role in BANK_READERS else NOTHING
