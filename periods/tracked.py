"""How amounts, shares, months and ranks read in the history of records."""

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField

from access.history.reading import named_by, reads_as
from periods.fields import Money, MonthField, Share
from periods.pages import RANKS
from rulebook.month import Month
from rulebook.selectors import rank_names
from rulebook.wording import amount_text, month_text, number_text, share_text


def _exact(value: Any) -> Decimal:
    return Decimal(str(value))


reads_as(Money, lambda value: amount_text(_exact(value)))
reads_as(Share, lambda value: share_text(_exact(value)))
reads_as(DecimalField, lambda value: number_text(_exact(value)))
reads_as(MonthField, lambda value: month_text(Month.parse(str(value)[:7])))
named_by(rank_names, RANKS)
