"""What a party may read of the own disputes (part three): where they stand, what waits, and what they move for oneself.

Never another's pay: of what a ruling or an offer does to pay, each is told the own part alone.
"""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, QuerySet, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.models import User
from access.reach import within_reach
from clients.models import Contract
from clients.names import whole_name
from compensation.models import Adjustment, HeldCommission, RulingShare
from disputes.clock.rules import Span, working_days_left
from disputes.clock.selectors import work_calendar
from disputes.deciding.effects import RulingEffect
from disputes.deciding.rules import Step
from disputes.deciding.selectors import step_of
from disputes.deciding.selectors_waiting import LATELY
from disputes.evidence.selectors import evidence_of
from disputes.models import (
    OPEN,
    Dispute,
    Evidence,
    Finding,
    Offer,
    OfferConfirmation,
    OfferShare,
    Party,
    Pause,
    Ruling,
    Violation,
)
from disputes.selectors import holders_of, parties_shown_to, plan_of, window_of
from disputes.violations.selectors import with_standing
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.selectors import rank_names
from rulebook.wording import amount_text, month_text
from staff.models import Employee

State = Dispute.State


@dataclass(frozen=True, slots=True)
class OwnDispute:
    """A dispute with the party that one is in it."""

    dispute: Dispute
    party: Party
    waits_for_answer: bool
    waits_for_agreement: bool
    is_judged: bool

    @property
    def is_active(self) -> bool:
        """Whether it is open and one still takes part."""
        return self.dispute.is_open and self.party.withdrawn_at is None

    @property
    def waiting(self) -> str:
        """What the dispute waits for from oneself; empty if nothing."""
        if self.waits_for_agreement:
            return _("Your answer to an offer")
        if self.waits_for_answer:
            return _("What you say about it")
        if self.is_judged:
            return _("Read what was decided about you")
        return _("Read how it ended") if self.has_ended_lately else ""

    @property
    def has_ended_lately(self) -> bool:
        """Whether it ended in the last days, one taking part."""
        ended_at = self.dispute.ended_at
        return ended_at is not None and self.party.withdrawn_at is None and ended_at >= timezone.now() - LATELY


@dataclass(frozen=True, slots=True)
class Side:
    """A party whom one may know of."""

    party: Party
    is_own: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence, and who brought it: the party, else in which role."""

    row: Evidence
    by: str


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What an effect moves for oneself (CNY, signed), in which month."""

    amount: Decimal
    sales: Decimal
    month: Month

    @property
    def sentence(self) -> str:
        """It in words."""
        facts = {"month": month_text(self.month), "amount": _signed(self.amount), "sales": _signed(self.sales)}
        if not self.amount and not self.sales:
            return (
                _("Nothing is adjusted for you; from %(month)s on the contract's cash is divided by these shares.")
                % facts
            )
        return _("For you in %(month)s: pay %(amount)s, own sales %(sales)s.") % facts


