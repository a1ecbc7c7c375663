"""What a cell means, kind by kind."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.month import Month
from workbooks.company.cells import Amount, BadCell, Choice, Code, Count, Date, MonthCell, Reader, Sign, Text, shown
from workbooks.xlsx.values import ErrorValue, Formula, MonthShown, Number, RawValue

MONEY = Amount(Sign.ANY)
MIDNIGHT = dt.datetime(2011, 4, 1)  # noqa: DTZ001

SHOWN = [
    ("7", "0000", "0007"),
    ("7", "00000;-00000", "00007"),
    ("123456", "000-000", "123-456"),
    ("1234567", "000-000", "1234-567"),
    ("7", '"R"0000', "R0007"),
    ("7", "\\R0000", "R0007"),
    ("7", '"编号"General', "编号7"),
    ("7", "@", "7"),
    ("7", "0_ ", "7"),
    ("7", "[Red]0000", "0007"),
    ("7", "[$-804]0000", "0007"),
    ("7", "#,##0", "7"),
    ("13800138000", "000 0000 0000", "138 0013 8000"),
    ("0", "0000", "0000"),
    ("123456789012345", "0", "123456789012345"),
]
OTHERWISE_SHOWN = [
    ("7", "0.00"), ("1234", "#,##0"), ("7", "0,000"), ("7", "0%"), ("12", "0.00E+00"), ("7", ";;;"), ("7", "# ?/?"),
    ("1234567", "[<=9999999]000-0000;0000"), ("7", "[DBNum1]0"), ("12000", "0,"), ("7", '"R"'),
]  # fmt: skip
DAYS = (
    "2011/4/6", "2011/04/06", "2011-4-6", "2011.4.6", "2011年4月6日", "2011年04月06号", "2011 年 4 月 6 日", "20110406",
    "２０１１／４／６", "２０１１年４月６日", "2011-04-06 00:00:00", "2011/4/6 0:00", "\u00a02011-04-06\u3000",
)  # fmt: skip
MONTHS = ("2011年4月", "2011年04月份", "2011/04", "2011/4", "2011-4", "2011.04", "201104", "２０１１年４月")
NO_DAYS = (
    "6/4/2011", "04/16/2011", "11/4/6", "11-04-06", "110406", "2011/4-6", "2011-04", "2011年4月", "20114", "2011046",
    "2011 4 6", "4月6日", "6-Apr-2011", "2011/4/", "40639",
)  # fmt: skip
NO_MONTHS = ("4/2011", "11/4", "1104", "2011.1", "2011", "4月", "2011年", "2011-04-01", "2011-13", "201113", "20114")

READ: list[tuple[Reader, RawValue, Any]] = [
    (MONEY, Number("19800"), Decimal("19800")),
    (MONEY, Number("19.989999999999998"), Decimal("19.99")),
    (MONEY, Number("28.799999999999997"), Decimal("28.80")),
    (MONEY, Number("0.30000000000000004"), Decimal("0.3")),
    (MONEY, Number("-1234.5699999999999"), Decimal("-1234.57")),
    (MONEY, Number("1234.5", "#,##0.00"), Decimal("1234.5")),
    (MONEY, Number("-1234.5", "#,##0.00_);[Red](#,##0.00)"), Decimal("-1234.5")),
    (MONEY, Number("1234", "#,##0"), Decimal("1234")),
    (MONEY, Number("1234.56", '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ '), Decimal("1234.56")),
    (MONEY, Number("0", '#,##0.00;-#,##0.00;"-"'), Decimal("0")),
    (MONEY, Number("0.25", "0%"), Decimal("0.25")),
    (MONEY, Number("1200", "0.0E+00"), Decimal("1200")),
    (MONEY, Number("1.98E4"), Decimal("19800")),
    (MONEY, Number("-0.5"), Decimal("-0.5")),
    (MONEY, Number("-0"), Decimal("0")),
    (MONEY, "19800.5", Decimal("19800.5")),
    (MONEY, " 1,234,567.89 ", Decimal("1234567.89")),
    (MONEY, "－１２３．４５", Decimal("-123.45")),
    (MONEY, "+7", Decimal("7")),
    (MONEY, "　", None),
    (MONEY, "999999999999.99", Decimal("999999999999.99")),
    (Amount(Sign.NOT_NEGATIVE, decimals=4), "0.0001", Decimal("0.0001")),
    (Amount(Sign.NOT_POSITIVE), "0", Decimal("0")),
    (Date(), MIDNIGHT, dt.date(2011, 4, 1)),
    (Date(), "2012-02-29", dt.date(2012, 2, 29)),
    (Date(), "２０１１-０４-０１", dt.date(2011, 4, 1)),
    (Date(), "1950-01-01", dt.date(1950, 1, 1)),
    (Date(), "2099-12-31", dt.date(2099, 12, 31)),
    *((Date(), text, dt.date(2011, 4, 6)) for text in DAYS),
    (Date(), Number("20110406"), dt.date(2011, 4, 6)),
    *((MonthCell(), text, Month(2011, 4)) for text in MONTHS),
    (MonthCell(), Number("201104"), Month(2011, 4)),
    (MonthCell(), MonthShown(2011, 4, 15), Month(2011, 4)),
    (MonthCell(), "2011-04", Month(2011, 4)),
    (MonthCell(), MIDNIGHT, Month(2011, 4)),
    (Code(32), "00012", "00012"),
    (Code(32), " 00012　", "00012"),
    (Code(32), Number("12"), "12"),
    (Code(32), Number("12.0"), "12"),
    (Code(32), Number("123456789012345"), "123456789012345"),
    (Code(32), "Ａ１", "Ａ１"),
    (Code(32), "A\u00a01", "A 1"),
    (Code(32), Number("7.0"), "7"),
    *((Code(32), Number(number, code), shown_as) for number, code, shown_as in SHOWN),
    (Code(3), "", None),
    (Text(10), Number("3.5"), "3.5"),
    (Text(10), "=1+1", "=1+1"),
    (Text(10), "\n餐饮\t", "餐饮"),
    (Count(), Number("2"), 2),
    (Count(), "0", 0),
    (Choice({"是": True, "否": None}), "是", True),
    (Choice({"是": True, "否": None}), " 否 ", None),
]

REFUSED: list[tuple[Reader, RawValue, str]] = [
    (MONEY, "一万", "不是数字"),
    (MONEY, "1e5", "不是数字"),
    (MONEY, "¥100", "不是数字"),
    (MONEY, "(100)", "不是数字"),
    (MONEY, "1,00", "不是数字"),
    (MONEY, "12,345,6", "不是数字"),
    (MONEY, "1 000", "不是数字"),
    (MONEY, "1_000", "不是数字"),
    (MONEY, "NaN", "不是数字"),
    (MONEY, "Infinity", "不是数字"),
    (MONEY, "٣", "不是数字"),
    (MONEY, Number("NaN"), "不是数字"),
    (MONEY, Number("inf"), "不是数字"),
    (MONEY, Number("1E400"), "不是数字"),
    (MONEY, Number("0x10"), "不是数字"),
    (MONEY, Number("-0.001"), "小数超过 2 位"),
    (MONEY, "100.000", "小数超过 2 位"),
    (MONEY, "0.3000000000000000001", "小数超过 2 位"),
    (MONEY, Number("12345678901234567890"), "数值过大"),
    (MONEY, "12345678901234567890", "数值过大"),
    (MONEY, "9" * 5000, "数值过大"),
    (MONEY, Number("1E300"), "数值过大"),
    (MONEY, MIDNIGHT, "却是日期"),
    (MONEY, True, "逻辑值"),
    (MONEY, Formula("=A1*2"), "公式"),
    (MONEY, ErrorValue("#DIV/0!"), "错误值"),
    (Amount(Sign.POSITIVE), "0.00", "大于零"),
    (Amount(Sign.POSITIVE), "-1", "大于零"),
    (Amount(Sign.NOT_NEGATIVE), "-1", "不能为负数"),
    (Amount(Sign.NOT_POSITIVE), "1", "零或负数"),
    (Amount(Sign.ANY_BUT_ZERO), Number("0"), "不能为零"),
    (Date(), "2011-02-31", "没有这一天"),
    (Date(), "2011-13-01", "没有这一天"),
    *((Date(), text, "不是日期") for text in NO_DAYS),
    *((MonthCell(), text, "不是月份") for text in NO_MONTHS),
    (Date(), "2011/2/30", "没有这一天"),
    (Date(), "20111301", "没有这一天"),
    (Date(), "2011-04-06 13:30", "时间"),
    (Date(), Number("2011.04"), "不是日期"),
    (MonthCell(), Number("2011.1"), "不是月份"),
    (MONEY, Number("28.799999"), "小数超过 2 位"),
    (MONEY, Number("0.285", "0.00"), "显示"),
    (MONEY, Number("1234.56", "#,##0"), "显示"),
    (MONEY, Number("12000", "0.0,"), "显示"),
    (MONEY, Number("12000", '0\\.0,"万"'), "显示"),
    (MONEY, Number("12", ";;;"), "显示"),
    (MONEY, Number("1234", "0.0E+00"), "显示"),
    (Date(), Number("40634"), "不是日期"),
    (Date(), Number("-1"), "不是日期"),
    (Date(), "1949-12-31", "不在 1950 年至 2099 年之间"),
    (Date(), "2100-01-01", "不在 1950 年至 2099 年之间"),
    (Date(), dt.datetime(1900, 1, 1), "不在 1950 年至 2099 年之间"),  # noqa: DTZ001
    (Date(), dt.datetime(2011, 4, 1, 9, 30), "时间"),  # noqa: DTZ001
    (Date(), False, "逻辑值"),
    (MonthCell(), "2011-00", "不是月份"),
    (MonthCell(), dt.datetime(2011, 4, 2), "不是月份"),  # noqa: DTZ001
    (MonthCell(), "0001-01", "不在 1950 年至 2099 年之间"),
    (Code(32), Number("6225215010751639"), "丢失末尾"),
    (Code(32), Number("1.2345E+17"), "丢失末尾"),
    (Code(32), Number("6222021234567890123", "0"), "丢失末尾"),
    (Code(32), Number("6.22202123456789E+18", "0.00E+00"), "丢失末尾"),
    *((Code(32), Number(number, code), "显示") for number, code in OTHERWISE_SHOWN),
    (Code(32), "'0007", "撇号"),
    (Code(32), "\ufeff0007", "不可见字符"),
    (Code(32), Number("12.5"), "应为文本"),
    (Code(32), Number("-12"), "应为文本"),
    (Code(32), MIDNIGHT, "却是日期"),
    (Code(3), "1234", "超过 3 个字符"),
    (Code(32), "1\x002", "不可见字符"),
    (Code(32), "1\u200b2", "不可见字符"),
    (Code(32), "1\n2", "不可见字符"),
    (Text(10), "a\u202eb", "不可见字符"),
    (Text(10), True, "逻辑值"),
    (Text(10), Formula("=A1"), "公式"),
    (Count(), Number("1.5"), "整数"),
    (Count(), Number("-1"), "整数"),
    (Count(), Number("32768"), "整数"),
    (Choice({"是": True}), "yes", "只能填写：是"),
    (Choice({"是": True}), True, "逻辑值"),
]


@pytest.mark.parametrize(("reader", "raw", "value"), READ, ids=lambda part: repr(part)[:40])
def test_a_cell_is_read(reader: Reader, raw: RawValue, value: Any) -> None:
    assert reader.read(raw) == value


@pytest.mark.parametrize(("reader", "raw", "reason"), REFUSED, ids=lambda part: repr(part)[:40])
def test_a_cell_is_refused(reader: Reader, raw: RawValue, reason: str) -> None:
    with pytest.raises(BadCell, match=reason):
        reader.read(raw)


@given(st.decimals(min_value=Decimal("-999999999999.99"), max_value=Decimal("999999999999.99"), places=2))
def test_an_amount_survives_being_stored_as_a_double(amount: Decimal) -> None:
    assert MONEY.read(Number(repr(float(amount)))) == amount
    assert MONEY.read(str(amount)) == amount


@given(st.text() | st.text().map(Number) | st.text().map(Formula) | st.booleans() | st.datetimes())
def test_whatever_a_cell_holds_is_read_or_refused(raw: RawValue) -> None:
    readers: list[Any] = [MONEY, Date(), MonthCell(), Code(5), Text(5), Count(), Choice({"是": True})]
    for reader in readers:
        try:
            value = reader.read(raw)
        except BadCell:
            continue
        assert value is None or isinstance(reader.write(value), str)
    assert isinstance(shown(raw), str)


def test_what_is_shown_is_what_excel_shows() -> None:
    assert shown(Number("19.989999999999998")) == "19.99"
    assert shown(Number("1E+2")) == "100"
    assert shown(Number("7", "0000")) == "0007"
    assert shown(Number("28.799999999999997", "0.00")) == "28.8"
    assert shown(MIDNIGHT) == "2011-04-01"
    assert shown(MIDNIGHT.replace(hour=9)) == "2011-04-01 09:00:00"
    assert shown(True) == "TRUE"
    assert shown(None) == ""
    assert shown("长" * 101) == "长" * 100 + "…"
