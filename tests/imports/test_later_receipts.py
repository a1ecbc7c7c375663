"""A receipt of a month that has not begun is taken, and warned of at its place."""

import datetime as dt

import pytest
from django.utils import timezone

from rulebook.month import Month
from tests.imports.books import take_in
from tests.imports.company import change, company, row_number

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("later", "is_told"), [(0, False), (1, True), (60, True)])
def test_a_receipt_after_this_month_is_warned_of(later: int, is_told: bool) -> None:
    day = (Month.of(timezone.localdate()) + later).last
    sheets = change(company(), "到款", ("R2",), "到账日期", day.isoformat())
    outcome = take_in(sheets)
    assert outcome.imported, outcome.errors
    told = [(one.row, one.column) for one in outcome.warnings if "尚未开始" in one.reason]
    assert told == ([(row_number(sheets, "到款", "R2"), "到账日期")] if is_told else [])
    assert not [one for one in take_in(sheets).warnings if "尚未开始" in one.reason], "what stands is no change"


def test_receipts_of_months_gone_by_are_not() -> None:
    assert dt.date(2011, 6, 12) < timezone.localdate()
    assert not take_in(company()).warnings
