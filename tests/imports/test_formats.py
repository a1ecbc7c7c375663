"""What Excel shows of an amount counts: formats whose words make another number of it are told, others are not."""

from decimal import Decimal

import pytest

from tests.imports.books import places, take_in
from tests.imports.odd import company_file
from tests.imports.test_odd_workbooks import styled
from workbooks.xlsx.formats import hides

OTHERWISE = {
    "ten thousands": ('0"万"', 12),
    "ten thousands, unquoted": ("0万", 12),
    "ten thousands, escaped": (r"0\万", 12),
    "thousands": ('#,##0.00"千元"', 12),
    "hundreds of millions": ('0.00"亿"', 3),
    "thousands in English": ('0"K"', 12),
    "millions in English": ('0.0" m CNY"', 12),
    "zeros written behind": ('0"00"', 100),
    "a digit written before": ('"1"0', 100),
    "a digit of a wide keyboard": ('0"０"', 100),
    "words of a general number": ('General"万"', 12),
    "a digit behind zero": ('0"5"', 0),
    "a written minus": ('"-"0', 100),
    "a written minus before a negative one": ('"-"0', -100),
    "an unquoted minus": ("-0", 100),
    "a minus behind": ('0"-"', 100),
    "parentheses": ("(0)", 100),
    "wide parentheses": ('"（"0"）"', 100),
    "a section without a sign": ("0;0", -50),
    "a red section without a sign": ("#,##0.00;[Red]#,##0.00", -50),
    "a general section without a sign": ("General;General", -50),
    "a section with a unit only": ('0"元";0"元"', -50),
    "a currency between digits": ('0"元"00', 1234),
    "a written point": ('0"."00', 1234),
    "a written percent": ('0"%"', 12),
}
AS_IT_IS = {
    "yuan": ('#,##0.00"元"', 1234),
    "yuan, negative": ('#,##0.00"元"', -1234),
    "a sign of currency": ('"¥"#,##0.00', 1234),
    "a currency with its language": ("[$¥-804]#,##0.00", 1234),
    "a currency by letters": ('"CNY" 0.00', 12),
    "a currency by brackets": ("[$CNY] 0.00;[$CNY] -0.00", -12),
    "a unit in parentheses": ('0"(元)"', 12),
    "a section with a minus": ("0;-0", -50),
    "a red section with a minus": ("0;[Red]-0", -50),
    "a section in parentheses": (r"#,##0_);\(#,##0\)", -50),
    "an accountant's, positive": ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', 50),
    "an accountant's, negative": ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', -50),
    "an accountant's, zero": ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0),
    "zero as a line": ('0;-0;"-"', 0),
    "zero of ten thousands": ('0"万"', 0),
    "groups by spaces": ('# ##0" "000', 1234567),
    "text": ("@", 12),
    "a plus": ("+0;-0", 12),
    "general": ("General", -12),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_words_that_make_another_number_are_told(name: str) -> None:
    code, number = OTHERWISE[name]
    assert hides(Decimal(number), code)


@pytest.mark.parametrize("name", AS_IT_IS)
def test_words_that_only_name_the_unit_are_not(name: str) -> None:
    code, number = AS_IT_IS[name]
    assert not hides(Decimal(number), code)


@pytest.mark.django_db
def test_an_amount_shown_in_ten_thousands_is_refused_at_its_place() -> None:
    cell = {("到款", "金额"): '<c s="1"><v>12</v></c>'}
    assert places(take_in(company_file(cell, styles=styled("0&quot;万&quot;")))) == [("到款", 2, "金额")]
    assert take_in(company_file(cell, styles=styled("0&quot;元&quot;"))).imported
