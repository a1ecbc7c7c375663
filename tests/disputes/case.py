"""A contract that two salespeople of two branches dispute, and who acts on it."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.db import connection, transaction

from access.actor import Actor
from access.models import User
from clients.history.actions import rebuild_histories
from clients.models import Contract
from compensation.corrections.effects_rulings import WantedShare
from disputes.actions import begin_verification, raise_dispute
from disputes.deciding.actions import confirm_ruling, give_finding
from disputes.deciding.actions_offers import confirm_offer, make_offer
from disputes.deciding.effects import effect_of_offer, effect_of_waiting
from disputes.deciding.rules import Desk
from disputes.models import Dispute, Offer, Ruling
from disputes.wanted import Claim, WantedFinding, WantedOffer
from staff.models import Employee
from tests.cast import log_in_of
from tests.firm import Firm, on

Role = User.Role
RAISED = on("05-03")


class Case:
    """North's `closer` signed a contract on 2011-04-01, whose first cash came on 04-15; South's `claimant` claims it.

    Human resources, marketing director and general manager are somebody else.
    """

    def __init__(self, firm: Firm | None = None) -> None:
        self.firm = firm or Firm()
        self.closer = self.firm.seller()
        self.claimant = self.firm.seller(department=self.firm.south_sales)
        self.contract = self.firm.contract(self.closer)
        self.receipt = self.firm.receipt(self.contract, "10000.00")
        rebuild_histories()
        self.hr, self.director, self.gm = (
            Actor(log_in_of(role)) for role in (Role.HR, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER)
        )
        self.closers = self.log_in(self.closer)
        self.claimants = self.log_in(self.claimant)

    def log_in(self, person: Employee, role: str = Role.SALESPERSON) -> Actor:
        """A person's log-in, acting."""
        return Actor(log_in_of(role, f"u{person.number}", of=person))

    def claim(self, claimant: Employee | None = None, contract: Contract | None = None) -> Claim:
        return Claim(contract or self.contract, claimant or self.claimant, "是我谈成的", Decimal("0.4"), Decimal("0.4"))

    def raised(self, today: dt.date = RAISED) -> Dispute:
        return raise_dispute(self.claim(), today=today, by=self.claimants)

    def verifying(self) -> Dispute:
        return begin_verification(self.raised(), by=self.hr)

    def shares(self, closer: str = "0.6", claimant: str = "0.4") -> list[WantedShare]:
        """What the two get, of the sales as of the commission."""
        return [
            WantedShare(person, Decimal(share), Decimal(share))
            for person, share in ((self.closer, closer), (self.claimant, claimant))
        ]

    def finding(self, closer: str = "0.6", claimant: str = "0.4", reasons: str = "证据充分") -> WantedFinding:
        return WantedFinding(reasons, self.shares(closer, claimant))

    def found(self, closer: str = "0.6", claimant: str = "0.4") -> Dispute:
        """Both desks found the same: it waits to be confirmed."""
        dispute = self.verifying()
        for desk, by in ((Desk.HR, self.hr), (Desk.MARKETING, self.director)):
            give_finding(dispute, self.finding(closer, claimant), desk=desk, by=by)
        return dispute

    def ruled(self) -> Ruling:
        """Decided 60 to 40."""
        dispute = self.found()
        return confirm(dispute, self.hr)


def user_of(actor: Actor) -> User:
    """The log-in as a new request reads it."""
    assert actor.user is not None
    return User.objects.get(pk=actor.user.pk)


def whole(write: Callable[[], object]) -> None:
    """A transaction as a whole: what the database looks at when it ends is looked at, too."""
    with transaction.atomic(), connection.cursor() as cursor:
        write()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def confirm(dispute: Dispute, by: Actor, today: dt.date = RAISED) -> Ruling:
    """Look at what the findings do, and confirm it."""
    return confirm_ruling(dispute, shown=effect_of_waiting(dispute).digest, today=today, by=by)


def offer_of(case: Case, dispute: Dispute, by: Actor) -> Offer:
    return make_offer(dispute, WantedOffer(case.shares("0.5", "0.5"), note="各半"), by=by)


def agree(offer: Offer, by: Actor) -> Offer:
    return confirm_offer(offer, shown=effect_of_offer(offer).digest, today=RAISED, by=by)
