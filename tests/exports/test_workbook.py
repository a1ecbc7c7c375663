"""The payroll workbook says what the database says, in the agreed format."""

import datetime as dt
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import Workbook, load_workbook

from compensation.models import CommissionLine, Payslip, SupportPool
from periods.models import Period
from staff.models import Branch, Department, Employee
from tests.exports.company import FORMULA, MAY, Company, make_company, make_month
from tests.locking import lock_empty, pay
from tests.replacing import replace_row
from workbooks.export.book import ReportBook, write_book
from workbooks.export.layout import ReportSheet, money, table, text
from workbooks.export.payroll import PAYSLIPS
from workbooks.xlsx.reading import read_sheets

pytestmark = pytest.mark.django_db

MONEY = '#,##0.00;-#,##0.00;"–"'
HEADERS = {
    "工资表": "月份 分公司 部门 工号 姓名 职级 个人业绩 基本工资 临界工资 提成 协助提成 上月结转 调整 结转下月 提成实发"
    " 支持奖金 应发合计 开户行 银行卡号 备注",
    "提成明细": "月份 工号 姓名 流水号 合同编号 类型 基数 比例 金额 依据",
    "调整明细": "月份 工号 姓名 更正单号 类型 流水号 原月份 原行工号 业绩 金额 依据",
    "职级考核": "月份 工号 姓名 当前职级 业绩 考核周期 周期业绩 结论 次月职级 临界连续月数 解除审核 总经理关注 依据",
    "支持奖金": "月份 分公司 业绩 目标 达成率 比例 奖金池",
    "活动基金": "月份 分公司 基金 计提 支出 过期 余额",
    "基金支出": "单号 日期 分公司 基金 申请金额 入账金额 状态 原因",
    "与上月变动": "月份 工号 姓名 变动 原为 现为 录入 第二人确认",
}
SUMMED = {
    "个人业绩": "sales", "基本工资": "base_pay", "提成": "commission", "协助提成": "assist", "上月结转": "brought",
    "调整": "adjustment", "结转下月": "carried", "支持奖金": "support_bonus", "应发合计": "gross",
}  # fmt: skip
"""The payslips' columns that are summed up, each with the field that it shows."""


def export(folder: Path, name: str = "payroll.xlsx") -> Path:
    path = folder / name
    call_command("export_payroll", "2011-05", output=path, stdout=StringIO())
    return path


