"""Bank statements as banks export them, and files that are none."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from tests.imports.books import book_of, saved
from workbooks.bank.reading import StatementRefused, read_statement
from workbooks.xlsx.package import MAX_FILE_BYTES

Rows = list[list[Any]]

ICBC: Rows = [
    ["中国工商银行 账户明细"],
    ["账号：0200001234567890123", None, "币种：人民币"],
    ["交易日期", "凭证号", "摘要", "借方发生额", "贷方发生额", "余额", "对方户名"],
    ["2011-04-10", "000123", "货款", "", "20,000.00", "120,000.00", "北京华达信企业管理有限公司"],
    ["2011-04-11", "000124", "退款", "500.50", "", "119,499.50", "广州远洋贸易有限公司"],
    ["合计", None, None, "500.50", "20,000.00"],
]
CCB: Rows = [
    [
        "交易时间",
        "借方发生额（支取）",
        "贷方发生额(收入)",
        "余额",
        "币种",
        "对方户名",
        "对方账号",
        "记账日期",
        "摘要",
        "备注",
        "账户明细编号-交易流水号",
    ],
    [
        "20110411 09:12:33",
        "0.00",
        "20000.00",
        "1",
        "人民币",
        "北京华达信企业管理有限公司",
        "6222",
        20110410,
        "转账",
        "培训费",
        "17-1",
    ],
    [
        "20110411 10:00:00",
        "500.50",
        "0.00",
        "1",
        "人民币",
        "广州远洋贸易有限公司",
        "6222",
        "20110411",
        "转账",
        "退款",
        "18-1",
    ],
]
CMB: Rows = [
    ["交易日", "交易时间", "借方金额", "贷方金额", "摘要", "流水号", "收/付方名称", "对方单位"],
    [
        dt.datetime.fromisoformat("2011-04-10 09:30:00"),
        "09:30:00",
        None,
        20000,
        "货款",
        "C1",
        None,
        "北京华达信企业管理有限公司",
    ],
    [dt.datetime.fromisoformat("2011-04-11"), "10:30:00", 500.5, None, "退款", "C2", None, "广州远洋贸易有限公司"],
]
ABC: Rows = [
    ["交易时间", "收入金额", "支出金额", "账户余额", "对方账号", "对方户名", "交易用途"],
    ["2011/4/10 9:30:00", "¥20,000.00", "-", "1", "1", "北京华达信企业管理有限公司", "货款"],
    ["2011年4月11日", "-", "500.50元", "1", "1", "广州远洋贸易有限公司", "退款"],
]
BOC: Rows = [
    [
        "交易日期[ Transaction Date ]",
        "交易金额[ Trade Amount ]",
        "付款人名称[ Payer's Name ]",
        "收款人名称[ Payee's Name ]",
        "用途[ Purpose ]",
        "交易流水号[ Transaction reference number ]",
    ],
    ["20110410", "20,000.00", "北京华达信企业管理有限公司", "我公司", "货款", "B1"],
    ["20110411", "-500.50", "我公司", "广州远洋贸易有限公司", "退款", "B2"],
]
MARKED: Rows = [
    ["日期", "借/贷", "金额", "付款人", "收款人", "摘要"],
    ["2011.04.10", "贷", "20000", "北京华达信企业管理有限公司", "我公司", "货款"],
    ["2011.04.11", "借", "500.50", "我公司", "广州远洋贸易有限公司", "退款"],
]
ICBC_BUSINESS: Rows = [
    ["账号", "交易时间", "借/贷", "转入金额", "转出金额", "对方单位", "对方账号", "用途", "摘要", "附言", "余额"],
    [
        "0200",
        "2011-04-10 09:30:00",
        "贷",
        "20,000.00",
        "",
        "北京华达信企业管理有限公司",
        "6222",
        "货款",
        "转账",
        "",
        "1",
    ],
    ["0200", "2011-04-11 09:30:00", "借", "", "500.50", "广州远洋贸易有限公司", "6222", "退款", "转账", "", "1"],
]
BOCOM: Rows = [
    ["交易时间", "借贷标志", "借方发生额", "贷方发生额", "余额", "对方账号", "对方户名", "摘要"],
    ["2011-04-10 09:30:00", "贷", "/", "20000.00", "1", "6222", "北京华达信企业管理有限公司", "货款"],
    ["2011-04-11 09:30:00", "借", "500.50", "/", "1", "6222", "广州远洋贸易有限公司", "退款"],
]
WECHAT: Rows = [
    ["微信支付账单明细"],
    ["起始时间：[2011-04-01 00:00:00] 终止时间：[2011-04-30 23:59:59]"],
    ["----------------------微信支付账单明细列表--------------------"],
    [
        "\ufeff交易时间", "交易类型", "交易对方", "商品", "收/支", "金额(元)", "支付方式", "当前状态", "交易单号",
        "商户单号", "备注",
    ],
    [
        "2011-04-10 09:30:00", "转账", "北京华达信企业管理有限公司", "/", "收入", "¥20000.00", "/", "已存入零钱",
        "10000398\t", "/", "/",
    ],
    [
        "2011-04-10 10:00:00", "零钱提现", "工商银行", "/", "/",
        "¥300.00", "工商银行", "提现已到账", "10000399", "/", "/",
    ],
    [
        "2011-04-11 09:30:00", "商户消费", "广州远洋贸易有限公司", "退款", "支出", "¥500.50", "零钱", "支付成功",
        "10000400", "/", "/",
    ],
]  # fmt: skip
ALIPAY: Rows = [
    ["------------------------支付宝（中国）网络技术有限公司  电子客户回单------------------------"],
    [
        "交易时间", "交易分类", "交易对方", "对方账号", "商品说明", "收/支",
        "金额", "收/付款方式", "交易状态", "交易订单号",
        "商家订单号", "备注",
    ],
    [
        "2011-04-10 09:30:00", "转账", "北京华达信企业管理有限公司", "a@b.cn", "货款", "收入",
        "20000.00", "", "交易成功",
        "2011041022001\t", "\t", "",
    ],
    [
        "2011-04-10 11:00:00", "理财", "余额宝", "/", "收益发放", "不计收支",
        "0.35", "", "交易成功", "2011041022002", "", "",
    ],
    ["2011-04-11 09:00:00", "购物", "某店", "/", "纸", "支出", "12.00", "", "交易关闭", "2011041122003", "", ""],
    [
        "2011-04-11 09:30:00", "退款", "广州远洋贸易有限公司", "/", "退", "支出",
        "500.50", "", "交易成功", "2011041122004", "", "",
    ],
]  # fmt: skip
ALIPAY_BUSINESS: Rows = [
    [
        "账务流水号", "业务流水号", "商户订单号", "商品名称", "发生时间", "对方账号", "对方名称", "收入金额（+元）",
        "支出金额（-元）", "账户余额（元）", "交易渠道", "业务类型", "备注",
    ],
    [
        "1101", "2011", "/", "/", "2011-04-10 09:30:00", "a@b.cn", "北京华达信企业管理有限公司", "20000.00", " ", "1",
        "支付宝", "在线支付", "货款",
    ],
    [
        "1102", "2012", "/", "/", "2011-04-11 09:30:00", "/",
        "广州远洋贸易有限公司", "0.00", "500.50", "1", "支付宝", "退款", "",
    ],
]  # fmt: skip


def statement(rows: Rows) -> bytes:
    return saved(book_of({"明细": rows}))


def problems_of(data: bytes) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(StatementRefused) as refusal:
        read_statement(data)
    return [(problem.row, problem.column, problem.reason) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    "rows",
    [ICBC, ICBC_BUSINESS, CCB, CMB, ABC, BOC, BOCOM, MARKED, WECHAT, ALIPAY, ALIPAY_BUSINESS],
    ids=["工行", "工行企业", "建行", "招行", "农行", "中行", "交行", "借贷", "微信", "支付宝", "支付宝企业"],
)
def test_several_banks(rows: Rows) -> None:
    read = read_statement(statement(rows)).lines
    assert [(line.day, line.amount, line.payer) for line in read] == [
        (dt.date(2011, 4, 10), Decimal("20000.00"), "北京华达信企业管理有限公司"),
        (dt.date(2011, 4, 11), Decimal("-500.50"), "广州远洋贸易有限公司"),
    ]


@pytest.mark.parametrize(("rows", "skipped"), [(ICBC, 0), (WECHAT, 1), (ALIPAY, 2)], ids=["工行", "微信", "支付宝"])
def test_rows_by_which_no_money_came_or_went_are_counted(rows: Rows, skipped: int) -> None:
    assert read_statement(statement(rows)).skipped == skipped


def test_a_slash_stands_for_nothing() -> None:
    first = read_statement(statement(WECHAT)).lines[0]
    assert (first.purpose, first.reference) == ("", "10000398")


def test_purpose_and_reference_and_row() -> None:
    read = read_statement(statement(CCB)).lines
    assert [(line.row, line.purpose, line.reference) for line in read] == [
        (2, "转账 培训费", "17-1"),
        (3, "转账 退款", "18-1"),
    ]


def test_the_first_sheet_with_a_statement_counts() -> None:
    read = read_statement(saved(book_of({"封面": [["某某银行"]], "明细": ICBC})))
    assert len(read.lines) == 2


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["四月十日", "1", "货款", None, "5.00", "", "某某"], (7, "交易日期", "不是日期")),
        (["2011-02-30", "1", "货款", None, "5.00", "", "某某"], (7, "交易日期", "没有这一天")),
        ([None, "1", "货款", None, "5.00", "", "某某"], (7, "交易日期", "不是日期")),
        (["2011-04-12", "1", "货款", None, "五元", "", "某某"], (7, "贷方发生额", "不是数字")),
        (["2011-04-12", "1", "货款", None, "5.001", "", "某某"], (7, "贷方发生额", "小数超过 2 位")),
        (["2011-04-12", "1", "货款", None, "=1+1", "", "某某"], (7, "贷方发生额", "是公式：请改为粘贴其数值")),
        (["2011-04-12", "1", "货款", "1.00", "5.00", "", "某某"], (7, "借方发生额", "同一行既有收入又有支出")),
    ],
)
def test_a_bad_cell_is_named(row: list[Any], problem: tuple[int, str, str]) -> None:
    assert problems_of(statement([*ICBC, row])) == [problem]


def test_neither_in_nor_out_is_named() -> None:
    rows = [MARKED[0], ["2011-04-10", "冲", "1.00", "甲", "乙", ""]]
    assert problems_of(statement(rows)) == [(2, "借/贷", "既不是收入（贷）也不是支出（借）")]


def test_lines_without_money_are_passed_over() -> None:
    rows = [*CCB, ["20110412", "0.00", "0.00", "1", "人民币", "", "", "20110412", "查询", "", ""]]
    read = read_statement(statement(rows))
    assert (len(read.lines), read.skipped) == (2, 1)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", id="an old or protected file"),
        pytest.param(b"PK\x03\x04", id="a damaged file"),
        pytest.param(b"PK" + b"0" * MAX_FILE_BYTES, id="a large file"),
        pytest.param(statement([["编号", "名称"], ["1", "2"]]), id="another table"),
        pytest.param(statement([ICBC[2]]), id="headings alone"),
        pytest.param(statement([["x"]] * 50 + ICBC), id="a table far below"),
        pytest.param(saved(book_of({"空": []})), id="an empty sheet"),
    ],
)
def test_what_is_no_statement_is_refused(data: bytes) -> None:
    [(row, _column, reason)] = problems_of(data)
    assert row is None
    assert reason


def test_text_is_cut_to_what_is_kept_and_cleaned() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (ICBC[2], ["2011-04-10", "1", "长" * 900, None, 5, 1, "甲\u202e乙"]):
        sheet.append(row)
    [line] = read_statement(saved(book)).lines
    assert len(line.purpose) == 500
    assert line.payer == "甲�乙"
