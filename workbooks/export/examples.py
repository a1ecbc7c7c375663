"""A few rows of each sheet as they might be: together one small company that can be imported as it stands."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

_HIRED, _JANUARY = dt.date(2025, 3, 1), "2026-01"

EXAMPLES: dict[str, Sequence[Sequence[Any]]] = {
    "branches": [["BJ", "北京分公司"], ["SH", "上海分公司"]],
    "departments": [
        ["BJ-X1", "业务一部", "BJ", "销售", None, "0001"],
        ["BJ-Z1", "综合部", "BJ", "后勤支持", "财务", None],
        ["SH-X1", "业务一部", "SH", "销售", None, None],
    ],
    "employees": [
        ["0001", "王新", "BJ-X1", "GW", "2025-06", _HIRED, None, None, None, None, "13800000001", None],
        ["0002", "李敏", "BJ-X1", "ZL", None, dt.date(2025, 9, 15), None, None, None, None, None, None],
        ["0003", "赵倩", "BJ-Z1", None, None, _HIRED, 4200, None, "工商银行", "6222000000000000004", None, None],
    ],
    "events": [
        ["0002", dt.date(2026, 3, 2), "调动", "SH-X1", None, None],
        ["0003", dt.date(2026, 4, 1), "离岗", None, None, None],
    ],
    "clients": [
        ["K001", "华达信企业", "0001", None, dt.date(2026, 1, 5), "是"],
        ["K002", "宏远贸易", None, "K001", dt.date(2026, 1, 6), None],
    ],
    "assignments": [["K002", dt.date(2026, 1, 8), "0002"]],
    "contracts": [
        ["HT-001", "K001", dt.date(2026, 1, 9), 60000, "0001", None],
        ["HT-002", "K002", dt.date(2026, 1, 20), 18000, "0002", "0003"],
    ],
    "receipts": [
        ["R-001", "HT-001", dt.date(2026, 1, 12), 30000, None],
        ["R-002", "HT-002", dt.date(2026, 1, 22), 18000, None],
        ["R-003", "HT-001", dt.date(2026, 1, 26), -2000, "R-001"],
    ],
    "targets": [[_JANUARY, "BJ", 100000], [_JANUARY, "SH", 80000]],
    "weights": [[_JANUARY, "0003", 1]],
    "claims": [["F-001", "BJ", "客户交往", dt.date(2026, 1, 15), 320.5, "拜访客户", "K001"]],
    "opening_states": [["0001", -150, "2025-12", 1, None], ["0002", None, None, None, "GW"]],
    "opening_sales": [["0001", "2025-12", 71000], ["0002", "2025-12", 24000]],
    "opening_lots": [["BJ", "公司活动", "2025-12", 1200]],
    "absences": [["0002", dt.date(2026, 2, 2), dt.date(2026, 2, 6), "病假"]],
}
