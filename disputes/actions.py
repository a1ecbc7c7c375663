"""Writes of disputes: raised, verified, answered, withdrawn or refused (part three)."""

import datetime as dt
import secrets
from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.second_person import is_about, person_of
from access.actor import Actor
from access.history.acting import action
from access.models import User
from access.reach import within_reach
from access.refusals import require
from access.rights import has
from access.roles import Duty
from clients.models import Client, Contract
from compensation.corrections.actions_rulings import begin_hold, end_hold
from disputes.clock.selectors import deadline_of
from disputes.deciding.rules import Desk
from disputes.deciding.selectors import require_any_desk, require_decider
from disputes.models import OPEN, Dispute, Party
from disputes.refusals import DisputeRefused, OutsideAppealWindow
from disputes.selectors import active, holders_of, interested, plan_of, window_of
from disputes.states import end, end_offers, held_open, turn
from disputes.wanted import Claim, Complaint
from periods.turns import wait_for_turn
from staff.models import Employee

Kind, Side = Dispute.Kind, Party.Side
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""All that nobody takes for another."""


@action
def raise_dispute(claim: Claim, *, today: dt.date, by: Actor) -> Dispute:
    """Raise a dispute with colleagues about a contract, whose commission is held from the open month on (3-1.3); with
    an open one about it the claim joins that.

    Raises DisputeRefused: for who may not, out of the window of 3-2.4.1, for who holds the contract alone.
    """
    user = _require_own_or_charged(claim.claimant, by)
    _require_words(claim.statement, "statement")
    _require_asked(claim.asked_sales, claim.asked_commission)
    wait_for_turn()
    _require_in_window(claim.contract, today)
    holders = holders_of(claim.contract)
    if [one.pk for one in holders] == [claim.claimant.pk]:
        raise DisputeRefused(_("The contract is the claimant's already: there is nothing to dispute."), "claimant")
    dispute = _open_about(claim.contract)
    if dispute is None:
        _require_not_decided(claim)
        dispute = _open(Kind.COLLEAGUES, claim.contract.client, claim.contract, claim.statement, today, user)
        _name(dispute, (one for one in holders if one.pk != claim.claimant.pk), Side.RESPONDENT)
    _join(dispute, claim)
    return dispute


@action
def raise_complaint(complaint: Complaint, *, today: dt.date, by: Actor) -> Dispute:
    """Record a client's complaint, for which there is no window; with an open dispute about the contract it joins that.

    Raises DisputeRefused for who may not.
    """
    text = _("Human resources and a branch's managers record clients' complaints: give it to one of them.")
    user = require(by, lambda user: has(user, Duty.RAISES_DISPUTES), DisputeRefused(text))
    _require_words(complaint.statement, "statement")
    contract = complaint.contract
    if not within_reach(user, Client.objects.filter(pk=complaint.client.pk)).exists():
        raise DisputeRefused(_("The client is beyond your reach: human resources records its complaint."), "client")
    if contract is not None and contract.client_id != complaint.client.pk:
        raise DisputeRefused(_("The contract is another client's."), "contract")
    wait_for_turn()
    dispute = _open_about(contract) if contract else None
    if dispute is None:
        dispute = _open(Kind.CLIENT, complaint.client, contract, complaint.statement, today, user)
    else:
        told = {"day": today, "words": complaint.statement.strip()}
        dispute.statement += "\n\n" + _("Complaint of the client, %(day)s: %(words)s") % told
        dispute.save(update_fields=["statement"])
    known = set(dispute.parties.values_list("employee", flat=True))
    about = [*complaint.about, *(holders_of(contract) if contract else [])]
    _name(dispute, {one.pk: one for one in about if one.pk not in known}.values(), Side.RESPONDENT)
    return dispute


@action
def begin_verification(dispute: Dispute, *, by: Actor) -> Dispute:
    """Begin to verify a dispute: from then on the sides know of each other, and findings are given."""
    dispute = held_open(dispute)
    require_decider(dispute, Desk.HR, by)
    turn(dispute, Dispute.State.VERIFYING)
    dispute.verification_began_at = timezone.now()
    dispute.save(update_fields=["state", "verification_began_at"])
    return dispute


@action
def name_party(dispute: Dispute, employee: Employee, *, side: str, by: Actor) -> Party:
    """Name another party, who learns of the dispute then; an offer on the table ends, since others are to agree."""
    dispute = held_open(dispute)
    require_decider(dispute, Desk.HR, by)
    _require_not_found(dispute)
    if dispute.parties.filter(employee=employee).exists():
        raise DisputeRefused(_("%(name)s is a party already.") % {"name": employee.name}, "employee")
    end_offers(dispute)
    (party,) = _name(dispute, [employee], Party.Side(side))
    return party


@action
def state_answer(dispute: Dispute, employee: Employee, *, statement: str, by: Actor) -> Party:
    """Put down what a party says, in place of what was said before; until the first finding."""
    dispute = held_open(dispute)
    party = _party(dispute, employee)
    _require_own_or_charged(employee, by, dispute)
    _require_not_found(dispute)
    _require_words(statement, "statement")
    party.statement = statement.strip()
    party.save(update_fields=["statement"])
    return party


@action
def mark_special(dispute: Dispute, *, reason: str, by: Actor) -> Dispute:
    """Say that a case is special, and why: then the general manager decides it (3-2.2)."""
    dispute = held_open(dispute)
    require_any_desk(dispute, by)
    _require_words(reason, "reason")
    dispute.is_special, dispute.special_reason = True, reason.strip()
    dispute.save(update_fields=["is_special", "special_reason"])
    return dispute


@action
def withdraw(dispute: Dispute, *, reason: str, by: Actor, claimant: Employee | None = None) -> Dispute:
    """Take a claim back; without another claimant the dispute ends, and what was held is paid to whom the lines name.

    Without a claimant named, a client's complaint is taken back by who may record one.
    """
    wait_for_turn()
    dispute = held_open(dispute)
    _require_words(reason, "reason")
    if claimant is None:
        user = _require_taker_back(dispute, by)
    else:
        party = _party(dispute, claimant)
        if party.side != Side.CLAIMANT or party.withdrawn_at is not None:
            raise DisputeRefused(_("%(name)s has no claim in this dispute to take back.") % {"name": claimant.name})
        user = _require_own_or_charged(claimant, by, dispute)
        party.withdrawn_at = timezone.now()
        party.save(update_fields=["withdrawn_at"])
        if dispute.kind == Kind.CLIENT or any(one.side == Side.CLAIMANT for one in active(dispute.parties.all())):
            end_offers(dispute)
            return dispute
    return _end_unchanged(dispute, Dispute.State.WITHDRAWN, user, reason)


@action
def refuse(dispute: Dispute, *, reason: str, by: Actor) -> Dispute:
    """Refuse a dispute, with the reason; what was held is paid to whom the lines name."""
    wait_for_turn()
    dispute = held_open(dispute)
    user = require_decider(dispute, Desk.HR, by)
    _require_words(reason, "reason")
    return _end_unchanged(dispute, Dispute.State.REFUSED, user, reason)


def _end_unchanged(dispute: Dispute, state: Dispute.State, user: User, reason: str) -> Dispute:
    if dispute.hold is not None:
        end_hold(dispute.hold, reason=reason.strip()[:500], by=Actor(user))
    return end(dispute, state, user, reason.strip())


def _open(
    kind: Dispute.Kind, client: Client, contract: Contract | None, statement: str, today: dt.date, user: User
) -> Dispute:
    number = _new_number(today)
    term = deadline_of(today)
    decided = (
        Dispute.objects.filter(contract=contract, rulings__isnull=False).order_by("-pk").first() if contract else None
    )
    again = _("%(number)s about this contract has been decided before.") % {"number": decided.number} if decided else ""
    return Dispute.objects.create(
        number=number,
        kind=kind,
        client=client,
        contract=contract,
        statement=statement.strip(),
        raised_by=user,
        raised_at=timezone.now(),
        raised_on=today,
        due_on=term.due_on,
        due_is_official=term.is_official,
        is_special=bool(again),
        special_reason=again,
        hold=begin_hold(contract, reference=number, by=Actor(user)) if contract else None,
    )


def _new_number(today: dt.date) -> str:
    """Z, the year, and letters at random: a count would tell each party how many disputes there are."""
    while True:
        number = f"Z{today.year}-{''.join(secrets.choice(_LETTERS) for _place in range(5))}"
        if not Dispute.objects.filter(number=number).exists():
            return number


def _open_about(contract: Contract) -> Dispute | None:
    return Dispute.objects.select_for_update().filter(contract=contract, state__in=OPEN).first()


def _name(dispute: Dispute, people: Iterable[Employee], side: Party.Side) -> list[Party]:
    now = timezone.now()
    return [Party.objects.create(dispute=dispute, employee=one, side=side, named_at=now) for one in people]


def _join(dispute: Dispute, claim: Claim) -> None:
    """Make the claimant a party; findings given before don't know of the claim, so then the general manager decides."""
    if dispute.parties.filter(employee=claim.claimant).exists():
        text = _("%(name)s is a party of the dispute about this contract already, and says there what is to be said.")
        raise DisputeRefused(text % {"name": claim.claimant.name}, "claimant")
    if dispute.findings.exists() and not dispute.is_special:
        dispute.is_special, dispute.special_reason = True, _("Another claim joined it after a finding was given.")
        dispute.save(update_fields=["is_special", "special_reason"])
    end_offers(dispute)
    Party.objects.create(
        dispute=dispute,
        employee=claim.claimant,
        side=Side.CLAIMANT,
        named_at=timezone.now(),
        asked_sales=claim.asked_sales,
        asked_commission=claim.asked_commission,
        statement=claim.statement.strip(),
    )


