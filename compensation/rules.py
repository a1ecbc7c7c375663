"""Credit, commission, base pay, support bonus and the payslip's sum (1-4.1, 1-6, 1-7), as pure functions."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from compensation.codes import Uncredited
from rulebook.articles import article
from rulebook.money import ZERO, round_fen, share_out
from rulebook.month import Month
from rulebook.plan import AfterLeavingSales, DayBasis, Rank, RatedByAttainment, Tier
from staff.assessment.rules import Stretch, earns_threshold_wage
from staff.targets.rules import BranchResult

MONTHLY_PAID_DAYS = Decimal("21.75")
_SATURDAY = 5


class PostPlace(Enum):
    """Where a person is on a day."""

    SALES = "sales"
    SUPPORT = "support"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Credited:
    """The person a receipt is credited to, or None with the reason."""

    person: int | None
    reason: Uncredited | None = None


@article("1-4.1", "1-6")
def credit_receipt(
    closer: int,
    closer_is: PostPlace,
    *,
    closer_was_in_sales: bool,
    owner_in_sales: int | None,
    after_leaving: AfterLeavingSales,
) -> Credited:
    """Credit a receipt to the contract's closer if in sales on its day, else as `after_leaving_sales` says.

    `owner_in_sales` is the client's owner on that day if in sales then; `closer_was_in_sales` tells whether the
    closer ever held a rank.
    """
    if closer_is is PostPlace.SALES:
        return Credited(closer)
    if after_leaving is AfterLeavingSales.OWNER:
        return Credited(owner_in_sales) if owner_in_sales else Credited(None, Uncredited.OWNER_OUTSIDE_SALES)
    if closer_is is PostPlace.GONE:
        return Credited(None, Uncredited.CLOSER_LEFT)
    if after_leaving is AfterLeavingSales.CLOSER and closer_was_in_sales:
        return Credited(closer)
    return Credited(None, Uncredited.CLOSER_OUTSIDE_SALES)


@article("3-1.3")
def credit_party(party: int, party_is: PostPlace, *, was_in_sales: bool, after_leaving: AfterLeavingSales) -> Credited:
    """Credit a party's part of a receipt as a closer's is; a part that is not credited to the party is nobody's."""
    stays = after_leaving is AfterLeavingSales.CLOSER and party_is is PostPlace.SUPPORT and was_in_sales
    if party_is is PostPlace.SALES or stays:
        return Credited(party)
    return Credited(None, Uncredited.CLOSER_LEFT if party_is is PostPlace.GONE else Uncredited.CLOSER_OUTSIDE_SALES)


@article("1-4.1")
def credit_refund(original_person: int | None, person_is: PostPlace) -> Credited:
    """Credit a refund to whoever the receipt it reverses was credited to, if still in post on its day."""
    if original_person is None:
        return Credited(None, Uncredited.ORIGINAL_UNCREDITED)
    if person_is is PostPlace.GONE:
        return Credited(None, Uncredited.CREDITED_PERSON_LEFT)
    return Credited(original_person)


@article("1-4.1")
def commission_tier(rank: Rank, net_sales: Decimal) -> Tier:
    """The tier of the rank's table that net credited sales of the month (CNY; below 0 counts as 0) reach."""
    tier = rank.commission_tiers.reached(max(net_sales, ZERO))
    if tier is None:
        raise ValueError(f"the commission tiers of {rank.code} don't start at 0")
    return tier


@article("1-4.1")
def commission(base: Decimal, rate: Decimal) -> Decimal:
    """A line's amount (CNY): base × rate, to the fen."""
    return round_fen(base * rate)


@article("1-6")
def assist_commission(developer_commission: Decimal, share: Decimal) -> Decimal:
    """The assistant's part (CNY) of the developer's line on an orphan client's deal."""
    return round_fen(developer_commission * share)


@dataclass(frozen=True, slots=True)
class Reversal:
    """A refund among those of its receipt: what was `received` (CNY, as it counts), and the refunds, less than 0, up to
    and with this one in order of posting month, day and number, credited or not.
    """

    received: Decimal
    refunds: Sequence[Decimal]

    @property
    def is_complete(self) -> bool:
        """Whether this refund brings the receipt to zero."""
        return self.received + sum(self.refunds, ZERO) == 0


@article("1-4.1")
def commission_taken_back(reversal: Reversal, rate: Decimal) -> Decimal:
    """What a refund takes back (CNY, less than 0) of its receipt's commission at the rate that paid it; what is left of
    it, if the refund brings the receipt to zero."""
    return _taken_back(reversal, lambda amount: commission(amount, rate))


@article("1-6")
def assist_taken_back(reversal: Reversal, rate: Decimal, share: Decimal) -> Decimal:
    """What it takes back of the assistant's share of that commission; `share` is less than 0 for who bears it."""
    return _taken_back(reversal, lambda amount: assist_commission(commission(amount, rate), share))


