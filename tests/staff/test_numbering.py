"""The staff number that is suggested at a hire: the next of the series in use, whatever numbers were given apart."""

import pytest

from staff.numbers.rules import APART, Series, series_in_use

ALL = [f"{number:05}" for number in range(39, 0, -1)]


@pytest.mark.parametrize(
    ("numbers", "coming"),
    [
        (["90003", "90002", "90001", *ALL], "00040"),
        (["A7", "老板", *ALL], "00040"),
        (["20110002", "20110001", *(f"2010{number:04}" for number in range(300, 0, -1))], "20100301"),
        ([*(f"2011{number:04}" for number in range(5, 0, -1)), *(f"2010{number:04}" for number in range(9, 0, -1))],
         "20110006"),
        (["00001", f"{1 + APART:05}"], f"{2 + APART:05}"),
        (["00001", f"{2 + APART:05}"], "00002"),
        (["BJ09", "BJ10"], "BJ11"),
        (["99"], "100"),
        (["99", "100"], "101"),
        (["甲", "乙"], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_next_of_the_series_in_use(numbers: list[str], coming: str | None) -> None:
    series = series_in_use(numbers)
    assert (series.coming if series else None) == coming


def test_it_says_which_series() -> None:
    assert series_in_use(["90001", *ALL]) == Series("00001", "00039", "00040")
