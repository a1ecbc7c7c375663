"""Rulings, holds and releases, to the fen: the cases of money.yaml, each played on a firm of its own."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection

from access.actor import CONSOLE, Actor
from clients.models import Contract, Receipt
from compensation.corrections.actions import WrongAmount, WrongCloser
from compensation.corrections.actions_rulings import begin_hold, end_hold, post_ruling
from compensation.corrections.effects_rulings import WantedRuling, WantedShare, effect_of_ruling
from compensation.models import Adjustment, BranchSalesMove, Credit, HeldCommission, Hold, Payslip
from rulebook.month import Month
from staff.models import Employee
from tests.firm import Firm, lines
from tests.monthend.correcting import correct, lock

CASES = yaml.load((Path(__file__).parent / "money.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - texts alone
HUNDRED = 100

pytestmark = [pytest.mark.django_db, pytest.mark.article("3-1.3")]


class Play:
    """A case on its firm."""

    def __init__(self, case: Mapping[str, Any], hr: Actor) -> None:
        self.firm, self.hr = Firm(), hr
        self.firm.plan(**case.get("plan", {}))
        self.people: dict[str, Employee] = {}
        for name, rank in case["people"].items():
            place = self.firm.south_sales if name in case.get("south", ()) else self.firm.sales
            self.people[name] = self.firm.clerk() if rank == "office" else self.firm.seller(rank, department=place)
        self.names = {person.pk: name for name, person in self.people.items()}
        self.contracts: dict[str, Contract] = {}
        self.receipts: dict[str, Receipt] = {}
        self.holds: dict[str, Hold] = {}
        self.disputes = 0

    def sells(self, contract: str, by: str, signed: str, assisted_by: str = "", orphan: str = "") -> None:
        closer = self.people[by]
        client = self.firm.client(since="03-01") if orphan else None
        if client is not None:
            self.firm.assign(client, closer, "03-20")
        self.contracts[contract] = self.firm.contract(
            closer, client=client, signed=signed, assistant=self.people.get(assisted_by)
        )

    def receipt(self, name: str, of: str, amount: str, on: str) -> None:
        self.receipts[name] = self.firm.receipt(self.contracts[of], amount, on)

    def refund(self, name: str, of: str, amount: str, on: str) -> None:
        original = self.receipts[of]
        self.receipts[name] = self.firm.receipt(original.contract, amount, on, reverses=original)

    def hold(self, contract: str) -> None:
        self.disputes += 1
        self.holds[contract] = begin_hold(self.contracts[contract], reference=f"Z2011-{self.disputes:04}", by=CONSOLE)

    def release(self, contract: str) -> None:
        end_hold(self.holds.pop(contract), reason="撤回", by=CONSOLE)

    def rule(
        self, contract: str, shares: Mapping[str, str], commission: Mapping[str, str] | None = None, ends: str = ""
    ) -> None:
        hold = self.holds.pop(ends) if ends else None
        self.disputes += 1
        wanted = WantedRuling(
            self.contracts[contract],
            [
                WantedShare(self.people[name], D(share) / HUNDRED, D((commission or shares)[name]) / HUNDRED)
                for name, share in shares.items()
            ],
            hold.reference if hold else f"Z2011-{self.disputes:04}",
            hold,
        )
        post_ruling(wanted, reason="裁决", shown=effect_of_ruling(wanted).digest, by=CONSOLE)

    def correct(self, receipt: str, amount: str) -> None:
        correct(WrongAmount(self.receipts[receipt], D(amount)), self.hr)

    def closer(self, contract: str, right: str) -> None:
        correct(WrongCloser(self.contracts[contract], self.people[right]), self.hr)

    def leave(self, who: str, on: str) -> None:
        self.firm.leave(self.people[who], on)

    def lock(self, month: str) -> None:
        connection.check_constraints()
        lock(self.firm, Month.parse(month))

    def expect(self, month: str, **expected: Mapping[str, Any]) -> None:
        of_month = Month.parse(month)
        found = {name: getattr(self, f"_{name}")(of_month, expected[name]) for name in expected}
        assert found == expected

    def _credits(self, month: Month, _expected: object) -> dict[str, str]:
        sums: dict[str, D] = defaultdict(D)
        for person, amount in Credit.objects.filter(month=month).values_list("employee", "amount"):
            sums[self.names.get(person or 0, "nobody")] += amount
        return {name: str(amount) for name, amount in sums.items()}

    def _lines(self, month: Month, expected: Mapping[str, Any]) -> dict[str, list[list[str]]]:
        found = {name: lines(self.people[name], month) for name in expected}
        return {name: sorted(map(list, rows), key=expected[name].index) for name, rows in found.items()}

    def _adjusted(self, month: Month, expected: Mapping[str, Any]) -> dict[str, list[str]]:
        sums: dict[str, list[D]] = {name: [D("0.00"), D("0.00")] for name in expected}
        for row in Adjustment.objects.filter(month=month):
            moved = sums.setdefault(self.names[row.employee_id], [D("0.00"), D("0.00")])
            moved[:] = [moved[0] + row.amount, moved[1] + row.sales]
        return {name: list(map(str, moved)) for name, moved in sums.items()}

    def _held(self, month: Month, _expected: object) -> dict[str, str]:
        sums: dict[str, D] = defaultdict(D)
        for row in HeldCommission.objects.filter(month=month):
            sums[self.names[row.employee_id]] += row.amount
        return {name: str(amount) for name, amount in sums.items()}

    def _branches(self, month: Month, _expected: object) -> dict[str, str]:
        moves = BranchSalesMove.objects.filter(month=month)
        return {code: str(sales) for code, sales in moves.values_list("branch__code", "sales")}

    def _slips(self, month: Month, expected: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        slips = {name: Payslip.objects.get(month=month, employee=self.people[name]) for name in expected}
        return {
            name: {
                column: str(getattr(slip, column)).replace("True", "true").replace("False", "false") for column in of
            }
            for (name, of), slip in zip(expected.items(), slips.values(), strict=True)
        }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_it_is_paid_as_the_case_says(case: Mapping[str, Any], hr: Actor) -> None:
    play = Play(case, hr)
    for step in case["steps"]:
        ((act, given),) = step.items()
        if isinstance(given, str):
            getattr(play, act)(given)
        else:
            getattr(play, act)(**given)
