"""What a correction would do, told before it is done: the lines it moves, from what to what, and for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.decisions.effect import Sentence, digest_of
from compensation.corrections.rules import NOTHING, PayAndSales
from compensation.models import CommissionLine, Correction
from compensation.rulings.rules import SplitShare
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.plan import Rank
from rulebook.wording import amount_text, month_text
from staff.models import Employee


@dataclass(frozen=True, slots=True)
class ProposedAdjustment:
    """One adjustment to be: for whom, on which line, what it was before (CNY) and by how much it changes."""

    person: Employee
    line: CommissionLine | None
    before: PayAndSales
    change: PayAndSales


@dataclass(frozen=True, slots=True)
class BasePayLeft:
    """Base pay (CNY) of a person's locked month that stays `paid` by the sales `assessed` then, though the `right` ones
    would have earned `by_right`."""

    person: Employee
    month: Month
    rank: Rank
    assessed: Decimal
    right: Decimal
    paid: Decimal
    by_right: Decimal

    @property
    def owed(self) -> Decimal:
        """How much (CNY) too little was paid; 0 where it was too much, of which nothing is taken back."""
        return max(self.by_right - self.paid, ZERO)


@dataclass(frozen=True)
class CorrectionEffect:
    """All that a correction, not saved yet, would do in its month; `notes` tell what it leaves alone, and why, and
    `base_pay_left` whose base pay of a locked month. A ruling has `shares`, and the sales (CNY) that it moves to
    branches (ids) or away."""

    correction: Correction
    moves: Sequence[ProposedAdjustment]
    notes: Sequence[Sentence] = field(default_factory=list)
    base_pay_left: Sequence[BasePayLeft] = ()
    shares: Sequence[SplitShare] = ()
    branch_moves: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """What it costs the company in pay (CNY), or saves."""
        return sum((move.change.amount for move in self.moves), ZERO)

    @property
    def moved_sales(self) -> Decimal:
        """The credited sales (CNY) that people gain in all, or lose."""
        return sum((move.change.sales for move in self.moves), ZERO)

    @cached_property
    def per_person(self) -> Mapping[Employee, PayAndSales]:
        """What each person gets, or gives back, in all."""
        sums: dict[Employee, PayAndSales] = {}
        for move in self.moves:
            sums[move.person] = sums.get(move.person, NOTHING) + move.change
        return sums

    @property
    def sentence(self) -> str:
        """What will happen, in lines, yuan and people."""
        month = month_text(self.correction.month)
        if not self.moves:
            return _("Nothing is posted for anybody in %(month)s.") % {"month": month}
        people = len(self.per_person)
        return ngettext(
            "%(lines)d adjustments will be posted in %(month)s, %(total)s in all, for %(people)d person.",
            "%(lines)d adjustments will be posted in %(month)s, %(total)s in all, for %(people)d people.",
            people,
        ) % {"lines": len(self.moves), "month": month, "total": amount_text(self.total), "people": people}

    @property
    def consequences(self) -> list[str]:
        """What it changes beside people's pay: sales of branches, and who counts as the closer from then on."""
        correction = self.correction
        facts = {
            "month": month_text(correction.month),
            "sales": amount_text(correction.moved_sales),
            "branch": correction.to_branch.name if correction.to_branch else "",
            "before": correction.from_branch.name if correction.from_branch else "",
            "closer": correction.right_closer.name if correction.right_closer else "",
        }
        told = []
        if correction.right_closer is not None:
            told.append(_("1-4.1: from %(month)s on, cash and refunds of the contract are %(closer)s's.") % facts)
        if correction.from_branch_id is not None and correction.from_branch_id != correction.to_branch_id:
            told.append(
                _("1-4.1: they count for %(branch)s; its sales so far, %(sales)s, move there from %(before)s.") % facts
            )
        if correction.right_amount is not None:
            words = (
                _("1-7.2.1, 2-1.2, 2-2.2.1: %(sales)s is added to the sales of %(branch)s in %(month)s.")
                if correction.moved_sales >= 0
                else _("1-7.2.1, 2-1.2, 2-2.2.1: %(sales)s is taken off the sales of %(branch)s in %(month)s.")
            )
            told.append(words % {**facts, "sales": amount_text(abs(correction.moved_sales))})
        if any(move.change.sales for move in self.moves):
            told.append(
                _(
                    "1-4.1, 1-4.3.2: rates, tiers, base pay and ranks of the locked months stay as they were; the sales"
                    " moved count once, in assessment and base pay of %(month)s, not for its tier."
                )
                % facts
            )
        return told

    @property
    def digest(self) -> str:
        """A hash that differs whenever the effect does; what is confirmed must be what was shown."""
        fixed = ("kind", "month", "receipt_id", "wrong_amount", "right_amount", "contract_id", "wrong_closer_id")
        rest = ("right_closer_id", "from_branch_id", "to_branch_id", "moved_sales", "reference", "hold_id")
        about = [getattr(self.correction, name) for name in (*fixed, *rest)]
        left = [(one.person, one.month, one.right) for one in self.base_pay_left]
        return digest_of([about, self.moves, left, self.notes, self.shares, self.branch_moves])
