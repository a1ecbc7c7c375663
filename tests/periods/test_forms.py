"""What a form takes for an amount: as people write it, and nothing that could be another number."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from periods.forms import AmountField


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1234", "1234"),
        ("1,234", "1234"),
        ("12,345.67", "12345.67"),
        ("1,234,567.8", "1234567.8"),
        ("1，234", "1234"),
        ("１２，３４５．６７", "12345.67"),
        (" 12.50 ", "12.50"),
        ("-1,234.00", "-1234.00"),
        ("+5", "5"),
        ("－5", "-5"),
        ("0", "0"),
    ],
)
def test_a_number_is_taken_as_people_write_it(written: str, amount: str) -> None:
    assert AmountField().clean(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    [
        "12,34", "1,2345", "1234,567", ",123", "1,234,", "1,,234", "1,23,456", "1，23", "1.234,56", "1.5,000", "1e3",
        "1E3", "1_000", "１＿０００", "1 234", "0x10", "NaN", "Infinity", "12.", ".5", "--1", "1,234.567", "12万",
    ],
)  # fmt: skip
def test_what_could_be_another_number_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        AmountField().clean(written)


def test_nothing_is_none() -> None:
    assert AmountField(required=False).clean("") is None
    assert AmountField(required=False).clean(None) is None
