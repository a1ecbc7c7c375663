"""The page of a year's targets: the company's, broken down to the branches' months, beside what was sold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Sum
from django.utils.translation import gettext as _

from access.models import User
from access.reach import within_reach
from access.rights import Right, may
from compensation.models import SupportPool
from people.targets.shown import ShownForm
from periods.forms import AmountField
from periods.selectors import last_locked_month
from rulebook.money import ZERO, share_out
from rulebook.month import Month
from rulebook.wording import amount_text, attainment_text
from staff.models import Branch, Target, YearTarget
from staff.targets.actions import YearTable, left_text

LEAST = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Square:
    """A branch's month: its field, or the target as it stands, and how much of it was reached."""

    month: Month
    field: forms.BoundField | None
    text: str
    reached: str
    href: str


@dataclass(frozen=True, slots=True)
class BranchYear:
    """A branch's year."""

    branch: Branch
    squares: Sequence[Square]
    total: str
    reached: str


class YearForm(ShownForm):
    """The year's target, and one field for each branch's month that is not locked."""

    total = AmountField(required=False, min_value=LEAST)

    def __init__(self, data: Any = None, *, year: "Year") -> None:
        super().__init__(data, saved=year.saved())
        self.year = year
        self.fields["total"].label = _("target of the year")
        for branch, month in year.open_squares():
            words = {"branch": branch.name, "month": month.number}
            self.fields[square_name(branch.pk, month)] = AmountField(
                required=False, min_value=LEAST, label=_("%(branch)s, month %(month)s") % words
            )

    @property
    def table(self) -> YearTable:
        """The year's targets as a valid form wants them, locked months' as they stand."""
        wanted: dict[tuple[int, Month], Decimal | None] = dict(self.year.locked_targets())
        for branch, month in self.year.open_squares():
            wanted[branch.pk, month] = self.cleaned_data[square_name(branch.pk, month)]
        return YearTable(self.cleaned_data["total"], wanted)

    @property
    def shown_table(self) -> YearTable:
        """The year's targets as a valid form's page showed them."""
        was = self.was_shown
        squares = [(branch.pk, month) for branch in self.year.branches for month in self.year.months]
        return YearTable(was.get("total"), {key: was.get(square_name(*key)) for key in squares})

    def give_out(self) -> None:
        """Fill the empty months with what is left of the year's target, by what the branches sold in a year."""
        wanted = self.table
        empty = {
            square_name(*key): self.year.weights.get(key[0], ZERO)
            for key, amount in wanted.targets.items()
            if not amount
        }
        left = (wanted.total or ZERO) - sum(wanted.given.values(), ZERO)
        if not empty or left <= 0:
            self.add_error(None, _("There is nothing to give out: enter the year's target, and leave months empty."))
            return
        weights = empty if any(empty.values()) else dict.fromkeys(empty, Decimal(1))
        parts = {name: amount_text(part) for name, part in share_out(left, weights).items() if part}
        self.data = {**dict(self.data.items()), **parts}


@dataclass(frozen=True, slots=True)
class Year:
    """A year's targets within a viewer's reach, and what was sold; amounts in CNY, keyed by branch id and month."""

    number: int
    branches: Sequence[Branch]
    targets: Mapping[tuple[int, Month], Target]
    sales: Mapping[tuple[int, Month], Decimal]
    total: Decimal | None
    last_locked: Month | None
    weights: Mapping[int, Decimal]

    @property
    def months(self) -> list[Month]:
        """January to December."""
        return [Month(self.number, number) for number in range(1, 13)]

    def is_locked(self, month: Month) -> bool:
        """Whether the month's targets stand."""
        return self.last_locked is not None and month <= self.last_locked

    def open_squares(self) -> Iterator[tuple[Branch, Month]]:
        """The branches' months that may be changed."""
        return ((branch, month) for branch in self.branches for month in self.months if not self.is_locked(month))

    def locked_targets(self) -> dict[tuple[int, Month], Decimal]:
        """The targets of locked months."""
        return {key: target.amount for key, target in self.targets.items() if self.is_locked(key[1])}

    def saved(self) -> dict[str, Decimal]:
        """What is saved, by the names of the form's fields."""
        shown = {square_name(*key): target.amount for key, target in self.targets.items()}
        return shown | ({"total": self.total} if self.total else {})

    @property
    def total_text(self) -> str:
        """The year's target, for who only reads it."""
        return amount_text(self.total)

    @property
    def given_text(self) -> str:
        """What the months add up to."""
        return amount_text(sum((target.amount for target in self.targets.values()), ZERO))

    @property
    def left(self) -> str:
        """How far the months are from the year's target, in words; empty where they fit or there is none."""
        given = sum((target.amount for target in self.targets.values()), ZERO)
        return left_text(self.total - given) if self.total is not None and self.total != given else ""


def square_name(branch: int, month: Month) -> str:
    """What the field of a branch's month is called."""
    return f"b{branch}-{month}"


def read_year(number: int, viewer: User) -> Year:
    """Read a year in a fixed number of queries; the company's target for who sees it."""
    span = {"month__gte": Month(number, 1), "month__lte": Month(number, 12)}
    targets = within_reach(viewer, Target.objects.filter(**span))
    pools = within_reach(viewer, SupportPool.objects.filter(**span)).order_by()
    total = within_reach(viewer, YearTarget.objects.filter(year=number)) if may(viewer, Right.VIEW, YearTarget) else ()
    before = SupportPool.objects.filter(month__lte=Month(number, 12), month__gt=Month(number, 12) - 24).order_by()
    weights = before.values_list("branch").annotate(Sum("sales"))
    return Year(
        number=number,
        branches=list(within_reach(viewer, Branch.objects.all())),
        targets={(row.branch_id, row.month): row for row in targets},
        sales={(branch, month): sales for branch, month, sales in pools.values_list("branch", "month", "sales")},
        total=next((row.amount for row in total), None),
        last_locked=last_locked_month(),
        weights={branch: max(sales, ZERO) for branch, sales in weights},
    )


def lines_of(year: Year, form: YearForm | None, addresses: Mapping[int, str]) -> list[BranchYear]:
    """The rows of the page; `form` is None for who only reads, `addresses` lead to the targets' pages by their id."""
    return [_line(year, branch, form, addresses) for branch in year.branches]


def _line(year: Year, branch: Branch, form: YearForm | None, addresses: Mapping[int, str]) -> BranchYear:
    squares = []
    for month in year.months:
        target = year.targets.get((branch.pk, month))
        sold = year.sales.get((branch.pk, month))
        name = square_name(branch.pk, month)
        squares.append(
            Square(
                month=month,
                field=form[name] if form and name in form.fields else None,
                text=amount_text(target.amount if target else None),
                reached=attainment_text(sold, target.amount) if target and sold is not None else "",
                href=addresses.get(target.pk, "") if target else "",
            )
        )
    given = sum((target.amount for key, target in year.targets.items() if key[0] == branch.pk), ZERO)
    rated = [key for key in year.sales if key[0] == branch.pk and key in year.targets]
    sold_of, target_of = (
        sum((year.sales[key] for key in rated), ZERO),
        sum((year.targets[key].amount for key in rated), ZERO),
    )
    return BranchYear(branch, squares, amount_text(given), attainment_text(sold_of, target_of) if target_of else "")