def _party(dispute: Dispute, employee: Employee) -> Party:
    party = dispute.parties.filter(employee=employee).first()
    if party is None:
        raise DisputeRefused(_("%(name)s is no party of this dispute.") % {"name": employee.name})
    return party


def _require_own_or_charged(person: Employee, by: Actor, dispute: Dispute | None = None) -> User:
    """Whoever acts for a party: that person, or who is charged with it for the people within reach; in a dispute nobody
    who has an interest of their own in it."""
    text = _("Whom it is about does this, or human resources or a manager of the branch for them.")
    user = require(by, lambda user: is_about(user, person.pk) or _is_charged(user, person), DisputeRefused(text))
    if dispute is not None and not is_about(user, person.pk) and person_of(user) in interested(dispute):
        raise DisputeRefused(
            _("Nobody acts for another in a dispute in which they are a party, or earn on the contract.")
        )
    return user


def _is_charged(user: User, person: Employee) -> bool:
    reached = within_reach(user, Employee.objects.filter(pk=person.pk))
    return has(user, Duty.RAISES_DISPUTES) and reached.exists()


def _require_taker_back(dispute: Dispute, by: Actor) -> User:
    if dispute.kind != Kind.CLIENT:
        raise DisputeRefused(_("Say whose claim is taken back."), "claimant")
    text = _("Whoever recorded a client's complaint takes it back, or human resources; nobody whom it is about.")

    def may(user: User) -> bool:
        is_for_them = user.pk == dispute.raised_by_id or has(user, Duty.FINDS_FOR_HR)
        return user.is_active and is_for_them and person_of(user) not in interested(dispute)

    return require(by, may, DisputeRefused(text))


