"""A made-up company of a wanted size, written by COPY: the same for the same sizes."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from clients.codes import Orphan
from clients.models import Client, Contract, Receipt
from compensation.models import Hold, SupportWeight
from periods.copying import copy_rows
from rulebook.month import Month
from staff.models import Branch, Department, Employee, PersonnelEvent, Post, RankHolding, Target

MONTH = Month(2011, 4)
SIGNED_ON = dt.date(2011, 3, 20)
HIRED_ON = dt.date(2010, 1, 1)
RANKS = ("ZL", "GW", "GJ", "ZS", "SX")
SHARE_IN_SUPPORT = 0.1
SHARE_OF_ORPHANS = 0.05
SHARE_REFUNDED = 0.03


@dataclass(frozen=True, slots=True)
class Size:
    """How large a company is; `receipts` are those of the month, `disputes` as many of their contracts are held by."""

    people: int
    receipts: int
    branches: int
    disputes: int = 0


def build(size: Size) -> None:
    """Write the company: every receipt has a contract and a client of its own, some are refunded within the month."""
    chance = random.Random(20110401)  # noqa: S311 - the same company each time, nothing secret
    people = [_Person(number, size, chance) for number in range(1, size.people + 1)]
    sellers = [person for person in people if person.in_sales]
    _write_places(size)
    _write_people(people)
    _write_deals(size, sellers, people, chance)
    copy_rows(Target, ("month", "branch", "amount"), ((MONTH, branch, _target(size)) for branch in _branches(size)))


class _Person:
    """One employee: every tenth of a branch is in support."""

    def __init__(self, number: int, size: Size, chance: random.Random) -> None:
        self.id = number
        self.branch = number % size.branches + 1
        self.in_sales = number // size.branches % round(1 / SHARE_IN_SUPPORT) != 0
        self.department = self.branch * 2 - (1 if self.in_sales else 0)
        self.rank = chance.choice(RANKS) if self.in_sales else ""
        self.salary = None if self.in_sales else Decimal(2500)


def _branches(size: Size) -> range:
    return range(1, size.branches + 1)


def _target(size: Size) -> Decimal:
    return Decimal(5500) * size.receipts / size.branches


def _write_places(size: Size) -> None:
    copy_rows(Branch, ("id", "code", "name"), ((pk, f"B{pk:03}", f"分公司{pk}") for pk in _branches(size)))
    departments = (
        (branch * 2 - 1 + offset, f"D{branch:03}-{system}", f"部门{branch}", branch, system, "", None)
        for branch in _branches(size)
        for offset, system in enumerate((Department.System.SALES, Department.System.SUPPORT))
    )
    copy_rows(Department, ("id", "code", "name", "branch", "system", "function", "manager"), departments)


def _write_people(people: list[_Person]) -> None:
    fields = ("id", "number", "name", "hired_on", "id_number", "bank_name", "bank_account", "phone", "email")
    copy_rows(
        Employee,
        fields,
        ((p.id, f"{p.id:06}", f"员工{p.id}", HIRED_ON, "", "招商银行", f"6225{p.id:012}", "", "") for p in people),
    )
    copy_rows(
        PersonnelEvent,
        ("employee", "date", "kind", "new_department", "new_rank", "new_base_salary"),
        ((p.id, HIRED_ON, PersonnelEvent.Kind.HIRED, p.department, p.rank, p.salary) for p in people),
    )
    copy_rows(
        Post,
        ("employee", "department", "start", "end", "base_salary"),
        ((p.id, p.department, HIRED_ON, None, p.salary) for p in people),
    )
    sellers = [p for p in people if p.in_sales]
    copy_rows(RankHolding, ("employee", "rank", "start", "end"), ((p.id, p.rank, HIRED_ON, None) for p in sellers))
    weights = ((MONTH, p.id, Decimal(p.id % 7 + 1), "") for p in people if not p.in_sales)
    copy_rows(SupportWeight, ("month", "employee", "weight", "reason"), weights)


def _write_deals(size: Size, sellers: list[_Person], people: list[_Person], chance: random.Random) -> None:
    deals = [_Deal(number, sellers, people, chance) for number in range(1, size.receipts + 1)]
    copy_rows(
        Client,
        ("id", "number", "name", "registered_owner", "referred_by", "registered_on", "is_strategic", "phone"),
        ((d.id, f"C{d.id:07}", f"客户{d.id}", d.owner, None, SIGNED_ON, False, "") for d in deals if not d.original),
    )
    copy_rows(
        Contract,
        ("id", "number", "client", "signed_on", "amount", "closer", "assistant", "branch", "orphan_kind"),
        (
            (d.id, f"K{d.id:07}", d.id, SIGNED_ON, d.amount, d.closer.id, d.assistant, d.closer.branch, d.orphan_kind)
            for d in deals
            if not d.original
        ),
    )
    copy_rows(Receipt, ("id", "number", "contract", "received_on", "posted_in", "amount", "reverses"), _receipts(deals))
    contracts = [deal.id for deal in deals if not deal.original]
    disputed = contracts[:: max(len(contracts) // max(size.disputes, 1), 1)][: size.disputes]
    holds = ((contract, MONTH, f"Z{number:06}", timezone.now()) for number, contract in enumerate(disputed))
    copy_rows(Hold, ("contract", "since", "reference", "made_at"), holds)


class _Deal:
    """One receipt of the month; a refund reverses the receipt before it."""

    def __init__(self, number: int, sellers: list[_Person], people: list[_Person], chance: random.Random) -> None:
        self.id = number
        is_refund = number > 1 and chance.random() < SHARE_REFUNDED and number % 2 == 0
        self.original = number - 1 if is_refund else None
        self.closer = chance.choice(sellers)
        self.orphan_kind = Orphan.NO_OWNER if chance.random() < SHARE_OF_ORPHANS else None
        self.owner = None if self.orphan_kind else self.closer.id
        helper = chance.choice(people)
        self.assistant = helper.id if self.orphan_kind and helper is not self.closer else None
        self.amount = Decimal(chance.randrange(10_000, 1_000_000)) / 100
        self.day = chance.randrange(MONTH.days - 1)


def _receipts(deals: list[_Deal]) -> Iterator[tuple[object, ...]]:
    before: _Deal | None = None
    for deal in deals:
        if deal.original and before:
            yield deal.id, f"R{deal.id:08}", before.id, MONTH.last, MONTH, -before.amount, before.id
        else:
            day = MONTH.first + dt.timedelta(days=deal.day)
            yield deal.id, f"R{deal.id:08}", deal.id, day, MONTH, deal.amount, None
        before = deal
