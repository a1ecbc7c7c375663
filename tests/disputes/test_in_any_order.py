"""Disputes in any order among all that happens to a firm: what is paid adds up, to the fen, and the second calculator
agrees with every lock.

``SALESORG_DISPUTES_IN_ORDER=300`` tries so many orders, each another one, of ``SALESORG_DISPUTES_STEPS=40`` steps.
"""

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal as D
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from access.actor import Actor
from access.refusals import Refused
from clients.history.actions import rebuild_histories
from clients.models import Contract, Receipt
from compensation.corrections.actions import WrongAmount, WrongCloser
from compensation.corrections.effects_rulings import WantedShare, effect_of_release
from compensation.corrections.selectors import present_amounts
from compensation.models import Adjustment, CommissionLine, Correction, Credit, HeldCommission, Hold, Payslip
from disputes.actions import begin_verification, raise_complaint, raise_dispute, refuse, withdraw
from disputes.deciding.actions import confirm_ruling, give_finding, replace_ruling
from disputes.deciding.actions_offers import confirm_offer, make_offer
from disputes.deciding.effects import effect_of_finding, effect_of_offer, effect_of_waiting
from disputes.deciding.rules import Desk
from disputes.models import OPEN, Dispute, Party
from disputes.wanted import Claim, Complaint, WantedFinding, WantedOffer
from rulebook.month import Month
from tests.cast import log_in_of
from tests.disputes.case import Role
from tests.firm import APRIL, Firm, on
from tests.monthend.correcting import correct
from tests.verify.closing import found
from tests.verify.disputed_firm import check_what_is_deferred

ORDERS, STEPS = (
    int(os.environ.get(f"SALESORG_DISPUTES_{name}") or few) for name, few in (("IN_ORDER", 4), ("STEPS", 20))
)
IS_QUICK = "SALESORG_DISPUTES_IN_ORDER" not in os.environ
SEED = 5  # of few orders in which there are rulings, holds, releases and corrections of both kinds
LAST = APRIL + 5
Row = TypeVar("Row")

LINES, HELD = CommissionLine.objects.all(), HeldCommission.objects.all()
ADJUSTED = Adjustment.objects.exclude(line=None)

which = st.integers(0, 11)
fen = st.one_of(st.integers(1, 50), st.integers(100, 5_000_000)).map(lambda amount: D(amount).scaleb(-2))
parts = st.tuples(*[st.sampled_from([0, 3333, 5000, 6667, 10000]) | st.integers(0, 10000)] * 2)


def one(rows: Sequence[Row], number: int) -> Row:
    return rows[number % len(rows)]


