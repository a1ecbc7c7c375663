"""Random small firms in dispute: holds, rulings, releases, reversals and owners, refunds, late cash and corrections."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from random import Random

from django.db import connection
from django.utils import timezone

from access.actor import CONSOLE, Actor
from access.models import User
from access.refusals import Refused
from clients.models import Client, Contract, Receipt
from compensation.corrections.actions import WrongAmount, WrongCloser, effect_of, make_correction
from compensation.corrections.actions_rulings import begin_hold, end_hold, post_ruling
from compensation.corrections.effects_rulings import WantedRuling, WantedShare, effect_of_ruling
from compensation.models import Correction, Hold
from disputes.models import Dispute, Ruling
from rulebook.month import Month
from staff.models import Employee, PersonnelEvent
from tests.cast import actor_of
from tests.firm import APRIL, Firm

WHOLE = Decimal(1)
RANKS = ("ZL", "GW", "GJ", "ZS", "SX")


def check_what_is_deferred() -> None:
    """Have the database check now what it checks when the work of one person is done."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@dataclass
class Deal:
    """A contract with its cash as it counts by now, and the dispute about it, if any."""

    contract: Contract
    left: dict[Receipt, Decimal] = field(default_factory=dict)
    hold: Hold | None = None
    disputes: int = 0


