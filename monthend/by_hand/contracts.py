"""Contracts whose closer or assistant is another since the last month was handed over: changed, or deleted and entered
again under their number."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence
from access.history.hands import Hand
from access.models import Change
from clients.models import Contract
from compensation.models import CommissionLine
from monthend.by_hand.deeds import Deed, DeedKind
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import sentences_text
from staff.models import Employee

Kind = Change.Kind
CLOSERS = ("closer_id", "assistant_id")
"""What a change of is told; a contract's changes are labelled by its number."""


def closers_changed() -> Q:
    """Of the changes of contracts those of their closers, and the deletion and the entry of one that is there again."""
    again = Exists(Contract.objects.filter(number=OuterRef("label")))
    deleted = Change.objects.filter(model=OuterRef("model"), label=OuterRef("label"), kind=Kind.REMOVED)
    entered_again = Q(Exists(deleted.filter(pk__lt=OuterRef("pk"))), kind=Kind.ADDED)
    return Q(kind=Kind.CHANGED, after__has_any_keys=CLOSERS) | Q(again, kind=Kind.REMOVED) | entered_again


def other_closers(month: Month, changes: Sequence[Any]) -> Iterator[Deed]:
    """One deed for each contract, with what the new ones earn on it in the month; three queries where there are any."""
    if not changes:
        return
    was: dict[str, dict[str, int | None]] = {}
    latest: dict[str, Any] = {}
    deleted: dict[str, Any] = {}
    for change in changes:
        named = {name: change.before[name] for name in CLOSERS if name in (change.before or {})}
        was[change.label] = named | was.get(change.label, {})
        latest[change.label] = change
        if change.kind == Kind.REMOVED:
            deleted[change.label] = change
    contracts = Contract.objects.filter(number__in=was).select_related("closer", "assistant")
    people = Employee.objects.in_bulk({key for one in was.values() for key in one.values() if key is not None})
    lines = CommissionLine.objects.filter(month=month, receipt__contract__number__in=was).order_by()
    earned: dict[tuple[int, int], Decimal] = {
        (contract, person): amount
        for contract, person, amount in lines.values_list("receipt__contract", "employee").annotate(Sum("amount"))
    }
    for contract in contracts:
        now = {"closer_id": contract.closer, "assistant_id": contract.assistant}
        other = {
            name: (people.get(before) if before is not None else None, now[name])
            for name, before in was[contract.number].items()
            if before != getattr(contract, name)
        }
        if other:
            new = {person.pk for _before, person in other.values() if person is not None}
            amount = sum((earned.get((contract.pk, person), ZERO) for person in new), ZERO)
            told, hand = _sentence(contract, other, deleted.get(contract.number)), Hand.of(latest[contract.number])
            yield Deed(DeedKind.CONTRACT, contract, told, amount, hand, is_own=hand.is_one_of(new))


def _sentence(
    contract: Contract, other: dict[str, tuple[Employee | None, Employee | None]], deleted: Change | None
) -> Sentence:
    phrases = {
        "closer_id": _("Contract %(contract)s: closer %(was)s → %(now)s."),
        "assistant_id": _("Contract %(contract)s: assistant %(was)s → %(now)s."),
    }
    words = [
        phrases[name] % {"contract": contract, "was": was or "–", "now": now or "–"}
        for name, (was, now) in sorted(other.items(), reverse=True)
    ]
    if deleted is not None:
        words.append(_("Deleted by %(who)s, then entered again.") % {"who": Hand.of(deleted).text})
    return Sentence(sentences_text(words), "closers", other, deleted)