class DisputesInAnyOrder(RuleBasedStateMachine):
    """A firm of two branches, month by month."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.month = APRIL
        self.firm = Firm()
        self.hr, self.director, self.gm = (
            Actor(log_in_of(role)) for role in (Role.HR, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER)
        )
        places = (self.firm.sales, self.firm.south_sales)
        self.sellers = [self.firm.seller(rank, department=place) for rank in ("ZL", "GJ") for place in places]
        self.clerks = [self.firm.clerk(department=each) for each in (self.firm.office, self.firm.south_office)]
        self.log_ins = {one.pk: Actor(log_in_of(Role.SALESPERSON, f"u{one.number}", of=one)) for one in self.sellers}
        self.out: set[int] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(
        after=st.sampled_from(["nobody", "closer", "owner"]), borne=st.sampled_from(["company", "developer"]), by=which
    )
    def begin(self, after: str, borne: str, by: int) -> None:
        self.firm.plan(after_leaving_sales=after, assist_paid_by=borne)
        for number, of_orphan in enumerate([False, True]):
            contract = self._sign(by + number, of_orphan=of_orphan)
            self.firm.receipt(contract, "20000.01", "04-03")

    # What happens to the firm.

    @rule(of=which, amount=fen, day=st.integers(3, 28), is_late=st.booleans())
    def pay(self, of: int, amount: D, day: int, *, is_late: bool) -> None:
        contract, date = one(self.contracts, of), self._day(day)
        if is_late and Month.of(contract.signed_on) < self.month:
            date = (self.month - 1).first.replace(day=day)
        self.firm.receipt(contract, str(amount), f"{date:%m-%d}", posted=self.month)

    @rule(of=which, amount=fen, is_all=st.booleans())
    def refund(self, of: int, amount: D, *, is_all: bool) -> None:
        amounts = present_amounts(Receipt.objects.all())
        left = {one: amounts[one.pk] + _total(one.refunds.all()) for one in self.receipts}
        refundable = [receipt for receipt, rest in left.items() if rest > 0]
        if not refundable:
            return
        receipt = one(refundable, of)
        back = left[receipt] if is_all else min(amount, left[receipt])
        day = max(self._day(28), receipt.received_on)
        self.firm.receipt(receipt.contract, str(-back), f"{day:%m-%d}", reverses=receipt)

    @precondition(lambda self: self.month > APRIL)
    @rule(of=which, amount=fen)
    def correct_amount(self, of: int, amount: D) -> None:
        if self.receipts:
            self._try(lambda: correct(WrongAmount(one(self.receipts, of), amount), self.hr))

    @precondition(lambda self: self.month > APRIL)
    @rule(of=which, closer=which)
    def correct_closer(self, of: int, closer: int) -> None:
        self._try(lambda: correct(WrongCloser(one(self.contracts, of), one(self.sellers, closer)), self.hr))

    @precondition(lambda self: self.month > APRIL and len(self.out) < 2)
    @rule(who=which, day=st.integers(2, 28), is_gone=st.booleans())
    def leave_sales(self, who: int, day: int, *, is_gone: bool) -> None:
        person = one(self.sellers, who)
        if person.pk in self.out:
            return
        self.out.add(person.pk)
        if is_gone:
            self.firm.leave(person, f"{self._day(day):%m-%d}")
        else:
            self.firm.move(person, f"{self._day(day):%m-%d}", self.firm.office, salary="2500.00")

    # What happens to disputes.

    @precondition(lambda self: len(self.open_ones()) < len(self.contracts))
    @rule(about=which, by=which, is_clients=st.booleans())
    def raise_one(self, about: int, by: int, *, is_clients: bool) -> None:
        """Colleagues on the day of the first cash, for which the window is open; a client on any day."""
        contract, claimant = one(self.contracts, about), one(self.sellers, by)
        if is_clients:
            complaint = Complaint(contract.client, "重复联系", contract, self.sellers[:2])
            self._try(lambda: raise_complaint(complaint, today=self._day(1), by=self.hr))
        else:
            claim = Claim(contract, claimant, "是我谈成的", D("0.4"), D("0.4"))
            self._try(lambda: raise_dispute(claim, today=on("04-03"), by=self.hr))

    @precondition(lambda self: self.open_ones(findings=None))
    @rule(of=which, sales=parts, commission=st.none() | parts, is_alike=st.booleans())
    def find(self, of: int, sales: tuple[int, int], commission: tuple[int, int] | None, *, is_alike: bool) -> None:
        """The desks find the same, or the general manager decides."""
        dispute = one(self.open_ones(findings=None), of)
        if dispute.state == Dispute.State.RAISED:
            begin_verification(dispute, by=self.hr)
        wanted = self._finding(dispute, sales, commission)
        other = wanted if is_alike else self._finding(dispute, (sales[1], 10000), commission)
        self._try(lambda: give_finding(dispute, wanted, desk=Desk.HR, by=self.hr))
        self._try(lambda: give_finding(dispute, other, desk=Desk.MARKETING, by=self.director))
        self._try(lambda: give_finding(dispute, other, desk=Desk.GENERAL_MANAGER, by=self.gm))

    @precondition(lambda self: self.open_ones(findings__isnull=False))
    @rule(of=which, day=st.integers(1, 28))
    def confirm(self, of: int, day: int) -> None:
        dispute = one(self.open_ones(findings__isnull=False), of)
        by = self.gm if dispute.findings.filter(desk=Desk.GENERAL_MANAGER).exists() else self.hr
        with self._ruling(dispute):
            self._try(
                lambda: confirm_ruling(dispute, shown=effect_of_waiting(dispute).digest, today=self._day(day), by=by)
            )

    @precondition(lambda self: self.open_ones())
    @rule(of=which, sales=parts, commission=st.none() | parts, day=st.integers(1, 28))
    def settle(self, of: int, sales: tuple[int, int], commission: tuple[int, int] | None, day: int) -> None:
        dispute = one(self.open_ones(), of)
        found = self._finding(dispute, sales, commission)
        parties = [party.employee for party in dispute.parties.order_by("side", "pk") if party.withdrawn_at is None]

        def agree() -> None:
            wanted = WantedOffer(found.shares, found.owner, "协商一致")
            offer = make_offer(dispute, wanted, by=self.log_ins[parties[0].pk])
            for party in parties[1:]:
                shown = effect_of_offer(offer).digest
                confirm_offer(offer, shown=shown, today=self._day(day), by=self.log_ins[party.pk])

        with self._ruling(dispute):
            self._try(agree)

    @precondition(lambda self: self.open_ones())
    @rule(of=which, is_refused=st.booleans())
    def end(self, of: int, *, is_refused: bool) -> None:
        dispute = one(self.open_ones(), of)
        claimant = dispute.parties.filter(side=Party.Side.CLAIMANT, withdrawn_at=None).order_by("pk").first()
        if is_refused:
            refuse(dispute, reason="证据不足", by=self.hr)
        else:
            withdraw(dispute, claimant=claimant.employee if claimant else None, reason="误会", by=self.hr)

    @precondition(lambda self: self.ruled_ones)
    @rule(of=which, sales=parts, commission=st.none() | parts, day=st.integers(1, 28))
    def replace(self, of: int, sales: tuple[int, int], commission: tuple[int, int] | None, day: int) -> None:
        dispute = one(self.ruled_ones, of)
        self._replace(dispute, self._finding(dispute, sales, commission), day)

    @precondition(lambda self: self.ruled_ones)
    @rule(of=which, to=which, day=st.integers(1, 28))
    def reverse(self, of: int, to: int, day: int) -> None:
        """Back to the whole for one: for what is locked nobody else has a fen."""
        dispute = one(self.ruled_ones, of)
        party = one(list(dispute.parties.order_by("pk")), to).employee
        wanted = WantedFinding("改判", [WantedShare(party, D(1), D(1))])
        if self._replace(dispute, wanted, day):
            contract = dispute.contract
            assert contract is not None
            assert self._paid(contract) <= {party.pk, contract.assistant_id} or contract.pk in self._spared()

    # What is computed of it.

    @rule()
    def compute(self) -> None:
        self.firm.close(self.month, lock=False)

    @precondition(lambda self: self.month < LAST)
    @rule()
    def lock(self) -> None:
        for clerk in self.clerks:
            self.firm.weigh(clerk, "1", self.month)
        report = self.firm.close(self.month)
        self._check_slips()
        self._check_sales()
        self._check_held()
        assert report.is_locked, [*report.blockers, *found(self.month)]
        self.month += 1

    def _check_slips(self) -> None:
        """Nobody's slip tells but the lines, what was adjusted, and what is held; and nothing is on no slip."""
        of_month = (rows.filter(month=self.month) for rows in (LINES, ADJUSTED, HELD))
        lines, adjusted, held = (_sums(rows, "employee") for rows in of_month)
        slips = {slip.employee_id: slip for slip in Payslip.objects.filter(month=self.month)}
        assert {*lines, *adjusted, *held} <= slips.keys()
        for person, slip in slips.items():
            assert slip.commission + slip.assist == lines[person]
            assert slip.adjustment == adjusted[person] - held[person]

    def _check_sales(self) -> None:
        """A receipt's credits are its amount; with what was moved since what it counts with, unless one is nobody's."""
        counts = present_amounts(Receipt.objects.filter(posted_in__lte=self.month))
        credited, moved = _sums(Credit.objects.all(), "receipt"), _sums(ADJUSTED, "line__receipt", "sales")
        assert credited == dict(Receipt.objects.filter(pk__in=counts).values_list("pk", "amount"))
        out = Receipt.objects.filter(credits__employee=None) | Receipt.objects.filter(contract__in=self._spared())
        for receipt in counts.keys() - set(out.values_list("pk", flat=True)):
            assert credited[receipt] + moved[receipt] == counts[receipt]

    def _check_held(self) -> None:
        """What was held is what was paid later, in all, of every receipt that neither is held nor was corrected."""
        held, paid = _sums(HELD, "line__receipt"), _sums(ADJUSTED, "line__receipt")
        corrected = Correction.objects.filter(kind=Correction.Kind.AMOUNT).values("receipt__contract")
        waiting = Hold.objects.filter(ended_by=None).values("contract")
        others = Receipt.objects.exclude(contract__in=corrected).exclude(contract__in=waiting)
        for receipt in others.exclude(contract__in=self._spared()).values_list("pk", flat=True):
            assert held[receipt] == paid[receipt]

    @invariant()
    def database_agrees(self) -> None:
        check_what_is_deferred()

    # What the steps are made of.

    @property
    def contracts(self) -> list[Contract]:
        return list(Contract.objects.order_by("pk"))

    @property
    def receipts(self) -> list[Receipt]:
        return list(Receipt.objects.filter(reverses=None).order_by("pk"))

    def open_ones(self, **which: Any) -> list[Dispute]:
        return list(Dispute.objects.filter(state__in=OPEN, **which).order_by("pk").distinct())

    @property
    def ruled_ones(self) -> list[Dispute]:
        return list(Dispute.objects.filter(state__in=["decided", "settled"]).order_by("pk"))

    def _day(self, number: int) -> dt.date:
        return self.month.first.replace(day=number)

    def _sign(self, by: int, *, of_orphan: bool) -> Contract:
        client = self.firm.client(since="04-02") if of_orphan else None
        assistant = one([*self.sellers, *self.clerks], by + 1) if of_orphan else None
        contract = self.firm.contract(one(self.sellers, by), client=client, signed="04-02", assistant=assistant)
        rebuild_histories()
        return contract

    def _finding(self, dispute: Dispute, sales: tuple[int, int], commission: tuple[int, int] | None) -> WantedFinding:
        """Who is still party shares the contract, the first of them with the client."""
        people = [party.employee for party in dispute.parties.order_by("pk") if party.withdrawn_at is None][:3]
        shares = zip(people, _shares(sales, len(people)), _shares(commission or sales, len(people)), strict=True)
        upholds = True if dispute.kind == Dispute.Kind.CLIENT else None
        return WantedFinding(
            "查明", [WantedShare(*share) for share in shares], people[0] if sales[0] else None, upholds
        )

    def _try(self, act: Callable[[], object]) -> bool:
        """Whether what may be refused was done."""
        try:
            with transaction.atomic():
                act()
        except Refused:
            return False
        return True

    def _replace(self, dispute: Dispute, wanted: WantedFinding, day: int) -> bool:
        with self._ruling(dispute):
            return self._try(
                lambda: replace_ruling(
                    dispute,
                    wanted,
                    shown=effect_of_finding(dispute, wanted).digest,
                    today=self._day(day),
                    by=self.gm,
                )
            )

    @contextmanager
    def _ruling(self, dispute: Dispute) -> Iterator[None]:
        """A ruling costs the company nothing on any receipt of locked months but what was held and is due anyway, and
        makes no sales. Only what a correction left with who was gone can come back by it."""
        rulings = Correction.objects.filter(kind=Correction.Kind.RULING).order_by("-pk")
        before = rulings.first()
        due: dict[int, D] = defaultdict(D)
        if dispute.is_open and dispute.hold is not None:
            for move in effect_of_release(dispute.hold).moves:
                assert move.line is not None
                due[move.line.receipt_id] += move.change.amount
        yield
        ruling = rulings.first()
        if ruling is not None and ruling != before and dispute.contract_id not in self._spared():
            moved = _sums(ruling.adjustments.all(), "line__receipt")
            assert all(moved[receipt] == due[receipt] for receipt in moved.keys() | due.keys())
            assert not any(_sums(ruling.adjustments.all(), "line__receipt", "sales").values())

    def _paid(self, contract: Contract) -> set[int]:
        """Who (ids) has anything of what the locked months paid of a contract."""
        parts = [
            _sums(LINES.filter(receipt__contract=contract, month__lt=self.month), "employee"),
            _sums(ADJUSTED.filter(line__receipt__contract=contract), "employee"),
        ]
        held = _sums(HELD.filter(line__receipt__contract=contract, month__lt=self.month), "employee")
        people = {person for sums in (*parts, held) for person in sums}
        return {person for person in people if parts[0][person] + parts[1][person] != held[person]}

    def _spared(self) -> set[int]:
        """The contracts of which somebody who left kept what was not theirs."""
        spared = Correction.objects.exclude(spared=[])
        return {pk for (pk,) in spared.values_list(Coalesce("contract", "receipt__contract"))}


def _sums(rows: "QuerySet[Any]", by: str, amount: str = "amount") -> dict[int, D]:
    return defaultdict(D, rows.order_by().values_list(by).annotate(Sum(amount)))


def _total(rows: "QuerySet[Any]") -> D:
    return D(rows.aggregate(total=Sum("amount", default=0))["total"])


def _shares(cuts: tuple[int, int], count: int) -> list[D]:
    """Shares (0-1) of so many that sum to the whole."""
    edges = [0, *sorted(cuts[: count - 1]), 10000]
    return [D(high - low).scaleb(-4) for low, high in pairwise(edges)]


@pytest.mark.django_db
@pytest.mark.article("3-1.3")
def test_what_is_paid_adds_up_in_any_order() -> None:
    tried = settings(
        max_examples=ORDERS,
        stateful_step_count=STEPS,
        database=None if IS_QUICK else settings().database,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(SEED)(DisputesInAnyOrder) if IS_QUICK else DisputesInAnyOrder, settings=tried)
