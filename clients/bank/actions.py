"""Writes of bank statements: kept, matched, paired and taken apart by hand. Receipts never change here."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.models import User
from access.refusals import Refused
from access.rights import Right, may
from clients.bank.selectors import matching_of, unpaired_receipts
from clients.bank.selectors_amounts import PresentAmounts
from clients.models import BankLine, BankPair, BankStatement, Receipt
from rulebook.wording import amount_text

MOST_LINES = 10_000
_TURN = 369_141
"""The advisory lock of whoever pairs: two would take the same receipt."""


class BankRefused(Refused):
    """What was asked of a bank statement can't be done; the message says why."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as read from a file (CNY; money that went out is negative)."""

    row: int
    day: dt.date
    amount: Decimal
    payer: str
    purpose: str
    reference: str


@action
def keep_statement(
    lines: Sequence[ReadLine], *, data: bytes, file_name: str, account: str, days: int, by: Actor
) -> BankStatement:
    """Keep a statement's lines, those that are new, and pair what is certain.

    BankRefused for a file that was uploaded before, or has no line that isn't there already.
    """
    user = _allowed(by)
    if len(lines) > MOST_LINES:
        raise BankRefused(_("More than %(count)d lines: upload a shorter span.") % {"count": MOST_LINES})
    sha256 = hashlib.sha256(data).hexdigest()
    _take_turn()
    _refuse_known_file(sha256)
    kept = _kept_lines(lines, account)
    known = _known_lines(lines, kept)
    if len(known) == len(lines):
        raise BankRefused(_("All lines of this file are there already, from other files."))
    statement = BankStatement.objects.create(
        file_name=file_name[-255:],
        sha256=sha256,
        account=account,
        days=days,
        first_day=min(line.day for line in lines),
        last_day=max(line.day for line in lines),
        known_lines=len(known),
        uploaded_at=timezone.now(),
        uploaded_by=user,
    )
    _tell_more(known, lines)
    new = [line for index, line in enumerate(lines) if index not in known]
    fingerprints = _fingerprints(new, account, {one.fingerprint for one in kept})
    BankLine.objects.bulk_create(
        BankLine(statement=statement, fingerprint=fingerprint, **_facts(line))
        for line, fingerprint in zip(new, fingerprints, strict=True)
    )
    _pair_certain(statement)
    return statement


@action
def match_again(statement: BankStatement, *, by: Actor) -> int:
    """Pair what became certain since, such as with receipts that were imported later; returns how many."""
    _allowed(by)
    _take_turn()
    return _pair_certain(statement)


@action
def pair_by_hand(line: BankLine, numbers: Collection[str], *, by: Actor) -> None:
    """Pair a line with the receipts of these numbers; else BankRefused says why.

    They must sum to it to the fen, by the amounts that they count with now.
    """
    user = _allowed(by)
    _take_turn()
    line.refresh_from_db()
    if line.pairs.filter(ended_at=None).exists():
        raise BankRefused(_("This line is paired already: take it apart first."))
    if line.set_aside_at:
        raise BankRefused(_("This line is set aside: take it back first."))
    receipts = list(Receipt.objects.filter(number__in=set(numbers)).order_by("number"))
    if missing := sorted(set(numbers) - {receipt.number for receipt in receipts}):
        raise BankRefused(_("There is no receipt %(number)s.") % {"number": missing[0]})
    taken = BankPair.objects.filter(receipt__in=receipts, ended_at=None).select_related("receipt").first()
    if taken:
        raise BankRefused(_("Receipt %(number)s is paired with another line.") % {"number": taken.receipt.number})
    total = PresentAmounts.read().total(receipts)
    if total != line.amount:
        facts = {"total": amount_text(total), "amount": amount_text(line.amount)}
        raise BankRefused(_("The receipts sum to %(total)s, the bank's line is %(amount)s.") % facts)
    now = timezone.now()
    BankPair.objects.bulk_create(
        BankPair(line=line, receipt=receipt, paired_at=now, paired_by=user) for receipt in receipts
    )


@action
def take_apart(line: BankLine, *, by: Actor) -> None:
    """End a line's pairs; the matching won't make them again."""
    user = _allowed(by)
    if not line.pairs.filter(ended_at=None).update(ended_at=timezone.now(), ended_by=user):
        raise BankRefused(_("This line is not paired."))


@action
def set_aside(line: BankLine, *, reason: str, by: Actor) -> None:
    """Say why a line is no client's money: nobody needs to look for its receipt any more."""
    user = _allowed(by)
    _take_turn()
    if not reason.strip():
        raise BankRefused(_("Say why it is no client's money."))
    if line.pairs.filter(ended_at=None).exists():
        raise BankRefused(_("This line is paired already: take it apart first."))
    line.set_aside_at, line.set_aside_by, line.set_aside_reason = timezone.now(), user, reason.strip()[:200]
    line.save(update_fields=["set_aside_at", "set_aside_by", "set_aside_reason"])


@action
def take_back(line: BankLine, *, by: Actor) -> None:
    """Look for the receipt of a line that was set aside after all."""
    _allowed(by)
    line.set_aside_at, line.set_aside_by, line.set_aside_reason = None, None, ""
    line.save(update_fields=["set_aside_at", "set_aside_by", "set_aside_reason"])


