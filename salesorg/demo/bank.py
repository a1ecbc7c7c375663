"""A month at the demo company's bank: most receipts under their payers' names, and what finance has to decide."""

import datetime as dt
from decimal import Decimal

from access.actor import Actor
from access.models import User
from clients.bank.actions import ReadLine, keep_statement
from clients.bank.selectors_amounts import PresentAmounts
from clients.models import BankStatement, Receipt
from rulebook.month import Month
from salesorg.demo.months import day_of

OTHER_PAYER, NO_PAYER, MISSING = 3, 7, 11
"""Which receipts, counted from the first: another pays, the bank tells no payer, it didn't arrive."""
BESIDE = (
    (21, "342.18", "", "结息"),
    (5, "-36000.00", "北京中关村物业管理有限公司", "房租"),
    (30, "15000.00", "北京远景文化传播有限公司", "咨询费"),
)
"""Lines beside the receipts: day of the month, amount, other party, purpose."""


def reconcile_bank(month: Month) -> BankStatement:
    """Finance uploads the bank's statement of a month."""
    receipts = Receipt.objects.filter(received_on__gte=month.first, received_on__lte=month.last)
    present = PresentAmounts.read()
    lines: list[ReadLine] = []
    for position, receipt in enumerate(receipts.select_related("contract__client").order_by("received_on", "number")):
        if position != MISSING:
            payer = {OTHER_PAYER: "李建军", NO_PAYER: ""}.get(position, receipt.contract.client.name)
            lines.append(_line(len(lines), receipt.received_on, present.of(receipt), payer, "服务费"))
    for number, amount, payer, purpose in BESIDE:
        lines.append(_line(len(lines), day_of(month, number), Decimal(amount), payer, purpose))
    by = Actor(User.objects.get(username="finance"))
    data, name = f"{month} of the demo company".encode(), f"工行流水 {month}.xlsx"
    return keep_statement(lines, data=data, file_name=name, account="工行基本户", days=3, by=by)


def _line(position: int, day: dt.date, amount: Decimal, payer: str, purpose: str) -> ReadLine:
    return ReadLine(position + 2, day, amount, payer, purpose, f"{day:%Y%m%d}{position:06}")
