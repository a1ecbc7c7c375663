"""One person's month: where, at which rank, with which sales."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from monthend.verify.amounts import NOTHING, tier_of
from monthend.verify.assessing import Career, Careers
from monthend.verify.staffing import Staffing, Stay
from rulebook.month import Month
from rulebook.plan import Plan, Rank, Tier


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """Somebody in post on at least one day of a month.

    `sales` are the net credited in the month; what corrections of earlier months `moved` counts for assessing alone.
    `rank` was held in the month by whoever was in sales on any day of it. `rating_rank` is in whose table receipts are
    rated: the same or, for who left sales before, the last one held. `career` is there in an assessed month: a full one
    in sales without protected absence.
    """

    person: str
    days: list[tuple[dt.date, Stay]]
    rank: Rank | None
    rating_rank: Rank | None
    career: Career | None
    sales: Decimal
    moved: Decimal

    @property
    def assessed_sales(self) -> Decimal:
        """What the assessment looks at."""
        return self.sales + self.moved

    @property
    def last_stay(self) -> Stay:
        """Where the person stood on the last day in post."""
        return self.days[-1][1]

    @property
    def branch(self) -> str:
        """The branch that pays."""
        return self.last_stay.department.branch

    @property
    def tier(self) -> Tier | None:
        """The tier that the net reaches in the table of the rank held that month (1-4.1)."""
        return (
            None if self.rating_rank is None else tier_of(self.rating_rank.commission_tiers, max(self.sales, NOTHING))
        )

    @property
    def on_threshold_wage(self) -> bool:
        """Whether a full month's net credited sales are below the rank's threshold (1-4.1).

        Reading: a month that isn't assessed for protected absence isn't one for the threshold wage either.
        """
        return self.career is not None and self.rank is not None and self.assessed_sales < self.rank.threshold_sales


def person_month(
    person: str,
    month: Month,
    sales: Decimal,
    moved: Decimal,
    staffing: Staffing,
    careers: Careers,
    plan: Plan,
    *,
    has_protected_absence: bool,
) -> PersonMonth | None:
    """One person's month; None for who has no day in post in it."""
    days = staffing.days_in_post(person, month)
    if not days:
        return None
    full_month = staffing.full_month_in_sales(person, month)
    last_in_sales = staffing.last_in_sales(person, month.last)
    rating_rank = None
    if last_in_sales is not None:
        day, stay = last_in_sales
        rating_rank = plan.rank(careers.of(person, stay).rank_on(day))
    rank = rating_rank if staffing.days_in_sales(person, month) else None
    career = careers.of(person, full_month) if full_month and not has_protected_absence else None
    return PersonMonth(person, days, rank, rating_rank, career, sales, moved)