def _taken_back(reversal: Reversal, pays: Callable[[Decimal], Decimal]) -> Decimal:
    if not reversal.is_complete:
        return pays(reversal.refunds[-1])
    return ZERO - sum(map(pays, (reversal.received, *reversal.refunds[:-1])), ZERO)


@dataclass(frozen=True, slots=True)
class BasePay:
    """Base pay of one stretch: `salary` CNY per month × `days` / `days_in_month` = `amount`."""

    start: dt.date
    end: dt.date
    kind: str
    rank: str
    salary: Decimal
    days: Decimal
    days_in_month: Decimal
    amount: Decimal


@article("1-4.1")
def base_pay(
    month: Month,
    stretches: Sequence[Stretch],
    ranks: Sequence[Rank | None],
    basis: DayBasis,
    assessed_sales: Decimal | None,
) -> list[BasePay]:
    """Base pay of a person's stretches in the month; `ranks` runs along with them, None in support.

    `assessed_sales` are the net credited sales (CNY) of a full, assessed month, which may earn the threshold wage
    only; None when the month is not assessed. A part of a month pays by days, rounded per stretch.
    """
    is_whole = len(stretches) == 1 and stretches[0].days == month.days
    return [
        _whole_month(month, stretch, rank, assessed_sales) if is_whole else _part_of_month(month, stretch, rank, basis)
        for stretch, rank in zip(stretches, ranks, strict=True)
    ]


@article("1-4.1")
def full_month_pay(rank: Rank, assessed_sales: Decimal) -> Decimal:
    """Base pay (CNY) of a full, assessed month at a rank: the threshold wage below its threshold, else the salary."""
    return rank.threshold_wage if earns_threshold_wage(rank, assessed_sales) else rank.base_salary


def _whole_month(month: Month, stretch: Stretch, rank: Rank | None, assessed_sales: Decimal | None) -> BasePay:
    kind, salary = "base_salary", _monthly_salary(stretch, rank)
    if rank and assessed_sales is not None and earns_threshold_wage(rank, assessed_sales):
        kind, salary = "threshold_wage", full_month_pay(rank, assessed_sales)
    days = Decimal(month.days)
    return BasePay(stretch.start, stretch.end, kind, rank.code if rank else "", salary, days, days, salary)


def _part_of_month(month: Month, stretch: Stretch, rank: Rank | None, basis: DayBasis) -> BasePay:
    salary = _monthly_salary(stretch, rank)
    if basis is DayBasis.CALENDAR:
        days, days_in_month = Decimal(stretch.days), Decimal(month.days)
    else:
        days, days_in_month = min(Decimal(_weekdays(stretch)), MONTHLY_PAID_DAYS), MONTHLY_PAID_DAYS
    amount = round_fen(salary * days / days_in_month)
    code = rank.code if rank else ""
    return BasePay(stretch.start, stretch.end, "part_of_month", code, salary, days, days_in_month, amount)


def _monthly_salary(stretch: Stretch, rank: Rank | None) -> Decimal:
    if rank:
        return rank.base_salary
    if stretch.salary is None:
        raise ValueError("a stretch in support needs a base salary")
    return stretch.salary


def _weekdays(stretch: Stretch) -> int:
    days = (stretch.start + dt.timedelta(days=offset) for offset in range(stretch.days))
    return sum(day.weekday() < _SATURDAY for day in days)


@article("1-7.2.1", "1-7.2.4")
def support_bonus_tier(rule: RatedByAttainment, result: BranchResult) -> Tier | None:
    """The tier that attainment reaches, at or above its edge; None below the first: no support bonus."""
    return rule.tiers.reached_by_attainment(result.rated_sales(rule.scope), result.rated_target(rule.scope))


@article("1-7.2.1")
def support_pool(sales: Decimal, tier: Tier | None) -> Decimal:
    """The branch's pool (CNY): its own credited sales × the rate; nothing on negative sales."""
    return round_fen(max(sales, ZERO) * tier.rate) if tier else ZERO


@article("1-7.2.2", "1-7.2.3")
def share_support_pool(pool: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Each staff number's part (CNY) of the pool by weight; the parts sum to the pool exactly."""
    return share_out(pool, weights)


@dataclass(frozen=True, slots=True)
class Gross:
    """The end of a payslip (CNY): `carried` is the deficit for next month, zero or negative."""

    carried: Decimal
    gross: Decimal


@article("1-4.1")
def gross_pay(
    *,
    base: Decimal,
    commission: Decimal,
    assist: Decimal,
    brought: Decimal,
    adjustment: Decimal,
    support_bonus: Decimal,
) -> Gross:
    """Base pay + max(commission + assist + brought + adjustment, 0) + support bonus; a deficit never cuts base pay."""
    variable = commission + assist + brought + adjustment
    return Gross(carried=min(variable, ZERO), gross=base + max(variable, ZERO) + support_bonus)
