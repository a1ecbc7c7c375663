"""Who decides a dispute, and what it waits for (3-2.2, 3-2.3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.accounts.second_person import are_one_person, is_unknown_person, read_just_now, unknown_person
from access.actor import Actor
from access.decisions.signing import Proposal, role_and_name
from access.models import User
from access.reach import within_reach
from access.rights import has
from access.roles import Duty, Role, charged
from disputes.deciding.rules import Desk, Found, Step, next_step
from disputes.deciding.selectors_concerned import concerned_by
from disputes.models import Dispute, Finding, FindingShare, Ruling
from disputes.refusals import DisputeRefused
from disputes.selectors import is_very_large_client, very_large_clients

DESKS: Mapping[Desk, Duty] = {
    Desk.HR: Duty.FINDS_FOR_HR,
    Desk.MARKETING: Duty.FINDS_FOR_MARKETING,
    Desk.GENERAL_MANAGER: Duty.RULES_ON_DISPUTES,
}
_SHARES = Prefetch("shares", FindingShare.objects.select_related("employee").order_by("employee__number"))
_OTHER = {Desk.HR: Desk.MARKETING, Desk.MARKETING: Desk.HR}


def concerned(dispute: Dispute) -> frozenset[int]:
    """The people (ids) who don't decide a dispute."""
    return concerned_by([dispute])[dispute.pk]


def proposal_for(dispute: Dispute, desk: Desk, standing: "Standing | None" = None) -> Proposal:
    """Who gives a desk's finding: none of those concerned, and not who gave the other desk's; where no marketing
    director can, the next above stands in."""
    standing = standing or Standing(dispute)
    proposal = _own_proposal(desk, standing)
    if desk == Desk.MARKETING and not any(_is_known_and_for(proposal, user) for user in standing.directors):
        return replace(proposal, roles=charged(Duty.RULES_ON_DISPUTES))
    return proposal


def _own_proposal(desk: Desk, standing: "Standing") -> Proposal:
    """The same, whoever stands in."""
    other = standing.findings.get(_OTHER[desk]) if desk in _OTHER else None
    others = [other.given_by] if other else []
    return Proposal(others, standing.concerned, charged(DESKS[desk]))


def require_decider(dispute: Dispute, desk: Desk, by: Actor) -> User:
    """Whoever acts, if that desk is theirs in this dispute; else raises DisputeRefused, which says who can."""
    return require_for(proposal_for(dispute, desk), by)


def require_any_desk(dispute: Dispute, by: Actor) -> User:
    """Whoever acts, if they decide on disputes and are not concerned by this one; else raises DisputeRefused."""
    roles = frozenset[Role]().union(*(charged(duty) for duty in DESKS.values()))
    return require_for(Proposal([], concerned(dispute), roles), by)


def require_confirmer(dispute: Dispute, by: Actor, standing: "Standing | None" = None) -> User:
    """Whoever acts, if their finding is one of those that are to be confirmed; else raises DisputeRefused."""
    standing = standing or Standing(dispute)
    givers = [found.given_by for found in standing.ruling_findings]
    if by.user is None or not are_one_person(by.user, givers):
        names = _(", ").join(map(role_and_name, givers))
        text = _(
            "Who gave the finding confirms what it does: %(names)s. Marked as special, it goes to the general manager."
        )
        raise DisputeRefused(text % {"names": names})
    return require_for(Proposal([], standing.concerned, {by.user.role}), by)


def require_for(proposal: Proposal, by: Actor) -> User:
    """Whoever acts, if what is proposed in a dispute is for them; else raises DisputeRefused, which says who can."""
    user = by.user
    if user is not None and is_unknown_person(user):
        raise DisputeRefused(unknown_person())
    if user is not None and proposal.is_for(user):
        return user
    raise DisputeRefused(_why_not(proposal, user))