def _require_not_decided(claim: Claim) -> None:
    """Refuse who was a party when it was decided, or settled: the general manager alone rules anew (3-1.3)."""
    ended = Dispute.objects.filter(contract=claim.contract, parties__employee=claim.claimant, rulings__isnull=False)
    if (known := ended.first()) is not None:
        text = _("%(number)s about this contract has been decided: only the general manager can rule on it anew.")
        raise DisputeRefused(text % {"number": known.number}, "contract")


def _require_in_window(contract: Contract, today: dt.date) -> None:
    """Refuse at once what comes too early or too late (3-2.4.1): nobody may do otherwise."""
    window = window_of(contract, plan_of(today))
    if window.opens is None or today < window.opens:
        text = _("3-2.4.1: no cash has arrived for the contract yet: a dispute can be raised from the day it does.")
        raise OutsideAppealWindow(text, is_over=False)
    if not window.is_open(today):
        facts = {"first": window.opens, "last": window.closes, "day": today}
        text = _(
            "3-2.4.1: the first cash arrived on %(first)s, so a dispute could be raised until %(last)s; today is"
            " %(day)s. The deal stays with the closer."
        )
        raise OutsideAppealWindow(text % facts, is_over=True)


def _require_not_found(dispute: Dispute) -> None:
    if dispute.findings.exists():
        raise DisputeRefused(_("A finding has been given already: who is party, and what they say, stays as it is."))


def _require_words(words: str, field: str) -> None:
    if not words.strip():
        raise DisputeRefused(_("Say why."), field)


def _require_asked(sales: Decimal | None, commission: Decimal | None) -> None:
    given = [share for share in (sales, commission) if share is not None]
    if len(given) == 1 or any(not 0 <= share <= 1 or share != share.quantize(Decimal("0.0001")) for share in given):
        text = _("Ask for a share of the sales and one of the commission, each from 0 to 100 % with two decimals.")
        raise DisputeRefused(text, "asked_sales")
