"""The month in which the demo is made, until yesterday: new clients, their contracts, and what they paid so far."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rulebook.month import Month

Rows = list[Sequence[Any]]

CLIENTS, CONTRACTS, RECEIPTS = 206, 241, 289
"""How many of them the workbook has: numbers go on from there."""
DEALS = (
    (1, 0, "00010", "金和企业207", "26800.00"),
    (1, 0, "00028", "盛达企业208", "16800.00"),
    (2, 0, "00020", "宏源企业209", "60000.00"),
    (3, 0, "00008", "恒利企业210", "88000.50"),
    (3, 4, "00015", "中创企业211", "120000.00"),
    (4, 0, "00033", "南信企业212", "29800.00"),
    (5, 0, "00007", "泰诚企业213", "40000.00"),
    (6, 0, "00027", "东业企业214", "144000.00"),
    (6, 9, "00021", "金信企业215", "9800.00"),
    (7, 0, "00018", "瑞和企业216", "9800.00"),
    (8, 0, "00010", "华远企业217", "12000.00"),
    (9, 0, "00002", "金源企业218", "16800.00"),
    (10, 0, "00036", "恒通企业219", "59999.99"),
    (11, 0, "00016", "盛信企业220", "40000.00"),
    (12, 0, "00031", "中利企业221", "29800.00"),
    (12, 5, "00009", "宏达企业222", "3980.00"),
    (13, 0, "00009", "盛利企业223", "3980.00"),
    (14, 0, "00022", "泰达企业224", "20000.00"),
    (15, 0, "00020", "南通企业225", "88000.50"),
    (16, 0, "00008", "泰业企业226", "60000.00"),
    (17, 0, "00035", "东诚企业227", "11999.99"),
    (18, 0, "00015", "华业企业228", "29800.00"),
    (19, 0, "00010", "瑞源企业229", "8400.00"),
    (20, 0, "00027", "金创企业230", "60000.00"),
    (20, 6, "00019", "恒达企业231", "16800.00"),
    (21, 0, "00003", "东远企业232", "9800.00"),
    (22, 0, "00006", "盛和企业233", "20000.00"),
    (23, 0, "00014", "南达企业234", "16800.00"),
    (24, 0, "00030", "中信企业235", "40000.00"),
    (25, 0, "00021", "宏诚企业236", "9800.00"),
    (26, 0, "00033", "南源企业237", "88000.50"),
    (27, 0, "00007", "泰通企业238", "16800.00"),
    (28, 0, "00017", "恒业企业239", "5333.33"),
    (29, 0, "00010", "宏远企业240", "16800.00"),
    (30, 0, "00028", "东和企业241", "3980.00"),
)
"""The day signed, how many days later it was paid, who closed it, the client's name, the amount.

Each day of a month something is paid.
"""
TARGETS = {"B01": "820000.00", "B02": "760000.00", "B03": "690000.00"}
WEIGHTS = {"00023": 2, "00024": 4, "00025": 6, "00026": 3, "00037": 5, "00038": 4, "00039": 7}
"""Of two branches: those of the first are left to its general manager, who has a log-in."""


def running_rows(month: Month, today: dt.date) -> Mapping[str, Rows]:
    """What the workbook's sheets get of the month; nothing is dated today or later."""
    return {
        "客户": list(_clients(month, today)),
        "合同": list(_contracts(month, today)),
        "到款": list(_receipts(month, today)),
        "目标": [(str(month), branch, Decimal(amount)) for branch, amount in TARGETS.items()],
        "支持奖金权重": [(str(month), person, weight) for person, weight in WEIGHTS.items()],
    }


def _clients(month: Month, today: dt.date) -> Iterator[Sequence[Any]]:
    for number, (signed, _wait, closer, name, _amount) in enumerate(DEALS, 1):
        if day := _passed(month, signed, today):
            yield (f"C{CLIENTS + number:06}", name, closer, None, day, None)


def _contracts(month: Month, today: dt.date) -> Iterator[Sequence[Any]]:
    for number, (signed, _wait, closer, _name, amount) in enumerate(DEALS, 1):
        if day := _passed(month, signed, today):
            client = f"C{CLIENTS + number:06}"
            yield (f"K{CONTRACTS + number:06}", client, day, Decimal(amount), closer, None)


def _receipts(month: Month, today: dt.date) -> Iterator[Sequence[Any]]:
    for number, (signed, wait, _closer, _name, amount) in enumerate(DEALS, 1):
        if day := _passed(month, signed + wait, today):
            yield (f"R{RECEIPTS + number:07}", f"K{CONTRACTS + number:06}", day, Decimal(amount), None)


def _passed(month: Month, number: int, today: dt.date) -> dt.date | None:
    """The day of the month with this number, if it has one and that is over."""
    day = month.first + dt.timedelta(number - 1)
    return day if day in month and day < today else None
