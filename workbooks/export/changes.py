"""The payroll workbook's sheet on what changed since the month before of what people are paid by."""

from collections.abc import Iterator, Sequence

from monthend.since_last_month import changed_since_last_month
from rulebook.month import Month
from workbooks.export.layout import Sheet, Value, mark, text

_COLUMNS = (
    mark("月份", 9),
    text("工号", 9),
    text("姓名", 10),
    mark("变动", 16),
    text("原为", 30),
    text("现为", 36),
    text("录入", 24),
    text("第二人确认", 24),
)


def changes_sheet(month: Month) -> Sheet:
    """Accounts, hires, departures, base pay and log-ins; accounts masked: the pay list alone has them whole."""
    return Sheet("与上月变动", _COLUMNS, _rows(month))


def _rows(month: Month) -> Iterator[Sequence[Value]]:
    for one in changed_since_last_month(month):
        yield (
            str(month),
            one.person.number,
            one.person.name,
            str(one.what.value),
            one.was,
            one.becomes,
            one.entered.text if one.entered else "",
            one.confirmed_text,
        )