def _why_not(proposal: Proposal, user: User | None) -> str:
    if user is None or user.role not in proposal.roles:
        why = _("The %(roles)s decides here.") % {"roles": role_names(proposal.roles)}
    elif are_one_person(user, proposal.proposed_by):
        why = _("It takes two persons: who did the one doesn't do the other.")
    else:
        why = _(
            "Nobody decides an own dispute, one of the own team, or about a client or contract that they close, assist"
            " or look after."
        )
    names = _(", ").join(map(role_and_name, proposal.signers()))
    who = _("It can be done by: %(names)s.") if names else _("Nobody can: it takes another log-in of the %(roles)s.")
    return f"{why} {who % {'names': names, 'roles': role_names(proposal.roles)}}"


def role_names(roles: Collection[str]) -> str:
    """Roles in words, in the order in which they are told."""
    return pgettext("who signs", " or the ").join(str(role.label) for role in Role if role in roles)


def why_general_managers(dispute: Dispute, *, is_very_large: bool | None = None) -> list[str]:
    """Why a dispute is the general manager's from the start (3-2.2), in sentences; empty if it isn't. Whether the
    client is a very large one is asked, unless it is known."""
    told = []
    if dispute.client.is_strategic:
        told.append(_("3-2.2: the client is a strategic one."))
    if is_very_large_client(dispute.client, dispute.raised_on) if is_very_large is None else is_very_large:
        told.append(_("3-2.2: the client is a very large one."))
    if dispute.is_special:
        told.append(_("3-2.2: the case is special: %(why)s") % {"why": dispute.special_reason})
    return told


def found_in(disputes: Collection[int]) -> dict[int, dict[Desk, Finding]]:
    """By the disputes' keys the findings so far, each by its desk, with who gave it and its shares; two queries."""
    rows = Finding.objects.filter(dispute__in=disputes).select_related("given_by__employee", "owner")
    found: dict[int, dict[Desk, Finding]] = {dispute: {} for dispute in disputes}
    for row in rows.prefetch_related(_SHARES):
        found[row.dispute_id][Desk(row.desk)] = row
    read_just_now(row.given_by for desks in found.values() for row in desks.values())
    return found


def marketing_directors() -> list[User]:
    """The log-ins of who gives the marketing director's finding."""
    users = User.objects.filter(role__in=charged(Duty.FINDS_FOR_MARKETING), is_active=True)
    return read_just_now(users.select_related("employee"))


def step_of(dispute: Dispute) -> Step | None:
    """What a dispute under verification waits for; None before and after."""
    return Standing(dispute).step


def outcome_of(finding: Finding) -> Found:
    """What a finding comes to."""
    shares = {one.employee.number: (one.sales_share, one.commission_share) for one in finding.shares.all()}
    return Found(shares, finding.owner.number if finding.owner else None, finding.upholds)


def ruling_findings(dispute: Dispute) -> list[Finding]:
    """The findings that wait to be confirmed: the general manager's, else the two that agree. Raises DisputeRefused."""
    return Standing(dispute).ruling_findings


@dataclass(frozen=True)
class Standing:
    """Where a dispute stands, each thing found out once for all that a page asks."""

    dispute: Dispute

    @cached_property
    def findings(self) -> dict[Desk, Finding]:
        """The findings so far, each by its desk."""
        return found_in([self.dispute.pk])[self.dispute.pk]

    @cached_property
    def why_general_managers(self) -> list[str]:
        """Why it is the general manager's from the start."""
        return why_general_managers(self.dispute)

    @cached_property
    def step(self) -> Step | None:
        """What it waits for under verification; None before and after."""
        if self.dispute.state != Dispute.State.VERIFYING:
            return None
        found = {desk: outcome_of(row) for desk, row in self.findings.items()}
        return next_step(found, is_general_managers=bool(self.why_general_managers))

    @cached_property
    def concerned(self) -> frozenset[int]:
        """The people (ids) who don't decide it."""
        return concerned(self.dispute)

    @cached_property
    def directors(self) -> list[User]:
        """Who could give the marketing director's finding."""
        return marketing_directors()

    @cached_property
    def ruling_findings(self) -> list[Finding]:
        """The findings that wait to be confirmed. Raises DisputeRefused where none do."""
        if self.step != Step.CONFIRMATION:
            raise DisputeRefused(_("There is nothing to confirm: the findings are not there yet, or they differ."))
        ruling = self.findings.get(Desk.GENERAL_MANAGER)
        return [ruling] if ruling else [self.findings[Desk.HR], self.findings[Desk.MARKETING]]