class DisputedFirm:
    """A firm that a seed tells the story of, month by month; what happened is told in `story`."""

    def __init__(self, seed: int, *, months: int) -> None:
        self.random = Random(seed)  # noqa: S311 - nothing secret
        self.unrest = self.random.choice([0.2, 0.3, 0.6])
        deals = round(2 / self.unrest)
        self.months = [APRIL + number for number in range(months)]
        self.disputes = 0
        self.refused = 0
        self.story: list[str] = []
        self.firm = Firm()
        self.hr: Actor = actor_of(User.Role.HR)
        after, borne, scope = (
            self.random.choice(choices)
            for choices in (("nobody", "closer", "owner"), ("company", "developer"), ("branch", "company"))
        )
        self.firm.plan(after_leaving_sales=after, assist_paid_by=borne, scope=scope)
        self.tell(f"after_leaving_sales {after}, assist_paid_by {borne}")
        departments = (self.firm.sales, self.firm.south_sales)
        self.sellers = [
            self.firm.seller(self.random.choice(RANKS), department=department) for department in departments * 3
        ]
        self.sellers.append(self.firm.seller("ZL", since="05-10", department=self.firm.south_sales))
        self.clerks = [self.firm.clerk(department=each) for each in (self.firm.office, self.firm.south_office)]
        self.gone: list[Employee] = []
        self.moved: Employee | None = None
        self.in_office: list[Employee] = []
        self.month = APRIL
        self.deals: list[Deal] = []
        self.deals += (self._sign(APRIL) for _number in range(deals))

    def tell(self, text: str) -> None:
        """Note what happened, for whoever reads what differs."""
        self.story.append(text)

    def live(self, month: Month) -> None:
        """Let a month happen, up to its closing; it is the one after the last locked."""
        self.tell(f"-- {month}")
        self.month = month
        self._move_people(month)
        if month > APRIL:
            for deal in self.deals:
                self._correct(deal)
        for deal in self.deals:
            self._dispute(deal)
        self.deals.append(self._sign(month))
        for deal in self.deals:
            self._pay(deal, month)
        for deal in self.deals:
            if self._chance(0.15):
                self._dispute(deal)
        for clerk in self.clerks:
            self.firm.weigh(clerk, str(self.random.randint(1, 9)), month)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _day(self, month: Month, first: int = 1) -> dt.date:
        return month.first.replace(day=self.random.randint(first, month.days))

    def _sellers(self, *, since: dt.date) -> list[Employee]:
        return [seller for seller in self.sellers if seller not in self.gone and seller.hired_on <= since]

    def _sign(self, month: Month) -> Deal:
        day = self._day(month) if month > APRIL or self._chance(0.7) else dt.date(2011, 3, 20)
        closer = self.random.choice(
            [each for each in self._sellers(since=day) if each not in self.in_office and each != self.moved]
        )
        is_orphans = self._chance(0.5)
        assistants = [each for each in [*self.sellers[:6], *self.clerks] if each != closer]
        text = f"{day:%m-%d}"
        contract = self.firm.contract(
            closer,
            client=self.firm.client(since=text) if is_orphans else self._known_client(day),
            signed=text,
            assistant=self.random.choice(assistants) if is_orphans else None,
        )
        assistant = contract.assistant.number if contract.assistant else ""
        told = f"signed {text} by {closer.number} with {contract.client.number}"
        self.tell(f"{contract.number} {told}, assistant {assistant}")
        return Deal(contract)

    def _known_client(self, day: dt.date) -> Client | None:
        """Now and then a client who has signed before."""
        known = [deal.contract.client for deal in self.deals if deal.contract.signed_on <= day]
        return self.random.choice(known) if known and self._chance(0.6) else None

    def _move_people(self, month: Month) -> None:
        """Now and then somebody leaves or comes back, goes to the office or back, or to the other branch."""
        if month == APRIL:
            return
        day = f"{self._day(month, 2):%m-%d}"
        in_sales = [each for each in self._sellers(since=month.first) if each not in self.in_office]
        if self.gone and self._chance(0.3):
            person = self.gone.pop(0)
            self.firm.move(person, day, self.firm.south_sales, kind=PersonnelEvent.Kind.HIRED, rank="ZL")
            self.tell(f"{person.number} comes back on {day}")
        elif self.in_office and self._chance(0.4):
            person = self.in_office.pop()
            self.firm.move(person, day, self.firm.south_sales, rank="GW")
            self.tell(f"{person.number} back to south sales {day}")
        elif len(in_sales) > 3 and self._chance(0.6):
            person = self.random.choice(in_sales)
            self.gone.append(person)
            self.firm.leave(person, day)
            self.tell(f"{person.number} leaves {day}")
        elif self._chance(0.5):
            person = self.random.choice(in_sales)
            self.in_office.append(person)
            self.firm.move(person, day, self.firm.office, salary="2500.00")
            self.tell(f"{person.number} to north office {day}")
        else:
            person = self.random.choice(in_sales)
            to = self.random.choice([self.firm.sales, self.firm.south_sales])
            self.firm.move(person, day, to, kind=PersonnelEvent.Kind.TRANSFER)
            self.tell(f"{person.number} transferred to {to.code} {day}")
        self.moved = person

    def _correct(self, deal: Deal) -> None:
        """A wrong amount or a wrong closer of what is locked."""
        deal.contract.refresh_from_db()
        wanted: WrongAmount | WrongCloser
        receipts = [receipt for receipt in deal.left if receipt.reverses_id is None]
        if receipts and self._chance(self.unrest / 2):
            receipt = self.random.choice(receipts)
            wanted = WrongAmount(Receipt.objects.get(pk=receipt.pk), self._amount())
            if self._chance(0.3):
                refunded = -sum(r.amount for r in Receipt.objects.filter(reverses=receipt))
                wanted = WrongAmount(wanted.receipt, Decimal(refunded) or wanted.right)
            told = f"{receipt.number} of {deal.contract.number} amounts to {wanted.right}"
        elif self._chance(self.unrest / 3):
            closers = [each for each in self.sellers if each.hired_on <= deal.contract.signed_on]
            wanted = WrongCloser(deal.contract, self.random.choice(closers))
            told = f"{deal.contract.number} was closed by {wanted.right.number}"
        else:
            return
        try:
            make_correction(wanted, reason="录入错误", shown=effect_of(wanted).digest, by=self.hr)
        except Refused as refusal:
            self.tell(f"refused: {told}: {refusal}")
            return
        if isinstance(wanted, WrongAmount):
            refunded = sum(each.amount for each in Receipt.objects.filter(reverses=wanted.receipt))
            deal.left[wanted.receipt] = wanted.right + refunded
        self.tell(told)

    def _dispute(self, deal: Deal) -> None:
        """A dispute begins with a hold or right with a ruling, or an open one ends."""
        deal.contract.refresh_from_db()
        if deal.hold is None:
            if not self._chance(self.unrest):
                return
            self.disputes += 1
            deal.disputes += 1
            reference = f"D{self.disputes:05}"
            if self._chance(0.6):
                deal.hold = begin_hold(deal.contract, reference=reference, by=CONSOLE)
                check_what_is_deferred()
                self.tell(f"{deal.contract.number} held from {deal.hold.since} for {reference}")
                return
            self._rule(deal, reference)
        elif self._chance(0.35):
            self._rule(deal, deal.hold.reference)
        elif self._chance(0.2):
            end_hold(deal.hold, reason="撤回", by=CONSOLE)
            self.tell(f"{deal.contract.number} released")
            deal.hold = None

    def _rule(self, deal: Deal, reference: str) -> None:
        shares = self._shares(deal)
        hold = None if self._chance(0.1) else deal.hold
        wanted = WantedRuling(deal.contract, shares, reference, hold)
        told = ", ".join(f"{each.person.number} {each.sales}/{each.commission}" for each in shares)
        try:
            ruling = post_ruling(wanted, reason="裁决", shown=effect_of_ruling(wanted).digest, by=CONSOLE)
        except Refused as refusal:
            self.refused += 1
            self.tell(f"refused: {deal.contract.number} {told}: {refusal}")
            return
        deal.hold = None if hold else deal.hold
        self.tell(f"{deal.contract.number} ruled by {ruling.number}: {told}")
        if self._chance(0.7):
            self._name_owner(ruling, self.random.choice(shares).person)

    def _name_owner(self, ruling: Correction, owner: Employee) -> None:
        """The dispute that the ruling is of, and whose the client is by it."""
        contract, now, by = ruling.contract, timezone.now(), self.hr.user
        assert contract is not None
        assert by is not None
        day = max(self._day(self.month), contract.signed_on)
        dispute = Dispute.objects.create(
            number=ruling.number,
            kind=Dispute.Kind.COLLEAGUES,
            state=Dispute.State.DECIDED,
            client=contract.client,
            contract=contract,
            statement="争议",
            raised_by=by,
            raised_at=now,
            raised_on=day,
            due_on=day + dt.timedelta(days=14),
            due_is_official=True,
            verification_began_at=now,
            ended_by=by,
            ended_at=now,
        )
        Ruling.objects.create(
            dispute=dispute,
            source=Ruling.Source.FINDINGS,
            reasons="裁决",
            owner=owner,
            correction=ruling,
            made_on=day,
            made_by=by,
            made_at=now,
        )
        self.tell(f"{contract.client.number} is {owner.number}'s from {day} on")

    def _shares(self, deal: Deal) -> list[WantedShare]:
        closer = deal.contract.closer
        if self._chance(0.25):
            return [WantedShare(closer, WHOLE, WHOLE)]
        others = [each for each in [*self.sellers, *self.clerks[:1]] if each != closer]
        parties = self.random.sample(others, self.random.choice([1, 1, 2, 3]))
        if self._chance(0.75) or len(parties) == 1:
            parties.append(closer)
        sales = self._parts(len(parties))
        commission = sales if self._chance(0.4) else self._parts(len(parties))
        return [WantedShare(*each) for each in zip(parties, sales, commission, strict=True)]

    def _parts(self, count: int) -> list[Decimal]:
        """Shares of four decimals that sum to the whole; some are nothing."""
        cuts = sorted(
            self.random.choice([0, 3333, 5000, 6667, self.random.randint(0, 10000)]) for _cut in range(count - 1)
        )
        edges = [0, *cuts, 10000]
        parts = [Decimal(high - low).scaleb(-4) for low, high in pairwise(edges)]
        self.random.shuffle(parts)
        return parts

    def _amount(self) -> Decimal:
        return Decimal(self.random.choice([self.random.randint(1, 50), self.random.randint(100, 5_000_000)])).scaleb(-2)

    def _pay(self, deal: Deal, month: Month) -> None:
        """Cash, late or not, and refunds of any cash before, in parts and whole."""
        for _receipt in range(self.random.choice([0, 0, 1, 1, 2])):
            if Month.of(deal.contract.signed_on) > month:
                break
            first = deal.contract.signed_on.day if Month.of(deal.contract.signed_on) == month else 1
            day, is_late = self._day(month, first), False
            if month > APRIL and Month.of(deal.contract.signed_on) < month and self._chance(0.1):
                day, is_late = self._day(month - 1), True
            receipt = self._receipt(deal, self._amount(), day, month)
            deal.left[receipt] = receipt.amount
            self.tell(f"{receipt.number} {receipt.amount} of {deal.contract.number} {day}{' late' * is_late}")
        for receipt, left in list(deal.left.items()):
            while left > 0 and self._chance(0.25):
                day = self._day(month - 1 if self._chance(0.1) and receipt.posted_in < month else month)
                day = max(day, receipt.received_on)
                back = left if self._chance(0.4) else Decimal(self.random.randint(1, int(left * 100))).scaleb(-2)
                refund = self._receipt(deal, -back, day, month, receipt)
                left -= back
                self.tell(f"{refund.number} -{back} of {receipt.number}, {deal.contract.number} {day}")
            deal.left[receipt] = left

    def _receipt(
        self, deal: Deal, amount: Decimal, day: dt.date, month: Month, reverses: Receipt | None = None
    ) -> Receipt:
        return self.firm.receipt(deal.contract, str(amount), f"{day:%m-%d}", reverses=reverses, posted=month)
