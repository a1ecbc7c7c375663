"""A commission line as it is written, and the rate that a person's net credited sales of the month reach (1-4.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from compensation.models import CommissionLine
from compensation.rules import commission_tier
from rulebook.money import ZERO
from rulebook.plan import Plan
from staff.careers.selectors_roster import Roster

Kind = CommissionLine.Kind
COMMISSION, ASSIST, ASSIST_BORNE = Kind.COMMISSION.value, Kind.ASSIST.value, Kind.ASSIST_BORNE.value


class Line(NamedTuple):
    """The columns of a commission line that differ from line to line, in the order they are written."""

    receipt: int
    employee: int
    kind: str
    base: Decimal
    rate: Decimal
    amount: Decimal
    article: str
    rank: str = ""
    net_sales: Decimal | None = None
    tier_floor: Decimal | None = None
    reversed_line: int | None = None
    ruling: int | None = None


class Rate(NamedTuple):
    """What a person's receipts pay this month: the rate, and what it was reached by."""

    rate: Decimal
    rank: str
    net_sales: Decimal
    tier_floor: Decimal


@dataclass(frozen=True)
class Rates:
    """The rates of people by their net credited sales of the month (CNY, by employee id)."""

    roster: Roster
    plan: Plan
    nets: Mapping[int, Decimal]
    _known: dict[int, Rate] = field(default_factory=dict)

    def with_nets(self, nets: Mapping[int, Decimal]) -> "Rates":
        """The rates with other people's nets as well."""
        return replace(self, nets={**self.nets, **nets}, _known={})

    def of(self, person: int) -> Rate:
        """By the rank held in the month, or last held by who left sales, and the tier that the month's net reaches."""
        known = self._known.get(person)
        if known is None:
            employee = self.roster.people[person]
            rank = self.plan.rank(employee.rank_in_month or employee.last_rank)
            net = self.nets.get(person, ZERO)
            tier = commission_tier(rank, net)
            known = self._known[person] = Rate(tier.rate, rank.code, net, tier.floor)
        return known
