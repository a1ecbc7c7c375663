"""The last twelve months as small bars: pay, sales, people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from access.pages.links import listed
from compensation.models import Payslip, SupportPool
from monthend.page.figures import Figures, change_text
from rulebook.month import Month
from rulebook.wording import amount_text, month_text, number_text


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: its number, what it stands for in words, where it leads, and how high it is (0–100)."""

    label: str
    words: str
    href: str
    height: int
    is_current: bool

    @property
    def top(self) -> int:
        """Where it begins, from above."""
        return 100 - self.height


@dataclass(frozen=True, slots=True)
class Trend:
    """A sum of the month beside that of the month before, with a bar for each of the last twelve."""

    name: str
    text: str
    href: str
    is_money: bool
    before: str
    change: str
    detail: str
    bars: Sequence[Bar]


def trends(figures: Figures, pages: Mapping[Month, str]) -> list[Trend]:
    """Gross pay, credited sales and people, as far as the months go back; `pages` are the months' addresses."""
    months = figures.months
    slips, pools = listed(Payslip, month=figures.month), listed(SupportPool, month=figures.month)
    people = {month: Decimal(figures.paid(month).people) for month in months}
    gross = {month: figures.paid(month).gross for month in months}
    sales = {month: figures.sales(month) for month in months}
    return [
        _trend(_("gross pay"), gross, figures.month, pages, href=slips, is_money=True),
        _trend(
            _("sales of the branches"),
            sales,
            figures.month,
            pages,
            href=pools,
            is_money=True,
            detail=_own_sales(figures),
        ),
        _trend(_("people"), people, figures.month, pages, href=slips, is_money=False),
    ]


def _own_sales(figures: Figures) -> str:
    """How much of the sales is credited to people, as lists of months tell it; the rest is the branches' alone."""
    own = amount_text(figures.paid(figures.month).sales)
    return _("own sales %(own)s, credited to people") % {"own": own}


def _trend(
    name: str,
    values: Mapping[Month, Decimal],
    current: Month,
    pages: Mapping[Month, str],
    *,
    href: str,
    is_money: bool,
    detail: str = "",
) -> Trend:
    said = amount_text if is_money else number_text
    highest = max([*values.values(), Decimal(1)])
    before = values.get(current - 1)
    now = values.get(current, Decimal(0))
    return Trend(
        name=name,
        text=said(now),
        href=href,
        is_money=is_money,
        before=said(before) if before is not None else "",
        change=change_text(now, before),
        detail=detail,
        bars=[
            Bar(
                label=str(month.number),
                words=f"{month_text(month)} {said(value)}",
                href=pages.get(month, ""),
                height=max(1, int(100 * value / highest)),
                is_current=month == current,
            )
            for month, value in values.items()
        ],
    )
