"""The payroll workbook's sheet on what changed since the month before of what people are paid by."""

from monthend.approval.selectors_since_last_month import Changed, changed_since_last_month
from rulebook.month import Month
from workbooks.export.layout import Columns, ReportSheet, mark, table, text

_COLUMNS: Columns[Month, Changed] = (
    (mark("月份", 9), lambda month, _one: str(month)),
    (text("工号", 9), lambda _month, one: one.person.number),
    (text("姓名", 10), lambda _month, one: one.person.name),
    (mark("变动", 16), lambda _month, one: str(one.what.value)),
    (text("原为", 30), lambda _month, one: one.was),
    (text("现为", 36), lambda _month, one: one.becomes),
    (text("录入", 24), lambda _month, one: one.entered.text if one.entered else ""),
    (text("第二人确认", 24), lambda _month, one: one.confirmed_text),
)


def changes_sheet(month: Month) -> ReportSheet:
    """Accounts, hires, departures, base pay and log-ins; accounts masked: the pay list alone has them whole."""
    return table("与上月变动", _COLUMNS, ((month, one) for one in changed_since_last_month(month)))
