"""Workbooks asked for by programs: written by a worker, taken by who asked, and the same as the page's."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from access.models import AccountEvent
from api.exports.work import forget_exports, work_on_exports
from api.models import Export
from tests.api.calling import Program, program
from tests.firm import APRIL, Firm
from tests.monthend.payroll import read_payroll
from workbooks.export.payroll import export_payroll

pytestmark = pytest.mark.django_db

ASKED = {"kind": "payroll", "month": "2011-04"}


@pytest.fixture
def firm() -> Firm:
    firm = Firm()
    firm.sells(firm.seller("ZL"), "20000.00")
    return firm


def test_the_payroll_is_written_and_taken_by_who_asked(firm: Firm, tmp_path: Path) -> None:
    finance, other = program("finance", "finance"), program()
    assert finance.post("exports/", ASKED).status_code == 409
    firm.close()
    asked = finance.post("exports/", ASKED)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    path = f"exports/{asked.json()['id']}/"
    assert finance.get(f"{path}file/").status_code == 409
    work_on_exports()
    assert finance.get(path).json()["state"] == "ready"
    answer = finance.get(f"{path}file/")
    taken, ours = tmp_path / "taken.xlsx", tmp_path / "ours.xlsx"
    taken.write_bytes(b"".join(answer.streaming_content))
    export_payroll(APRIL, ours)
    assert read_payroll(taken) == read_payroll(ours)
    event = AccountEvent.objects.get(kind=AccountEvent.Kind.DOWNLOADED)
    assert (event.user.username, "2011-04" in event.note) == ("finance", True)
    assert [other.get(one).status_code for one in (path, f"{path}file/")] == [404, 404]
    assert forget_exports(timezone.now()) == 0
    assert forget_exports(timezone.now() + dt.timedelta(days=1)) == 1


def test_what_stands_in_the_way_is_told(firm: Firm) -> None:
    firm.close(lock=False)
    crm = program()
    path = f"exports/{crm.post('exports/', ASKED).json()['id']}/"
    Export.objects.update(month=APRIL + 1)
    work_on_exports()
    told = crm.get(path).json()
    assert (told["state"], "2011" in told["problem"]) == ("failed", True)
    assert crm.get(f"{path}file/").status_code == 409


@pytest.mark.parametrize(
    "body", [{}, [], {"kind": "payroll"}, {"kind": "x", "month": "2011-04"}, {**ASKED, "month": 4}]
)
def test_what_is_no_export_is_refused(firm: Firm, body: object) -> None:
    assert program().post("exports/", body).status_code == 400


def test_only_who_takes_the_payroll_out_asks_for_it(firm: Firm) -> None:
    for role, status in (("hr", 409), ("finance", 409), ("auditor", 403), ("branch_gm", 403), ("salesperson", 403)):
        who: Program = program(role, role)
        assert who.post("exports/", ASKED).status_code == status