def rows_of(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    """The rows of people and things: those that carry a month (or a number), not the totals."""
    header, *rows = book[sheet].iter_rows(values_only=True)
    named = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    return [row for row in named if row.get("月份") != "合计"]


@pytest.fixture
def company() -> Company:
    return make_month()


@pytest.fixture
def book(company: Company, tmp_path: Path) -> Workbook:
    return load_workbook(export(tmp_path))


def test_sheets_and_headers_are_those_of_the_format(book: Workbook) -> None:
    assert book.sheetnames == list(HEADERS)
    for name, header in HEADERS.items():
        assert [cell.value for cell in book[name][1]] == header.split()


def test_a_column_is_added_by_one_entry_that_says_its_heading_look_and_value(company: Company, tmp_path: Path) -> None:
    columns = (*PAYSLIPS[:4], (money("实发"), lambda slip, _pay: slip.gross), *PAYSLIPS[4:])
    path = tmp_path / "more.xlsx"
    slips = [(slip, ()) for slip in Payslip.objects.select_related("employee").order_by("employee__number")]
    write_book(ReportBook("题", "", "", [table("工资表", columns, slips)]), path)
    sheet: Any = load_workbook(path)["工资表"]
    headings = HEADERS["工资表"].split()
    assert [cell.value for cell in sheet[1]] == [*headings[:4], "实发", *headings[4:]]
    assert [row[4].value for row in sheet.iter_rows(min_row=2, max_row=3)] == [7318.60, 1280]
    assert (sheet["E2"].number_format, sheet["F2"].value) == (MONEY, "陈静军")
    assert sheet.cell(sheet.max_row, 5).value == pytest.approx(float(sum(slip.gross for slip, _pay in slips)))


def test_payslips(book: Workbook) -> None:
    alice, bob, carol = rows_of(book, "工资表")
    assert list(alice.values())[:-1] == [
        "2011-05", "北京分公司", "销售一部", "00001", "陈静军", "智慧顾问", 54186.67, 2000, "否", 5418.67, 0,
        -100.07, 0, 0, 5318.60, 0, 7318.60, "中国工商银行北京朝阳支行", "0622202020011112223334",
    ]  # fmt: skip
    assert alice["备注"] is None
    for row in (alice, bob, carol):
        variable = sum(row[name] for name in ("提成", "协助提成", "上月结转", "调整")) - row["结转下月"]
        assert variable == pytest.approx(row["提成实发"])
        assert row["基本工资"] + row["提成实发"] + row["支持奖金"] == pytest.approx(row["应发合计"])
    assert (bob["临界工资"], bob["结转下月"], bob["应发合计"]) == ("是", -712, 1280)
    assert bob["备注"] == "1-4.1 智慧助理当月净业绩 5,333.33 低于 12,000.00，拿临界工资 1,280.00"
    assert carol["职级"] is None
    assert carol["备注"] == "1-4.1 后勤支持 2011-05-17 至 2011-05-31，基本工资按天计：2,200.00 × 15 / 31 ≈ 1,064.52"


def test_commission_lines(book: Workbook) -> None:
    found = [tuple(row.values())[:-1] for row in rows_of(book, "提成明细")]
    assert found == [
        ("2011-05", "00001", "陈静军", "R0000002", "0000077", "提成", 64120, 0.1, 6412),
        ("2011-05", "00001", "陈静军", "R0000003", "0000077", "提成", -9933.33, 0.1, -993.33),
        ("2011-05", "00002", FORMULA, "R0000004", "0000077", "提成", 5333.33, 0.06, 320),
        ("2011-05", "00002", FORMULA, "R0000004", "0000077", "协助提成", 320, -0.1, -32),
        ("2011-05", "00003", "+李明\r", "R0000004", "0000077", "协助提成", 320, 0.1, 32),
    ]
    assert rows_of(book, "提成明细")[0]["依据"] == (
        "1-4.1 智慧顾问当月净业绩 64,120.00 达到 40,000.00 档，64,120.00 × 10% = 6,412.00；方案 2011-04"
    )


def test_assessments(book: Workbook) -> None:
    alice, bob = (list(row.values())[:-1] for row in rows_of(book, "职级考核"))
    assert alice == [
        "2011-05", "00001", "陈静军", "智慧顾问", 54186.67, "1/2", 54186.67, "维持", "智慧顾问", 0, "否", "否",
    ]  # fmt: skip
    assert bob[-7:] == ["2/2", 5333.33, "维持", "智慧助理", 2, "是", "是"]


def test_support_pools(book: Workbook) -> None:
    north, south = rows_of(book, "支持奖金")
    assert list(north.values()) == ["2011-05", "北京分公司", 69453.33, 86816.66, pytest.approx(0.8), 0.006, 416.72]
    assert list(south.values()) == ["2011-05", "广州分公司", 0, 0, None, 0, 0]


def test_funds_balance_counts_what_was_brought_along(book: Workbook) -> None:
    assert [tuple(row.values())[1:] for row in rows_of(book, "活动基金")] == [
        ("北京分公司", "客户交往", 694.53, 450, 50, 1494.53),
        ("北京分公司", "公司活动", 0, 0, 0, 0),
        ("广州分公司", "客户交往", 0, 0, 0, 0),
    ]


def test_claims(book: Workbook) -> None:
    assert [tuple(row.values()) for row in rows_of(book, "基金支出")] == [
        ("0F001", "2011-05-20", "北京分公司", "客户交往", 450, 450, "已入账", None),
        (
            "0F002",
            "2011-05-20",
            "北京分公司",
            "客户交往",
            900,
            0,
            "已拒绝",
            "余额不足：申请 900.00，可用 500.00（2-1.3）",
        ),
        (
            "0F003",
            "2011-05-20",
            "北京分公司",
            "公司活动",
            100,
            0,
            "已拒绝",
            "大客户：客户 C0001 截至 2011-05-20 累计到款 70,000.00，达到 60,000.00，不得从本基金支出；"
            "可改由客户交往基金申请（2-2.2.2）",
        ),
    ]


def test_sums_equal_the_database_to_the_fen(book: Workbook) -> None:
    header, *_slips, last = book["工资表"].iter_rows(values_only=True)
    total = dict(zip(header, last, strict=True))
    assert total["月份"] == "合计"
    assert total["工号"] is None
    for heading, field in SUMMED.items():
        assert Decimal(str(total[heading])) == Payslip.objects.aggregate(sum=Sum(field))["sum"], heading
    lines = list(book["提成明细"].rows)[-1]
    posted = CommissionLine.objects.filter(month__gte=dt.date(2011, 5, 1)).aggregate(sum=Sum("amount"))["sum"]
    assert Decimal(str(lines[8].value)) == posted
    assert lines[6].value is None


@pytest.mark.parametrize("digits", ["0.07", "1.10", "999999999999.99", "-123456789.01", "33333333333.33"])
def test_amounts_are_written_as_they_are(company: Company, tmp_path: Path, digits: str) -> None:
    Payslip.objects.filter(employee=company.alice).update(sales=Decimal(digits))
    path = export(tmp_path)
    with ZipFile(path) as archive:
        assert f"<v>{digits}</v>" in archive.read("xl/worksheets/sheet1.xml").decode()
    assert Decimal(str(load_workbook(path)["工资表"]["G2"].value)) == Decimal(digits)


def test_nothing_typed_becomes_a_formula(book: Workbook) -> None:
    types = {cell.data_type for sheet in book for row in sheet.rows for cell in row}
    assert types == {"s", "n"}
    header, *slips = book["工资表"].rows
    cells = [dict(zip((cell.value for cell in header), row, strict=True)) for row in slips]
    bob = next(row for row in cells if row["工号"].value == "00002")
    for heading, typed in (("姓名", FORMULA), ("银行卡号", "-1+1")):
        assert (bob[heading].value, bob[heading].number_format) == (typed, "@")


def test_text_goes_out_and_comes_back_as_it_is(tmp_path: Path) -> None:
    odd = "张_x0041_三\r_x005F_"
    path = tmp_path / "odd.xlsx"
    write_book(ReportBook("题\x0b目", "", odd, [ReportSheet("表", (text("姓名", 20),), [[odd], ["李\x0b四"]])]), path)
    [sheet] = read_sheets(path.read_bytes())
    assert list(sheet.rows) == [(1, {1: "姓名"}), (2, {1: odd}), (3, {1: "李四"})]


def test_money_and_shares_are_numbers_and_numbers_of_things_are_text(book: Workbook) -> None:
    row = book["提成明细"][2]
    assert [cell.number_format for cell in row] == ["@"] * 6 + [MONEY, "0.00%", MONEY, "General"]
    assert book["支持奖金"]["E2"].number_format == "0.00%"


def test_attainment_just_below_an_edge_does_not_read_as_the_edge(company: Company, tmp_path: Path) -> None:
    pool = SupportPool.objects.get(branch=company.south)
    replace_row(pool, sales=Decimal("653688.83"), target=Decimal("653688.84"))
    south = load_workbook(export(tmp_path))["支持奖金"]["E3"]
    assert south.value == pytest.approx(653688.83 / 653688.84, abs=1e-12)
    assert south.number_format == "0.000000%"


def test_sheets_are_ready_to_read_and_print(book: Workbook) -> None:
    sheets: list[Any] = list(book)
    for sheet in sheets:
        last = sheet.max_row - (sheet.cell(sheet.max_row, 1).value == "合计")
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}{last}"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.oddHeader.left.text == f"{sheet.title} · 2011年5月薪酬"
        assert sheet.oddFooter.right.text == "第 &P 页，共 &N 页"


