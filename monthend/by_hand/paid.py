"""Corrections and other pay booked into a month: whom they pay how much, why, and by whom."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence
from access.history.hands import Hand
from compensation.corrections.selectors import whom_it_concerns
from compensation.explain import explain_correction
from compensation.models import Adjustment, Correction
from monthend.approval.selectors import NAMED_BY
from monthend.by_hand.deeds import Deed, DeedKind, Sharers
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import sentences_text, signed_text
from staff.models import Employee

_NAMED = ("receipt__contract", "contract", "wrong_closer", "right_closer", "to_branch", f"made_by__{NAMED_BY}")


def paid_otherwise(month: Month, sharers: Sharers) -> Iterator[Deed]:
    """One deed for each correction of the month; two queries, one where there are none."""
    adjustments = Prefetch("adjustments", Adjustment.objects.select_related("employee").order_by("employee__number"))
    rows = Correction.objects.filter(month=month).select_related(*_NAMED).prefetch_related(adjustments)
    for row in rows.order_by("number"):
        paid: dict[Employee, Decimal] = {}
        for one in row.adjustments.all():
            paid[one.employee] = paid.get(one.employee, ZERO) + one.amount
        amount = sum(paid.values(), ZERO) or row.moved_sales
        hand = Hand(row.made_by, row.made_at)
        concerned = whom_it_concerns(row, [person.pk for person in paid]) | sharers.get(row.to_branch_id, frozenset())
        yield Deed(DeedKind.PAID, row, _sentence(row, paid), amount, hand, row.reason, is_own=hand.is_one_of(concerned))


def _sentence(row: Correction, paid: Mapping[Employee, Decimal]) -> Sentence:
    """Whom it pays how much, what was wrong, and what sales of a branch it moves."""
    words = [explain_correction(row) + _(".")]
    if any(paid.values()):
        people = (f"{person} {signed_text(amount)}" for person, amount in paid.items() if amount)
        words.insert(0, _("%(people)s.") % {"people": _("; ").join(people)})
    if row.moved_sales and row.to_branch:
        facts = {"branch": row.to_branch, "sales": signed_text(row.moved_sales)}
        words.append(_("Sales of %(branch)s: %(sales)s.") % facts)
    about = (row.receipt, row.contract, row.right_amount, row.right_closer, row.to_branch, row.moved_sales)
    return Sentence(sentences_text(words), row.kind, paid, *about)