@action
def throw_statement_away(statement: BankStatement, *, by: Actor) -> None:
    """Forget a statement uploaded by mistake, while nobody has decided anything about its lines."""
    if by.user is None or not may(by.user, Right.DELETE, BankStatement):
        raise PermissionDenied
    _take_turn()
    if was_worked_on(statement):
        raise BankRefused(_("Lines of it were paired, taken apart or set aside by hand: it is kept."))
    statement.delete()


def was_worked_on(statement: BankStatement) -> bool:
    """Whether somebody decided about a line of the statement."""
    pairs = BankPair.objects.filter(line__statement=statement)
    by_hand = pairs.filter(paired_by__isnull=False) | pairs.filter(ended_at__isnull=False)
    return by_hand.exists() or statement.lines.filter(set_aside_at__isnull=False).exists()


def _allowed(by: Actor) -> User:
    if by.user is None or not may(by.user, Right.ADD, BankStatement):
        raise PermissionDenied
    return by.user


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _refuse_known_file(sha256: str) -> None:
    known = BankStatement.objects.filter(sha256=sha256).select_related("uploaded_by").first()
    if known:
        facts = {"user": known.uploaded_by, "day": timezone.localtime(known.uploaded_at).date().isoformat()}
        raise BankRefused(_("This very file was uploaded by %(user)s on %(day)s.") % facts)


def _pair_certain(statement: BankStatement) -> int:
    matching = matching_of(statement, unpaired_receipts(statement), PresentAmounts.read())
    now = timezone.now()
    pairs = [
        BankPair(line_id=one.line.key, receipt_id=one.receipt.key, evidence=int(one.evidence), paired_at=now)
        for one in matching.certain
    ]
    BankPair.objects.bulk_create(pairs)
    return len(pairs)


_TEXTS = ("payer", "purpose", "reference")


def _kept_lines(lines: Sequence[ReadLine], account: str) -> Sequence[BankLine]:
    """The lines of the account that other files told of these days."""
    days = {line.day for line in lines}
    kept = BankLine.objects.filter(statement__account=account, day__gte=min(days), day__lte=max(days))
    return list(kept.order_by("pk"))


def _known_lines(lines: Sequence[ReadLine], kept: Sequence[BankLine]) -> dict[int, BankLine]:
    """Those of the lines, by their place in the file, that are kept already, each with the one that it is.

    A kept line stands for one line of the file. Two are the same if the bank's own number says so; where one of them
    lacks it, if nothing that both tell differs: banks offer files with fewer and with more columns.
    """
    left: dict[tuple[dt.date, Decimal], list[BankLine]] = defaultdict(list)
    for one in kept:
        left[one.day, one.amount].append(one)
    known: dict[int, BankLine] = {}
    for is_same in (_tells_the_same, _bears_its_number, _may_be):
        for index, line in enumerate(lines):
            if index in known:
                continue
            candidates = left[line.day, line.amount]
            same = next((one for one in candidates if is_same(line, one)), None)
            if same:
                candidates.remove(same)
                known[index] = same
    return known


def _tells_the_same(line: ReadLine, kept: BankLine) -> bool:
    return all(getattr(line, name) == getattr(kept, name) for name in _TEXTS)


def _bears_its_number(line: ReadLine, kept: BankLine) -> bool:
    return bool(line.reference) and line.reference == kept.reference and _agree(line.payer, kept.payer)


def _may_be(line: ReadLine, kept: BankLine) -> bool:
    is_one_number = not line.reference or not kept.reference or line.reference == kept.reference
    return is_one_number and _agree(line.payer, kept.payer) and _agree(line.purpose, kept.purpose)


def _agree(one: str, other: str) -> bool:
    """Whether two texts of a line can be of the same one: one tells nothing, or is part of the other."""
    return one in other or other in one


def _tell_more(known: Mapping[int, BankLine], lines: Sequence[ReadLine]) -> None:
    """Add to lines that are kept what this file tells of them and those before it did not."""
    changed = []
    for index, kept in known.items():
        more = {name: getattr(lines[index], name) for name in _TEXTS if not getattr(kept, name)}
        if any(more.values()):
            for name, text in more.items():
                setattr(kept, name, text)
            changed.append(kept)
    BankLine.objects.bulk_update(changed, _TEXTS)


def _fingerprints(lines: Sequence[ReadLine], account: str, taken: set[str]) -> Iterator[str]:
    """What tells each new line apart; of lines that say the same each has its place among them."""
    for line in lines:
        said = (account, line.day.isoformat(), f"{line.amount:.2f}", line.payer, line.purpose, line.reference)
        places = (hashlib.sha256("\x1f".join((*said, str(place))).encode()).hexdigest() for place in count(1))
        fingerprint = next(one for one in places if one not in taken)
        taken.add(fingerprint)
        yield fingerprint


def _facts(line: ReadLine) -> dict[str, Any]:
    return {
        "row": line.row,
        "day": line.day,
        "amount": line.amount,
        "payer": line.payer,
        "purpose": line.purpose,
        "reference": line.reference,
    }