def standings_of(disputes: Sequence[Dispute]) -> list[Standing]:
    """Where these disputes stand, the same as of each by itself; a fixed number of queries, however many."""
    concerned, found, directors = concerned_by(disputes), found_in([one.pk for one in disputes]), marketing_directors()
    large = very_large_clients([(one.client_id, one.raised_on) for one in disputes])
    standings = [Standing(one) for one in disputes]
    for standing in standings:
        one = standing.dispute
        vars(standing).update(
            concerned=concerned[one.pk],
            findings=found[one.pk],
            why_general_managers=why_general_managers(one, is_very_large=(one.client_id, one.raised_on) in large),
            directors=directors,
        )
    return standings


def findings_shown_to(user: User, dispute: Dispute) -> list[Finding]:
    """The findings that a user may read: neither desk the other's before it has given its own."""
    rows = within_reach(user, Finding.objects.filter(dispute=dispute))
    return list(rows.select_related("given_by", "owner").prefetch_related("shares__employee"))


def desks_open_to(user: User, dispute: Dispute, standing: "Standing | None" = None) -> list[Desk]:
    """The desks whose finding the user can give now."""
    standing = standing or Standing(dispute)
    step, findings = standing.step, standing.findings
    if step is None or step == Step.CONFIRMATION:
        return []
    desks: Sequence[Desk] = [Desk.GENERAL_MANAGER] if step == Step.GENERAL_MANAGER else [Desk.HR, Desk.MARKETING]
    return [desk for desk in desks if desk not in findings and _gives(user, desk, standing)]


def _gives(user: User, desk: Desk, standing: "Standing") -> bool:
    """Whether a desk's finding is the user's to give; who stands in is asked only for who might."""
    if user.role in charged(DESKS[desk]):
        return _is_known_and_for(_own_proposal(desk, standing), user)
    may_stand_in = desk == Desk.MARKETING and user.role in charged(Duty.RULES_ON_DISPUTES)
    return may_stand_in and _is_known_and_for(proposal_for(standing.dispute, desk, standing), user)


def _is_known_and_for(proposal: Proposal, user: User) -> bool:
    return not is_unknown_person(user) and proposal.is_for(user)


def may_confirm(user: User, dispute: Dispute, standing: "Standing | None" = None) -> bool:
    """Whether the user confirms now what was found."""
    try:
        require_confirmer(dispute, Actor(user), standing)
    except DisputeRefused:
        return False
    return True


def may_replace(user: User, dispute: Dispute, standing: "Standing | None" = None) -> bool:
    """Whether the user can put another ruling in place of the one that holds (3-1.3)."""
    if not has(user, Duty.RULES_ON_DISPUTES) or not dispute.rulings.exists():
        return False
    return _is_known_and_for(proposal_for(dispute, Desk.GENERAL_MANAGER, standing), user)


def similar_rulings(user: User, dispute: Dispute) -> QuerySet[Ruling]:
    """The rulings that hold, within the user's reach, on other disputes of the same kind, latest first."""
    others = within_reach(user, Ruling.objects.exclude(dispute=dispute).filter(dispute__kind=dispute.kind))
    later = Ruling.objects.filter(dispute=OuterRef("dispute"), pk__gt=OuterRef("pk"))
    holding = others.filter(~Exists(later.order_by()))
    return holding.select_related("dispute__client", "owner", "correction").order_by("-pk")
