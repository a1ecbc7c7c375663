"""Whole companies with the results they must give, to the fen: import, close, export, compare."""

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from salesorg.demo.book import COMPANY
from tests.monthend.payroll import Row, money, read_payroll
from tests.plans import PLAN

CASES = Path(__file__).parent.parent / "cases"
WORKBOOKS = {"calm": CASES / "calm.xlsx", "edges": COMPANY}
RANK_NAMES = {rank.code: rank.name for rank in PLAN.ranks}
YES = {True: "是", False: "否"}

Expected = dict[str, Any]


@pytest.fixture(params=["calm", "edges"])
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.django_db
@pytest.mark.article(
    "1-4.1", "1-4.3.1", "1-4.3.2", "1-4.3.3", "1-4.3.4", "1-4.3.5", "1-6", "1-7.2.1", "2-1.2", "2-2.2.1"
)
def test_every_value_of_the_company_equals_the_expected_one(case: str, tmp_path: Path) -> None:
    call_command("import_workbook", str(WORKBOOKS[case]), stdout=io.StringIO())
    branches = _branch_names(WORKBOOKS[case])
    for month in json.loads((CASES / f"{case}.expected.json").read_text()):
        file = tmp_path / f"{month['month']}.xlsx"
        call_command("close_month", month["month"], "--lock", stdout=io.StringIO())
        call_command("export_payroll", month["month"], f"--output={file}", stdout=io.StringIO())
        sheets = read_payroll(file)
        assert _slips(sheets["工资表"]) == _expected_slips(month, branches)
        assert _lines(sheets["提成明细"]) == _expected_lines(month)
        assert _assessments(sheets["职级考核"]) == _expected_assessments(month)
        assert _pools(sheets["支持奖金"]) == _expected_pools(month, branches)
        assert _funds(sheets["活动基金"]) == _expected_funds(month, branches)
        assert _claims(sheets["基金支出"]) == sorted((number, status) for number, status in month["claims"])


def _branch_names(workbook: Path) -> dict[str, str]:
    rows = load_workbook(workbook)["分公司"].iter_rows(min_row=2, values_only=True)
    return {str(code): str(name) for code, name in rows}


def _slips(rows: list[Row]) -> dict[str, tuple[Any, ...]]:
    amounts = ("个人业绩", "基本工资", "提成", "协助提成", "上月结转", "结转下月", "支持奖金", "应发合计")
    return {
        row["工号"]: (
            row["姓名"],
            row["分公司"],
            row["职级"] or None,
            row["临界工资"],
            *(money(row[name]) for name in amounts),
        )
        for row in rows
    }


def _expected_slips(month: Expected, branches: dict[str, str]) -> dict[str, tuple[Any, ...]]:
    amounts = ("sales", "base", "commission", "assist", "brought", "carried", "support", "gross")
    return {
        number: (
            slip["name"],
            branches[slip["branch"]],
            RANK_NAMES.get(slip["rank"]),
            YES[slip["threshold"]],
            *(slip[name] for name in amounts),
        )
        for number, slip in month["slips"].items()
    }


def _lines(rows: list[Row]) -> list[tuple[Any, ...]]:
    return sorted(
        (row["工号"], row["流水号"], row["类型"], money(row["基数"]), Decimal(str(row["比例"])), money(row["金额"]))
        for row in rows
    )


def _expected_lines(month: Expected) -> list[tuple[Any, ...]]:
    return sorted(
        (line["person"], line["receipt"], line["kind"], line["base"], Decimal(line["rate"]), line["amount"])
        for line in month["lines"]
    )


def _assessments(rows: list[Row]) -> dict[str, tuple[Any, ...]]:
    return {
        row["工号"]: (
            row["当前职级"],
            money(row["业绩"]),
            row["考核周期"],
            money(row["周期业绩"]),
            row["结论"],
            row["次月职级"],
            row["临界连续月数"],
            row["解除审核"],
            row["总经理关注"],
        )
        for row in rows
    }


def _expected_assessments(month: Expected) -> dict[str, tuple[Any, ...]]:
    return {
        number: (
            RANK_NAMES[row["rank"]],
            row["sales"],
            f"{row['cycle']}/{PLAN.assessment.demotion_cycle_months}",
            row["cycle_sales"],
            row["outcome"],
            RANK_NAMES[row["next"]],
            row["streak"],
            YES[row["review"]],
            YES[row["gm"]],
        )
        for number, row in month["assessments"].items()
    }


def _pools(rows: list[Row]) -> dict[str, tuple[Any, ...]]:
    return {
        row["分公司"]: (money(row["业绩"]), money(row["目标"]), Decimal(str(row["比例"])), money(row["奖金池"]))
        for row in rows
    }


def _expected_pools(month: Expected, branches: dict[str, str]) -> dict[str, tuple[Any, ...]]:
    return {
        branches[code]: (row["sales"], row["target"], Decimal(row["rate"]), row["pool"])
        for code, row in month["support"].items()
    }


def _funds(rows: list[Row]) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (row["分公司"], row["基金"]): tuple(money(row[name]) for name in ("计提", "支出", "过期", "余额"))
        for row in rows
    }


def _expected_funds(month: Expected, branches: dict[str, str]) -> dict[tuple[str, str], tuple[str, ...]]:
    expected = {}
    for key, row in month["funds"].items():
        code, fund = key.split("|")
        expected[branches[code], fund] = tuple(row[name] for name in ("accrued", "spent", "expired", "balance"))
    return expected


def _claims(rows: list[Row]) -> list[tuple[str, str]]:
    """Status and the reason's first words, as `拒绝:余额不足`."""
    return sorted(
        (row["单号"], "已入账" if row["状态"] == "已入账" else f"拒绝:{row['原因'][: row['原因'].index('：')]}")
        for row in rows
    )
