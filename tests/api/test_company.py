"""A whole company pushed, closed and read by a program: every value is the one of the workbook's way."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from monthend.models import MonthRun
from monthend.work import work_on
from tests.api.calling import Program, program, pushed
from tests.monthend.test_cases import CASES, WORKBOOKS

pytestmark = pytest.mark.django_db

OUTCOMES = {"kept": "维持", "promoted": "晋升", "demoted": "降级", "reinstated": "复级"}
KINDS = {"commission": "提成", "assist": "协助提成", "assist_borne": "协助提成"}
FUNDS = {"client_relations": "客户交往", "company_activity": "公司活动"}


@pytest.mark.parametrize("case", ["calm", "edges"])
def test_a_company_that_is_pushed_gives_every_expected_value(case: str) -> None:
    crm = program()
    answer = crm.post("bulk/", pushed(WORKBOOKS[case]))
    assert (answer.status_code, answer.json()["errors"]) == (200, [])
    for expected in json.loads((CASES / f"{case}.expected.json").read_text()):
        month = expected["month"]
        compute(crm, month)
        call_command("close_month", month, "--lock")
        told = crm.get(f"months/{month}/").json()
        slips = crm.all(f"months/{month}/payslips/", limit=7)
        assert (told["state"], told["people"]) == ("locked", len(slips))
        assert told["seal"] == MonthRun.objects.get(month=month, state="locked").seal
        assert {slip["employee"]: _slip(slip) for slip in slips} == {
            number: _expected_slip(slip) for number, slip in expected["slips"].items()
        }
        assert sorted(map(_line, crm.all(f"months/{month}/lines/"))) == sorted(
            (line["person"], line["receipt"], line["kind"], line["base"], float(line["rate"]), line["amount"])
            for line in expected["lines"]
        )
        assert {row["employee"]: _assessment(row) for row in crm.all(f"months/{month}/assessments/")} == {
            number: (
                row["rank"],
                row["sales"],
                row["cycle"],
                row["cycle_sales"],
                row["outcome"],
                row["next"],
                row["streak"],
            )
            for number, row in expected["assessments"].items()
        }
        assert {
            row["branch"]: (row["sales"], row["target"], float(row["rate"]), row["pool"])
            for row in crm.all(f"months/{month}/support_pools/")
        } == {
            code: (row["sales"], row["target"], float(row["rate"]), row["pool"])
            for code, row in expected["support"].items()
        }
        assert {
            f"{row.pop('branch')}|{FUNDS[row.pop('fund')]}": row for row in crm.all(f"months/{month}/funds/")
        } == expected["funds"]
        claims = [
            (row["number"], "已入账" if row["state"] == "posted" else f"拒绝:{row['reason'].partition('：')[0]}")
            for row in crm.all(f"months/{month}/claims/")
        ]
        assert sorted(claims) == sorted(map(tuple, expected["claims"]))


def compute(crm: Program, month: str) -> None:
    answer = crm.post(f"months/{month}/compute/")
    assert answer.status_code == 202, answer.content
    work_on(answer.json()["run"], wait=True)
    assert crm.get(f"months/{month}/").json()["state"] == "computed"


def _slip(slip: dict[str, Any]) -> dict[str, Any]:
    named = {"base_pay": "base", "is_threshold_wage": "threshold", "support_bonus": "support"}
    left_out = ("employee", "department", "adjustment")
    return {named.get(name, name): value for name, value in slip.items() if name not in left_out}


def _expected_slip(slip: dict[str, Any]) -> dict[str, Any]:
    return {**slip, "rank": slip["rank"] or ""}


def _line(line: dict[str, Any]) -> tuple[Any, ...]:
    assert line["article"] in line["explanation"]
    return line["employee"], line["receipt"], KINDS[line["kind"]], line["base"], float(line["rate"]), line["amount"]


def _assessment(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("rank", "sales", "cycle_month", "cycle_sales")
    return (*(row[name] for name in names), OUTCOMES[row["outcome"]], row["next_rank"], row["threshold_streak"])
