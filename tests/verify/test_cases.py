"""The recomputation gives what the two example companies must give, to the fen, read past importer and database."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from monthend.verify.commissions import ASSIST_BORNE
from monthend.verify.facts import FundName
from monthend.verify.recompute import recompute
from monthend.verify.results import MonthResults
from rulebook.month import Month
from tests.plans import PLAN
from tests.verify.facts_of_workbook import read_facts

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
WORKBOOKS = {"calm": CASES / "calm.xlsx", "edges": ROOT / "salesorg" / "demo" / "company.xlsx"}

OUTCOMES = {"kept": "维持", "promoted": "晋升", "demoted": "降级", "reinstated": "复级"}
KINDS = {"commission": "提成", "assist": "协助提成"}
DECISIONS = {"posted": "已入账", "insufficient": "拒绝:余额不足", "major_client": "拒绝:大客户"}
FUNDS = {FundName.CLIENT_RELATIONS: "客户交往", FundName.COMPANY_ACTIVITY: "公司活动"}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_an_example_company_gives_what_it_must(name: str) -> None:
    expected = json.loads((CASES / f"{name}.expected.json").read_text(encoding="utf-8"))
    facts = read_facts(WORKBOOKS[name], (PLAN,))
    months = list(recompute(facts, Month.parse(expected[-1]["month"])))
    balances: dict[tuple[str, str], Decimal] = {}
    assert [str(results.month) for results in months] == [month["month"] for month in expected]
    for results, wanted in zip(months, expected, strict=True):
        assert _slips(results) == {person: _slip(slip) for person, slip in wanted["slips"].items()}
        assert _assessments(results) == _numbers(wanted["assessments"])
        assert _lines(results) == sorted((_numbers(line) for line in wanted["lines"]), key=_order)
        assert _support(results) == _numbers(wanted["support"])
        assert _funds(results, balances) == _numbers(wanted["funds"])
        assert _claims(results) == sorted(wanted["claims"])


def _slips(results: MonthResults) -> dict[str, Any]:
    return {
        person: {
            "branch": slip.branch,
            "rank": slip.rank or None,
            "sales": slip.sales,
            "base": slip.base_pay,
            "threshold": slip.on_threshold_wage,
            "commission": slip.commission,
            "assist": slip.assist,
            "brought": slip.brought,
            "carried": slip.carried,
            "support": slip.support_bonus,
            "gross": slip.gross,
        }
        for (person,), slip in results.payslips.items()
    }


def _slip(wanted: dict[str, Any]) -> Any:
    return {key: value for key, value in _numbers(wanted).items() if key != "name"}


def _assessments(results: MonthResults) -> dict[str, Any]:
    return {
        person: {
            "rank": row.rank,
            "sales": row.sales,
            "cycle": row.cycle_month,
            "cycle_sales": row.cycle_sales,
            "outcome": OUTCOMES[row.outcome],
            "next": row.next_rank,
            "threshold": row.on_threshold_wage,
            "streak": row.threshold_streak,
            "review": row.review_due,
            "gm": row.needs_attention,
        }
        for (person,), row in results.assessments.items()
    }


def _lines(results: MonthResults) -> list[dict[str, Any]]:
    lines = [
        {
            "person": person,
            "receipt": receipt,
            "kind": KINDS[kind],
            "base": line.base,
            "rate": line.rate,
            "amount": line.amount,
        }
        for (receipt, person, kind), line in results.lines.items()
        if kind != ASSIST_BORNE
    ]
    return sorted(lines, key=_order)


def _order(line: dict[str, Any]) -> tuple[str, str, str]:
    return line["receipt"], line["person"], line["kind"]


def _support(results: MonthResults) -> dict[str, Any]:
    return {
        branch: {"sales": row.sales, "target": row.target, "rate": row.rate, "pool": row.pool}
        for (branch,), row in results.pools.items()
    }


def _funds(results: MonthResults, balances: dict[tuple[str, str], Decimal]) -> dict[str, Any]:
    """A branch's fund as the payroll workbook shows it; `balances` runs on from month to month."""
    shown: dict[str, Any] = {}
    for (branch, fund), lot in results.lots.items():
        left = {"spent": Decimal(0), "expired": Decimal(0)}
        for (of_branch, of_fund, _lot, kind, _claim), movement in results.movements.items():
            if (of_branch, of_fund) == (branch, fund):
                left[kind] += movement.amount
        before = balances.get((branch, fund), Decimal(0))
        balances[branch, fund] = before + lot.amount - left["spent"] - left["expired"]
        shown[f"{branch}|{FUNDS[FundName(fund)]}"] = {
            "accrued": lot.amount,
            **left,
            "balance": balances[branch, fund],
        }
    return shown


def _claims(results: MonthResults) -> list[list[str]]:
    return sorted([claim, DECISIONS[decision.reason]] for (claim,), decision in results.decisions.items())


def _numbers(value: Any) -> Any:
    """Amounts stand as text in the expected results."""
    if isinstance(value, dict):
        return {key: _numbers(inner) if key not in ("person", "receipt") else inner for key, inner in value.items()}
    if isinstance(value, str) and value.replace(".", "").replace("-", "").isdigit():
        return Decimal(value)
    return value
