"""Contracts whose closer or assistant was changed since the last month was handed over."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence
from access.history.hands import Hand
from clients.models import Contract
from compensation.models import CommissionLine
from monthend.by_hand.deeds import Deed, DeedKind
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import sentences_text
from staff.models import Employee


def other_closers(month: Month, changes: Sequence[Any]) -> Iterator[Deed]:
    """One deed for each contract, with what the new ones earn on it in the month; three queries where there are any."""
    if not changes:
        return
    was: dict[int, dict[str, int | None]] = {}
    hands: dict[int, Hand] = {}
    for change in changes:
        named = {name: change.before[name] for name in Contract.EARNER_KEYS if name in change.before}
        was[change.row_id] = named | was.get(change.row_id, {})
        hands[change.row_id] = Hand.of(change)
    contracts = Contract.objects.select_related("closer", "assistant").in_bulk(was)
    people = Employee.objects.in_bulk({key for one in was.values() for key in one.values() if key is not None})
    lines = CommissionLine.objects.filter(month=month, receipt__contract__in=contracts).order_by()
    earned: dict[tuple[int, int], Decimal] = {
        (contract, person): amount
        for contract, person, amount in lines.values_list("receipt__contract", "employee").annotate(Sum("amount"))
    }
    for key, contract in contracts.items():
        now = {"closer_id": contract.closer, "assistant_id": contract.assistant}
        other = {
            name: (people.get(before) if before is not None else None, now[name])
            for name, before in was[key].items()
            if before != getattr(contract, name)
        }
        if other:
            new = {person.pk for _before, person in other.values() if person is not None}
            amount = sum((earned.get((key, person), ZERO) for person in new), ZERO)
            told, hand = _sentence(contract, other), hands[key]
            yield Deed(DeedKind.CONTRACT, contract, told, amount, hand, is_own=hand.is_one_of(new))


def _sentence(contract: Contract, other: dict[str, tuple[Employee | None, Employee | None]]) -> Sentence:
    phrases = {
        "closer_id": _("Contract %(contract)s: closer %(was)s → %(now)s."),
        "assistant_id": _("Contract %(contract)s: assistant %(was)s → %(now)s."),
    }
    words = [
        phrases[name] % {"contract": contract, "was": was or "–", "now": now or "–"}
        for name, (was, now) in sorted(other.items(), reverse=True)
    ]
    return Sentence(sentences_text(words), "closers", other)
