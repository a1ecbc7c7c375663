"""The payroll workbook as a download: for whom, by which name, with what in it."""

import io
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.http import FileResponse
from django.test import Client as Browser
from django.urls import reverse
from openpyxl import load_workbook

from access.models import User
from access.roles import PEOPLE
from compensation.models import Payslip
from monthend.models import MonthRun
from periods.models import Period
from rulebook.month import Month
from tests.cast import browse, log_in_of
from tests.firm import APRIL, MAY, Firm

Role = User.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db: None) -> Firm:
    """April is locked, May computed."""
    firm = Firm()
    firm.sells(firm.seller("ZL"), "30000.00")
    firm.close(APRIL)
    firm.close(MAY, lock=False)
    return firm


def url(month: Month) -> str:
    return reverse("workbooks:payroll", args=[month])


@pytest.mark.parametrize(("month", "name"), [(APRIL, "工资表-2011-04.xlsx"), (MAY, "工资表-2011-05-草稿.xlsx")])
@pytest.mark.parametrize("role", [Role.HR, Role.FINANCE])
def test_who_makes_and_who_pays_take_it_out(firm: Firm, role: str, month: Month, name: str) -> None:
    response = browse(log_in_of(role)).get(url(month))
    assert isinstance(response, FileResponse)
    assert response.filename == name
    assert response.headers["Cache-Control"] == "private, no-store"
    book = load_workbook(io.BytesIO(response.getvalue()), read_only=True)
    rows = list(book["工资表"].iter_rows(values_only=True))
    gross = rows[0].index("应发合计")
    assert [row[gross] for row in rows[1:2]] == [float(Payslip.objects.get(month=month).gross)]


@pytest.mark.parametrize("role", sorted(set(PEOPLE) - {Role.HR, Role.FINANCE}))
def test_others_do_not(firm: Firm, role: str) -> None:
    browser = browse(log_in_of(role))
    assert browser.get(url(APRIL)).status_code == 403
    period = Period.objects.get(month=APRIL)
    page = browser.get(reverse("admin:periods_period_change", args=[period.pk]))
    assert url(APRIL) not in page.content.decode()


def test_strangers_are_asked_to_log_in(firm: Firm) -> None:
    assert Browser().get(url(APRIL)).headers["Location"].startswith("/login/")
    assert browse(log_in_of(Role.HR)).post(url(APRIL)).status_code == 405


def test_without_a_result_there_is_none_and_the_first_page_says_so(firm: Firm) -> None:
    hr = browse(log_in_of(Role.HR))
    assert "2011年6月尚未计算" in hr.get(url(Month(2011, 6)), follow=True).content.decode()
    Period.objects.filter(month=MAY).update(state=Period.State.OPEN)
    MonthRun.objects.filter(month=MAY).update(state=MonthRun.State.STALE)
    period = Period.objects.get(month=MAY)
    assert url(MAY) not in hr.get(reverse("admin:periods_period_change", args=[period.pk])).content.decode()
    assert hr.get(url(MAY)).status_code == 302
    assert hr.get("/workbooks/payroll-2011-13.xlsx").status_code == 404


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
def test_what_the_server_writes_is_for_its_owner_alone(firm: Firm, tmp_path: Path, before: int | None) -> None:
    path = tmp_path / "payroll.xlsx"
    if before is not None:
        path.write_text("old")
        path.chmod(before)
    call_command("export_payroll", "2011-04", f"--output={path}")
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_workbook(path)
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_there_stays_where_there_is_no_room(firm: Firm, tmp_path: Path) -> None:
    path = tmp_path / "payroll.xlsx"
    path.write_text("old")
    with pytest.raises(CommandError):
        call_command("export_payroll", "2011-06", f"--output={path}")
    with limited_files(1000), pytest.raises(CommandError):
        call_command("export_payroll", "2011-04", f"--output={path}")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@contextmanager
def limited_files(size: int) -> Iterator[None]:
    """No file may grow past `size` bytes, as on a disk without room."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