def own_disputes(employee: Employee) -> list[OwnDispute]:
    """The disputes that one is a party of, the open ones first by their days; one query."""
    rows = _parties(employee).annotate(
        is_open=Case(When(dispute__state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    )
    return [_own(party) for party in rows.order_by("is_open", "dispute__due_on", "-dispute")]


def own_dispute(employee: Employee, number: str) -> OwnDispute | None:
    """One of them; None for any other, whether there is one or not."""
    party = _parties(employee).filter(dispute__number=number).first()
    return _own(party) if party else None


def own_dispute_about(employee: Employee, contract: Contract) -> Dispute | None:
    """The latest own dispute about a contract."""
    party = _parties(employee).filter(dispute__contract=contract).order_by("-dispute").first()
    return party.dispute if party else None


def _parties(employee: Employee) -> QuerySet[Party]:
    found = Finding.objects.filter(dispute=OuterRef("dispute")).order_by()
    agreed = OfferConfirmation.objects.filter(offer=OuterRef("pk"), employee=employee).order_by()
    offers = Offer.objects.filter(~Exists(agreed), dispute=OuterRef("dispute"), state=Offer.State.OPEN).order_by()
    rows = Party.objects.filter(employee=employee)
    rows = rows.select_related("dispute__client", "dispute__contract", "dispute__hold")
    judged = Violation.objects.filter(
        dispute=OuterRef("dispute"), employee=employee, signed_at__gte=timezone.now() - LATELY
    )
    return rows.annotate(is_found=Exists(found), is_offered=Exists(offers), is_judged=Exists(judged.order_by()))


def _own(party: Party) -> OwnDispute:
    takes_part = party.dispute.is_open and party.withdrawn_at is None
    is_found, is_offered = getattr(party, "is_found", False), getattr(party, "is_offered", False)
    return OwnDispute(
        dispute=party.dispute,
        party=party,
        waits_for_answer=takes_part and not party.statement and not is_found,
        waits_for_agreement=takes_part and is_offered,
        is_judged=getattr(party, "is_judged", False),
    )


def waits_for(dispute: Dispute) -> str:
    """Whom or what the company's decision waits for; empty once it has ended."""
    match dispute.state:
        case State.RAISED:
            return _("Human resources begins the verification.")
        case State.VERIFYING:
            return _waits_for_step(step_of(dispute))
        case _:
            return ""


def _waits_for_step(step: Step | None) -> str:
    match step:
        case Step.GENERAL_MANAGER:
            return _("The general manager decides.")
        case Step.CONFIRMATION:
            return _("The findings are there; the ruling is to be confirmed.")
        case _:
            return _("Human resources and the marketing director verify, each on their own.")


def pauses_shown(user: User, dispute: Dispute) -> list[Pause]:
    """The days on which the term doesn't run, with why (3-2.3)."""
    return list(within_reach(user, Pause.objects.filter(dispute=dispute)))


def days_left(dispute: Dispute, pauses: Sequence[Pause]) -> str:
    """How many working days are left of its term, in words; empty once it is late or has ended."""
    today = timezone.localdate()
    if not dispute.is_open or today > dispute.due_on:
        return ""
    spans = [Span(pause.start, pause.end) for pause in pauses]
    left = working_days_left(today, dispute.due_on, work_calendar(today), spans)
    return ngettext("%(count)d working day left", "%(count)d working days left", left) % {"count": left}


def sides_of(user: User, own: OwnDispute) -> list[Side]:
    """The parties whom one may know of, oneself first."""
    shown = [Side(party, party.pk == own.party.pk) for party in parties_shown_to(user, own.dispute)]
    return sorted(shown, key=lambda side: not side.is_own)


def evidence_shown(user: User, dispute: Dispute, sides: Sequence[Side]) -> list[Piece]:
    """The evidence of a dispute; before verification began only what those brought whom one may know of."""
    names = {side.party.employee.user_id: side.party.employee.name for side in sides}
    return [
        Piece(row, names.get(row.brought_by_id) or row.brought_by.get_role_display())
        for row in evidence_of(dispute, user)
        if dispute.verification_began_at is not None or row.brought_by_id in names
    ]


def held_of(user: User, employee: Employee, dispute: Dispute) -> Decimal:
    """What of one's own commission (CNY) is held by it now."""
    if dispute.hold is None or not dispute.is_open:
        return ZERO
    rows = within_reach(user, HeldCommission.objects.filter(employee=employee, hold=dispute.hold))
    return rows.aggregate(held=Sum("amount"))["held"] or ZERO


def moved_by(user: User, employee: Employee, dispute: Dispute) -> list[OwnPart]:
    """What the end of a dispute, and rulings in its ruling's place, moved for oneself, month by month."""
    own = Adjustment.objects.filter(employee=employee, correction__reference=dispute.number)
    rows = within_reach(user, own).order_by("month").values("month").annotate(paid=Sum("amount"), moved=Sum("sales"))
    return [OwnPart(row["paid"], row["moved"], row["month"]) for row in rows]


def ruling_of(dispute: Dispute) -> Ruling | None:
    """The ruling that holds."""
    return dispute.rulings.select_related("owner", "correction").order_by("-pk").first()


def own_share(ruling: Ruling, employee: Employee) -> RulingShare | None:
    """One's own shares by a ruling."""
    return RulingShare.objects.filter(correction=ruling.correction_id, employee=employee).first()


def violations_of(user: User, employee: Employee, dispute: Dispute) -> list[tuple[Violation, str]]:
    """What was found against oneself in a dispute, once it is signed, and what follows from it in words (3-2.1)."""
    own = Violation.objects.filter(dispute=dispute, employee=employee, state=Violation.State.SIGNED)
    return [(row, _what_follows(row)) for row in with_standing(within_reach(user, own))]


def _what_follows(violation: Violation) -> str:
    decision = violation.rank_decision
    if violation.measure == Violation.Measure.DISMISSAL:
        return _("A review is open on whether your employment ends: that is decided by itself, and you are told.")
    if decision is None:
        return _("You are given a severe warning.")
    if getattr(violation, "is_replaced", False):
        return _("A later decision on your rank took its place.")
    facts = {"month": month_text(decision.month), "rank": rank_names().get(decision.rank, decision.rank)}
    return _("From %(month)s on your rank is %(rank)s; the right to get a rank back (1-4.3.3) ends.") % facts


def latest_offer_of(dispute: Dispute) -> Offer | None:
    """The latest offer, on the table or not any more, with its shares and who agreed."""
    shares = Prefetch("shares", OfferShare.objects.select_related("employee"))
    agreed = Prefetch("confirmations", OfferConfirmation.objects.select_related("employee"))
    rows = Offer.objects.filter(dispute=dispute).select_related("made_by", "owner").order_by("-pk")
    offer = rows.prefetch_related(shares, agreed).first()
    if offer is not None:
        offer.dispute = dispute  # read already, with its contract and its hold
    return offer


def open_offer_of(dispute: Dispute) -> Offer | None:
    """The offer on the table."""
    offer = latest_offer_of(dispute) if dispute.is_open else None
    return offer if offer is not None and offer.state == Offer.State.OPEN else None


def own_part(effect: RulingEffect, employee: Employee) -> OwnPart | None:
    """What of an effect is one's own; None where it doesn't touch pay."""
    if effect.money is None:
        return None
    part = effect.money.per_person.get(employee)
    month = effect.money.correction.month
    return OwnPart(part.amount, part.sales, month) if part else OwnPart(ZERO, ZERO, month)


def claimable(user: User, number: str, client: str) -> Contract | None:
    """The contract that somebody means: by number one that is theirs to see, else by number and its client's name.

    Whether there is no such contract, or one whose client they can't name, is answered alike.
    """
    as_typed = number.replace("\0", "").strip()
    meant = Contract.objects.filter(number__in={as_typed, unicodedata.normalize("NFKC", as_typed).upper()})
    contract = meant.select_related("client").first()
    seen = within_reach(user, meant).exists()
    named = contract is not None and whole_name(contract.client.name) == whole_name(client)
    return contract if named or seen else None


def claim_told(contract: Contract, claimant: Employee, today: dt.date) -> tuple[bool, str]:
    """Whether somebody can dispute a contract today, and until when, or why not (3-2.4.1)."""
    if [one.pk for one in holders_of(contract)] == [claimant.pk]:
        return False, _("The contract is yours alone already: there is nothing to dispute.")
    window = window_of(contract, plan_of(today))
    facts = {"first": window.opens, "last": window.closes}
    if window.opens is None or today < window.opens:
        return False, _("3-2.4.1: no cash has arrived for it yet; a dispute can be raised from the day it does.")
    if not window.is_open(today):
        return False, _(
            "3-2.4.1: its first cash arrived on %(first)s, so a dispute could be raised until %(last)s. The deal stays"
            " with the closer."
        ) % facts
    return True, _("3-2.4.1: its first cash arrived on %(first)s; a dispute can be raised until %(last)s.") % facts


def _signed(amount: Decimal) -> str:
    return f"+{amount_text(amount)}" if amount > 0 else amount_text(amount)
