"""Which line of the bank's statement is which receipt: by amount, day and payer. Pure; keys are ids.

What is certain is told apart from what a person must decide. Amounts must agree to the fen: a transfer that came in
short by the bank's fee is another amount, and for a person to judge.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from clients.names import Likeness, likeness, plain_name, whole_name

SHORTEST_NUMBER = 4
"""Characters that a number must have to be recognised in free text."""


class Evidence(IntEnum):
    """What speaks for a line being a receipt, beside amount and day; the strongest is the highest."""

    OTHER_PAYER = 0
    NO_PAYER = 1
    CLOSE_PAYER = 2
    PART_OF_NAME = 3
    SAME_PAYER = 4
    NUMBER = 5


STRONG = Evidence.SAME_PAYER
"""The evidence from which a match needs nobody's decision if it is the only one.

A name that matches in part is none: it may well be another client's.
"""

_EVIDENCE = {
    Likeness.UNKNOWN: Evidence.NO_PAYER,
    Likeness.DIFFERENT: Evidence.OTHER_PAYER,
    Likeness.CLOSE: Evidence.CLOSE_PAYER,
    Likeness.PART: Evidence.PART_OF_NAME,
    Likeness.SAME: Evidence.SAME_PAYER,
}


@dataclass(frozen=True, slots=True)
class BankEntry:
    """A line of a statement (CNY, negative: money that went out)."""

    key: int
    day: dt.date
    amount: Decimal
    payer: str
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True)
class OurEntry:
    """A receipt or refund (CNY) with its contract's number and its client's name."""

    key: int
    day: dt.date
    amount: Decimal
    number: str
    contract: str
    client: str


@dataclass(frozen=True, slots=True)
class Match:
    """A line that can be a receipt; `days` lie between the two."""

    line: BankEntry
    receipt: OurEntry
    evidence: Evidence
    days: int


@dataclass(frozen=True, slots=True)
class Matching:
    """What is certain, and per line what it could be, the likeliest first."""

    certain: Sequence[Match]
    open: dict[int, Sequence[Match]]


def match(
    lines: Iterable[BankEntry],
    receipts: Iterable[OurEntry],
    *,
    days: int,
    rejected: frozenset[tuple[int, int]] = frozenset(),
) -> Matching:
    """Match lines with receipts of the same amount at most `days` apart; `rejected` pairs (line, receipt) never.

    A match is certain where the payer or a number speaks for it and nothing else competes. Equal sums of the same payer
    and client are paired in the order of their days, if there are as many on both sides.
    """
    possible = list(_possible(lines, receipts, days, rejected))
    certain = [
        found for group in _connected(one for one in possible if one.evidence >= STRONG) for found in _sure(group)
    ]
    taken_lines = {found.line.key for found in certain}
    taken_receipts = {found.receipt.key for found in certain}
    open_: dict[int, list[Match]] = defaultdict(list)
    for one in possible:
        if one.line.key not in taken_lines and one.receipt.key not in taken_receipts:
            open_[one.line.key].append(one)
    return Matching(
        certain=sorted(certain, key=lambda one: one.line.key),
        open={
            key: sorted(ones, key=lambda one: (-one.evidence, one.days, one.receipt.key)) for key, ones in open_.items()
        },
    )


def _possible(
    lines: Iterable[BankEntry], receipts: Iterable[OurEntry], days: int, rejected: frozenset[tuple[int, int]]
) -> Iterator[Match]:
    by_amount_and_day: dict[tuple[Decimal, dt.date], list[OurEntry]] = defaultdict(list)
    for receipt in receipts:
        by_amount_and_day[receipt.amount, receipt.day].append(receipt)
    for line in lines:
        for offset in range(-days, days + 1):
            for receipt in by_amount_and_day.get((line.amount, line.day + dt.timedelta(offset)), ()):
                if (line.key, receipt.key) not in rejected:
                    yield Match(line, receipt, _evidence(line, receipt), abs(offset))


def _evidence(line: BankEntry, receipt: OurEntry) -> Evidence:
    told = f"{line.purpose} {line.reference}"
    if any(_stands_in(number, told) for number in (receipt.number, receipt.contract)):
        return Evidence.NUMBER
    client, by_payer = plain_name(receipt.client), _by_payer(line.payer, receipt.client)
    if by_payer < Evidence.PART_OF_NAME and len(client) >= SHORTEST_NUMBER and client in plain_name(line.purpose):
        return Evidence.PART_OF_NAME
    return by_payer


def _by_payer(payer: str, client: str) -> Evidence:
    """What the payer's name speaks for; names that differ in the legal form alone can be two firms of a group."""
    alike = _EVIDENCE[likeness(plain_name(payer), plain_name(client))]
    return min(alike, Evidence.PART_OF_NAME) if whole_name(payer) != whole_name(client) else alike


def _stands_in(number: str, text: str) -> bool:
    """Whether a number stands in a text by itself, not as a part of a longer one."""
    if len(number) < SHORTEST_NUMBER:
        return False
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(number)}(?![0-9A-Za-z])", text) is not None


def _connected(matches: Iterable[Match]) -> Iterator[list[Match]]:
    """The matches in groups that share no line and no receipt with each other."""
    of_line: dict[int, list[Match]] = defaultdict(list)
    of_receipt: dict[int, list[Match]] = defaultdict(list)
    for one in matches:
        of_line[one.line.key].append(one)
        of_receipt[one.receipt.key].append(one)
    seen: set[int] = set()
    for start in of_line:
        if start in seen:
            continue
        seen.add(start)
        group, waiting = [], [start]
        while waiting:
            for one in of_line[waiting.pop()]:
                group.append(one)
                for other in of_receipt[one.receipt.key]:
                    if other.line.key not in seen:
                        seen.add(other.line.key)
                        waiting.append(other.line.key)
        yield group


def _sure(group: list[Match]) -> list[Match]:
    """The matches of a group that nobody needs to decide: its only one, or equal sums in the order of their days."""
    if len(group) == 1:
        return group
    lines = sorted({one.line.key: one.line for one in group}.values(), key=lambda line: (line.day, line.key))
    receipts = sorted({one.receipt.key: one.receipt for one in group}.values(), key=lambda one: (one.day, one.key))
    is_one_payer = len({whole_name(line.payer) for line in lines}) == 1
    is_one_client = len({whole_name(receipt.client) for receipt in receipts}) == 1
    if len(lines) != len(receipts) or not (is_one_payer and is_one_client):
        return []
    known = {(one.line.key, one.receipt.key): one for one in group}
    pairs = [known.get((line.key, receipt.key)) for line, receipt in zip(lines, receipts, strict=True)]
    return [pair for pair in pairs if pair] if None not in pairs else []