def test_a_chinese_heading_fits_on_two_lines_and_a_long_sentence_in_its_row(book: Workbook) -> None:
    sheets: list[Any] = list(book)
    for sheet in sheets:
        for cell in sheet[1]:
            width = sheet.column_dimensions[cell.column_letter].width
            assert width >= len(cell.value) + 3
    assert [book["基金支出"].row_dimensions[row].height for row in (2, 3, 4)] == [17, 17, 30]


def test_same_data_gives_the_same_bytes(company: Company, tmp_path: Path) -> None:
    assert export(tmp_path, "one.xlsx").read_bytes() == export(tmp_path, "two.xlsx").read_bytes()


def test_a_paid_month_keeps_its_names_and_accounts(company: Company, tmp_path: Path) -> None:
    lock_empty(MAY)
    pay(MAY)
    before = export(tmp_path, "one.xlsx").read_bytes()
    Employee.objects.update(name="改名", bank_account="0")
    Branch.objects.filter(pk__in=Payslip.objects.values("branch")).update(name="改名")
    Department.objects.update(name="改名")
    assert export(tmp_path, "two.xlsx").read_bytes() == before


def test_always_in_chinese(company: Company, tmp_path: Path) -> None:
    chinese = export(tmp_path, "one.xlsx").read_bytes()
    with translation.override("en"):
        assert export(tmp_path, "two.xlsx").read_bytes() == chinese


def remarks(folder: Path) -> set[str | None]:
    sheets: list[Any] = list(load_workbook(export(folder)))
    return {sheet.oddHeader.right.text for sheet in sheets}


def test_draft_until_locked(company: Company, tmp_path: Path) -> None:
    assert remarks(tmp_path) == {"草稿：本月尚未锁定，数字仍可能变化"}
    lock_empty(MAY)
    assert not any(remarks(tmp_path))


def test_an_empty_month_has_headers_only(tmp_path: Path) -> None:
    Period.objects.create(month=MAY, state=Period.State.COMPUTED, plan_version=make_company().plan_version)
    assert {sheet.max_row for sheet in load_workbook(export(tmp_path))} == {1}


def test_number_of_queries_does_not_grow(company: Company, tmp_path: Path) -> None:
    """Period; payslips, plan, base pay; plans, people, cursor, lines, adjustments, what is held; assessments, plan,
    decisions on ranks; pools; funds (3), claims; names of the branches at the lock, and now."""
    few = _queries(tmp_path)
    for number in range(40):
        receipt = company.receipt(f"R1{number:06}", "100.00")
        company.line(receipt, company.alice, "0.10", "10.00", rank="GW", net_sales=Decimal(1), tier_floor=Decimal(0))
    assert _queries(tmp_path) == few == 21


def _queries(folder: Path) -> int:
    with CaptureQueriesContext(connection) as context:
        export(folder)
    return len([query for query in context if "SAVEPOINT" not in query["sql"]])
