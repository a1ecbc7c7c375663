"""Who may see which disputes: the parties, their branch's managers, those charged with disputes, and nobody else."""

from django.db.models import Exists, OuterRef, Q

from access.models import User
from access.reach import EVERYTHING, reach
from access.rights import has
from access.roles import Duty, charged
from compensation.models import Hold
from disputes.models import (
    OPEN,
    Dispute,
    Finding,
    FindingShare,
    Offer,
    OfferConfirmation,
    OfferShare,
    Party,
    Ruling,
    Violation,
)
from disputes.selectors import own_people
from staff.reach import oneself

FINDERS = charged(Duty.FINDS_FOR_HR) | charged(Duty.FINDS_FOR_MARKETING) | charged(Duty.RULES_ON_DISPUTES)
_BOTH = (Finding.Desk.HR, Finding.Desk.MARKETING)


def of_disputes(user: User, path: str) -> Q:
    """What lies in the disputes of the user's people; `path` leads to the dispute."""
    if has(user, Duty.READS_DISPUTES):
        return EVERYTHING
    parties = Party.objects.filter(employee__in=own_people(user)).order_by()
    return Q(**{f"{path}__in": parties.values("dispute")})


def of_others(user: User, path: str) -> Q:
    """What lies in disputes of which the user is no party: in an own one, who decides others learns what parties do."""
    own = Party.objects.filter(employee__in=oneself(user)).order_by()
    return ~Q(**{f"{path}__in": own.values("dispute")})


def own_or_of_others(user: User, path: str) -> Q:
    """What is of the people, `path` leading to them, for whom the user sees disputes; in an own one of oneself alone,
    for who answers there learns in time who claims, whatever the role."""
    return Q(**{f"{path}__in": oneself(user)}) | Q(**{f"{path}__in": own_people(user)}) & of_others(user, "dispute")


@reach(Dispute)
def disputes(user: User) -> Q:
    """Disputes of one's own, and of the branch's people."""
    return of_disputes(user, "pk")


@reach(Hold)
def holds_of_disputes(user: User) -> Q:
    """The holds of these disputes."""
    return of_disputes(user, "dispute")


@reach(Ruling)
@reach(Offer)
def kept_of_disputes(user: User) -> Q:
    """What came of these disputes."""
    return of_disputes(user, "dispute")


@reach(OfferShare)
@reach(OfferConfirmation)
def kept_of_offers(user: User) -> Q:
    """What is offered in these disputes."""
    return of_disputes(user, "offer__dispute")


@reach(Party)
def parties(user: User) -> Q:
    """The parties of these disputes; who raised one only once verification began, or an offer named them."""
    own = own_or_of_others(user, "employee")
    offers = Offer.objects.filter(dispute=OuterRef("dispute")).order_by()
    claims = Party.objects.filter(own, dispute=OuterRef("dispute"), side=Party.Side.CLAIMANT).order_by()
    is_known = Q(dispute__verification_began_at__isnull=False) | Q(Exists(offers))
    is_answering = Q(Exists(claims), side=Party.Side.RESPONDENT)
    shown = own | is_known | is_answering
    if has(user, Duty.READS_DISPUTES):
        return shown | of_others(user, "dispute") if oneself(user) else EVERYTHING
    return of_disputes(user, "dispute") & shown


def _shown(user: User, path: str) -> Q:
    """Findings at `path`: for who finds the own ones, and all once both desks have found or the dispute has ended; for
    the parties' side, whoever they are, once it has ended."""
    if user.role in charged(Duty.READS_DISPUTES) - FINDERS:
        return EVERYTHING
    to_dispute = f"{path}dispute"
    ended = ~Q(**{f"{to_dispute}__state__in": OPEN})
    if not has(user, Duty.READS_DISPUTES):
        return of_disputes(user, to_dispute) & ended
    found = Finding.objects.filter(dispute=OuterRef(to_dispute)).order_by()
    both = Q(*(Exists(found.filter(desk=desk)) for desk in _BOTH))
    return Q(**{f"{path}given_by": user}) | both & of_others(user, to_dispute) | ended


@reach(Finding)
def findings(user: User) -> Q:
    """Neither desk reads the other's finding before it has given its own."""
    return _shown(user, "")


@reach(FindingShare)
def finding_shares(user: User) -> Q:
    """The shares of these findings."""
    return _shown(user, "finding__")


@reach(Violation)
def violations(user: User) -> Q:
    """What was found against people of the branch and oneself, once it is signed; who is charged with disputes sees it
    before, but for what is about themselves."""
    signed = Q(state=Violation.State.SIGNED)
    if not has(user, Duty.READS_DISPUTES):
        return Q(employee__in=own_people(user)) & signed
    own = oneself(user)
    return signed | ~Q(employee__in=own) if own else EVERYTHING
