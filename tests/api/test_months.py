"""Months moved on by calls, and their results as each role sees them."""

from typing import Any

import pytest

from access.actor import CONSOLE
from access.models import User
from clients.history.actions import rebuild_histories
from monthend.close import close_month
from monthend.models import MonthRun
from monthend.work import work_on
from tests.api.calling import Program, program
from tests.firm import APRIL, TODAY, Firm

pytestmark = pytest.mark.django_db

MAY = APRIL + 1


@pytest.fixture
def firm() -> Firm:
    firm = Firm()
    firm.anne = firm.seller("ZL", department=firm.sales)  # type: ignore[attr-defined]
    firm.ben = firm.seller("ZL", department=firm.south_sales)  # type: ignore[attr-defined]
    firm.sells(firm.anne, "20000.00")  # type: ignore[attr-defined]
    firm.sells(firm.ben, "30000.00")  # type: ignore[attr-defined]
    rebuild_histories()
    return firm


@pytest.fixture
def locked(firm: Firm) -> Firm:
    close_month(APRIL, lock=True, today=TODAY, by=CONSOLE)
    return firm


def told(who: Program, path: str, **query: Any) -> list[str]:
    return [row["employee"] for row in who.all(f"months/2011-04/{path}/", **query)]


def test_a_month_goes_from_open_to_submitted_and_back(firm: Firm) -> None:
    crm, hr, director = program(), program("hr", "hr"), program("marketing_director", "director")
    assert crm.get("months/2011-04/").json()["state"] == "open"
    assert hr.post("months/2011-04/submit/").status_code == 409
    work_on(crm.post("months/2011-04/compute/").json()["run"], wait=True)
    month = crm.get("months/2011-04/").json()
    assert (month["state"], month["people"], month["sales"], month["blockers"], month["seal"]) == (
        "computed", 2, "50000.00", [], None,
    )  # fmt: skip
    assert hr.post("months/2011-04/submit/").json()["state"] == "submitted"
    refused = director.post("months/2011-04/return/", {"reason": " "})
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert director.post("months/2011-04/return/", {}).status_code == 400
    assert director.post("months/2011-04/return/", {"reason": "again"}).json()["state"] == "computed"
    firm.sells(firm.anne, "1.00")  # type: ignore[attr-defined]
    rebuild_histories()
    assert crm.get("months/2011-04/").json()["state"] == "stale"


def test_who_handed_a_month_over_does_not_approve_it_by_any_token(firm: Firm) -> None:
    hr, director = program("hr", "hr"), program("marketing_director", "director")
    work_on(hr.post("months/2011-04/compute/").json()["run"], wait=True)
    hr.post("months/2011-04/submit/")
    MonthRun.objects.update(prepared_by=User.objects.get(username="director"))
    assert director.post("months/2011-04/approve/").status_code == 409
    MonthRun.objects.update(prepared_by=User.objects.get(username="hr"))
    assert director.post("months/2011-04/approve/").status_code == 202
    assert MonthRun.objects.get(month=APRIL).state == MonthRun.State.APPROVED


def test_months_that_nothing_is_known_of_are_not_there(firm: Firm) -> None:
    crm = program()
    assert [crm.get(f"months/{month}/").status_code for month in ("2011-03", "2011-13", "2011-04")] == [404, 404, 200]
    assert [row["month"] for row in crm.all("months/")] == ["2011-04"]
    assert crm.post("months/2011-06/compute/").status_code == 409


def test_a_branchs_token_sees_its_branch_by_no_way_another(locked: Firm) -> None:
    anne, ben = locked.anne.number, locked.ben.number  # type: ignore[attr-defined]
    crm, of_branch = program(), program("branch_gm", "gm", branch=locked.sales.branch.code)
    whole, part = crm.get("months/2011-04/").json(), of_branch.get("months/2011-04/").json()
    assert (whole["people"], part["people"], part["sales"]) == (2, 1, "20000.00")
    for results in ("payslips", "lines", "assessments"):
        assert sorted(told(crm, results)) == sorted([anne, ben])
        assert told(of_branch, results) == [anne]
        assert told(of_branch, results, employee=ben) == []
        assert told(of_branch, results, limit=1) == [anne]
    assert of_branch.get(f"months/2011-04/payslips/{ben}/").status_code == 404
    assert (
        of_branch.get(f"months/2011-04/payslips/{anne}/").json()["gross"]
        == crm.get(f"months/2011-04/payslips/{anne}/").json()["gross"]
    )
    other = locked.south_sales.branch.code
    for results in ("support_pools", "funds"):
        seen = {row["branch"] for row in of_branch.all(f"months/2011-04/{results}/")}
        assert seen == {locked.sales.branch.code}
        assert of_branch.all(f"months/2011-04/{results}/", branch=other) == []


def test_a_salespersons_token_reads_the_own_payslip_alone(locked: Firm) -> None:
    anne, ben = locked.anne, locked.ben  # type: ignore[attr-defined]
    own = program("salesperson", "anne", employee=anne.number)
    assert own.get(f"months/2011-04/payslips/{anne.number}/").status_code in (200, 403)
    assert own.get(f"months/2011-04/payslips/{ben.number}/").status_code in (403, 404)


def test_the_answer_of_a_locked_month_has_a_tag_by_token_and_language(locked: Firm) -> None:
    crm, of_branch = program(), program("branch_gm", "gm", branch=locked.sales.branch.code)
    path = "months/2011-04/lines/"
    tags = {crm.get(path)["ETag"], crm.get(path, limit=5)["ETag"], of_branch.get(path)["ETag"]}
    assert len(tags) == 3
    known = crm.get(path)["ETag"]
    for who, status in ((crm, 304), (of_branch, 200)):
        answer = who.get(path, headers={"If-None-Match": known})
        assert answer.status_code == status
    assert crm.get("months/2011-04/").has_header("ETag") is False


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"cursor": "x"}, {"cursor": "LTE="}])
def test_a_page_that_there_cannot_be_is_refused(locked: Firm, query: dict[str, Any]) -> None:
    assert program().get("months/2011-04/lines/", **query).status_code == 400


def test_a_page_takes_as_many_queries_for_one_row_as_for_all(locked: Firm, django_assert_max_num_queries: Any) -> None:
    crm = program()
    for results in ("payslips", "lines", "adjustments", "assessments", "support_pools", "funds", "claims"):
        with django_assert_max_num_queries(12):
            assert crm.get(f"months/2011-04/{results}/").status_code == 200
