"""A parallel run: what the old payroll paid beside what is computed here, per person with the reason."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from compensation.models import Payslip
from rulebook.wording import amount_text
from tests.admin.addresses import address, page_of
from tests.admin.cast import House, Role
from tests.admin.test_language import english
from tests.admin.test_pages import text_of
from tests.admin.test_previews import content
from tests.firm import APRIL, MAY
from tests.imports.books import book_of, saved
from workbooks.models import ParallelLine, ParallelRun

MOST = 20


@pytest.fixture
def hr(house: House) -> Browser:
    return house.browse(Role.HR)


@pytest.fixture
def run(house: House) -> ParallelRun:
    return ParallelRun.objects.get()


@pytest.fixture
def slip(house: House) -> Payslip:
    """The payslip that differs."""
    return Payslip.objects.filter(month=APRIL).order_by("employee__number")[0]


def send(browser: Browser, rows: list[list[Any]], month: str = "2011-05", name: str = "旧.xlsx") -> Any:
    data = saved(book_of({"工资": rows}))
    return browser.post(address(ParallelRun, "add"), {"month": month, "file": SimpleUploadedFile(name, data)})


def test_who_is_paid_otherwise_stands_with_the_part_that_differs(hr: Browser, run: ParallelRun, slip: Payslip) -> None:
    page = text_of(hr, address(ParallelRun, "change", run.pk))
    people = Payslip.objects.filter(month=APRIL).count()
    assert f"共 {people + 1} 人，{people - 1} 人相同，2 人有差异。" in page
    old, ours = amount_text(slip.gross - 100), amount_text(slip.gross)
    assert f"{slip.name} ({slip.employee.number}) {old} {ours} +100.00" in page
    assert f"提成：原 {amount_text(slip.commission - 100)}，本系统 {amount_text(slip.commission)}" in page
    assert "X-9 1.00 – -1.00 本系统没有此工号。" in page.replace("−", "-")


def test_a_person_opens_side_by_side_with_our_explanations(hr: Browser, run: ParallelRun, slip: Payslip) -> None:
    line = ParallelLine.objects.get(run=run, employee=slip.employee)
    url = address(ParallelLine, "change", line.pk)
    assert url in hr.get(address(ParallelRun, "change", run.pk)).content.decode()
    page = hr.get(url).content.decode()
    assert page_of(slip) in page
    shown = text_of(hr, url)
    assert f"提成 {amount_text(slip.commission - 100)} {amount_text(slip.commission)} +100.00" in shown
    assert "1-4.1" in shown, "our commission lines with their sentences"
    assert english(page) == set()


def test_the_workbook_holds_everybody_and_how_ours_came_about(hr: Browser, run: ParallelRun, slip: Payslip) -> None:
    book = load_workbook(io.BytesIO(content(hr.get(reverse("workbooks:parallel", args=[run.pk])))))
    rows = list(book["对比"].values)
    assert rows[0][:5] == ("工号", "姓名", "应发合计（原工资）", "应发合计（本系统）", "差额")
    assert rows[1][0] == slip.employee.number
    assert Decimal(str(rows[1][4])) == 100
    reasons = [row for row in book["本系统依据"].values if row[0] == slip.employee.number]
    assert {"基本工资", "提成"} <= {row[2] for row in reasons}
    assert {row[0] for row in list(book["本系统依据"].values)[1:-1]} == {slip.employee.number}, "but for the total"


def test_uploading_what_the_old_payroll_paid(house: House, hr: Browser) -> None:
    slips = list(Payslip.objects.filter(month=MAY).select_related("employee"))
    rows: list[list[Any]] = [[slip.employee.number, slip.gross] for slip in slips[1:]]
    response = send(hr, [["工号", "应发合计"], *rows])
    run = ParallelRun.objects.latest("pk")
    assert response.url == address(ParallelRun, "change", run.pk)
    assert (run.month, run.uploaded_by, run.lines.count()) == (MAY, house.users[Role.HR], len(slips) - 1)
    page = text_of(hr, response.url)
    assert f"共 {len(slips)} 人，{len(slips) - 1} 人相同，1 人有差异。" in page
    assert "原工资中没有此人。" in page


def test_where_only_the_gross_is_told_ours_says_what_it_is_made_of(hr: Browser, slip: Payslip) -> None:
    send(hr, [["工号", "应发合计"], [slip.employee.number, slip.gross + 5]], "2011-04")
    page = text_of(hr, address(ParallelRun, "change", ParallelRun.objects.latest("pk").pk))
    assert f"本系统：基本工资 {amount_text(slip.base_pay)}、提成 {amount_text(slip.commission)}" in page


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["工号"], ["1"]], "第 1 行，应发合计“”：缺少该列"),
        ([["工号", "应发合计"], ["1", "1.234"]], "第 2 行，应发合计“1.234”：小数超过 2 位"),
        ([["工号", "应发合计"], ["1", 1], ["1", 2]], "第 3 行，工号“1”：与第 2 行重复"),
        ([["工号", "应发合计"]], "文件中没有数据行。"),
    ],
)
def test_mistakes_are_told_with_their_place_and_keep_nothing(hr: Browser, rows: list[Any], reason: str) -> None:
    response = send(hr, rows)
    assert reason in response.context["form"].errors["file"]
    assert ParallelRun.objects.count() == 1


def test_what_is_no_workbook_and_a_month_without_result_are_refused(hr: Browser) -> None:
    assert "month" in send(hr, [["工号", "应发合计"], ["1", 1]], "2012-01").context["form"].errors
    file = SimpleUploadedFile("旧.xlsx", b"PK nonsense")
    response = hr.post(address(ParallelRun, "add"), {"month": "2011-04", "file": file})
    assert "已损坏" in str(response.context["form"].errors["file"])


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BRANCH_GM, Role.SALES_MANAGER, Role.GENERAL_MANAGER])
def test_only_hr_and_finance_compare(house: House, role: str, run: ParallelRun) -> None:
    browser = house.browse(role)
    assert send(browser, [["工号", "应发合计"], ["1", 1]]).status_code == 403
    assert browser.post(address(ParallelRun, "delete", run.pk), {"post": "yes"}).status_code in (403, 404)
    file = browser.get(reverse("workbooks:parallel", args=[run.pk]))
    assert file.status_code == (200 if role == Role.AUDITOR else 403)
    content(file)
    assert ParallelRun.objects.count() == 1


def test_throwing_a_comparison_away(hr: Browser, run: ParallelRun) -> None:
    assert hr.post(address(ParallelRun, "delete", run.pk), {"post": "yes"}).status_code == 302
    assert not ParallelRun.objects.exists()
    assert not ParallelLine.objects.exists()


def test_pages_ask_few_questions(hr: Browser, run: ParallelRun, slip: Payslip) -> None:
    line = ParallelLine.objects.get(run=run, employee=slip.employee)
    hr.get("/admin/")
    for model, view, key in (
        (ParallelRun, "change", run.pk),
        (ParallelRun, "add", None),
        (ParallelLine, "changelist", None),
    ):
        with CaptureQueriesContext(connection) as captured:
            hr.get(address(model, view, key) if key else address(model, view))
        assert len(captured) <= MOST, (model, view)
    with CaptureQueriesContext(connection) as captured:
        hr.get(address(ParallelLine, "change", line.pk))
    assert len(captured) <= MOST + 10, "with all of a payslip's tables"
