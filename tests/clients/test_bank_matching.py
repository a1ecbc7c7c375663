"""Which line of a statement is which receipt."""

import datetime as dt
from decimal import Decimal

import pytest

from clients.bank.rules import BankEntry, Evidence, Matching, OurEntry, match

FIRM, OTHER = "北京华达信企业管理有限公司", "广州远洋贸易有限公司"


def line(
    key: int, day: int = 10, amount: str = "20000.00", payer: str = FIRM, purpose: str = "", reference: str = ""
) -> BankEntry:
    return BankEntry(key, dt.date(2011, 4, day), Decimal(amount), payer, purpose, reference)


def receipt(key: int, day: int = 10, amount: str = "20000.00", client: str = FIRM) -> OurEntry:
    return OurEntry(key, dt.date(2011, 4, day), Decimal(amount), f"R000{key}", f"K000{key}", client)


def pairs(matching: Matching) -> list[tuple[int, int]]:
    return [(one.line.key, one.receipt.key) for one in matching.certain]


def open_(matching: Matching) -> dict[int, list[int]]:
    return {key: [one.receipt.key for one in ones] for key, ones in matching.open.items()}


def test_amount_day_and_payer_alike_is_certain() -> None:
    found = match([line(1)], [receipt(7)], days=3)
    assert pairs(found) == [(1, 7)]
    assert found.certain[0].evidence is Evidence.SAME_PAYER


@pytest.mark.parametrize(("apart", "is_found"), [(3, True), (4, False), (-3, True), (-4, False)])
def test_days_apart(apart: int, is_found: bool) -> None:
    assert bool(pairs(match([line(1, 10 + apart)], [receipt(7)], days=3))) is is_found


def test_a_fee_taken_off_on_the_way_is_another_amount() -> None:
    found = match([line(1, amount="19999.50")], [receipt(7)], days=3)
    assert not found.certain
    assert not found.open


def test_another_payer_is_for_a_person_to_decide() -> None:
    found = match([line(1, payer=OTHER)], [receipt(7)], days=3)
    assert not found.certain
    assert open_(found) == {1: [7]}
    assert found.open[1][0].evidence is Evidence.OTHER_PAYER


def test_no_payer_is_for_a_person_to_decide() -> None:
    assert open_(match([line(1, payer="")], [receipt(7)], days=3)) == {1: [7]}


def test_a_payer_that_differs_by_one_character_is_for_a_person_to_decide() -> None:
    found = match([line(1, payer="北京华信科技有限公司")], [receipt(7, client="北京华兴科技有限公司")], days=3)
    assert not found.certain
    assert found.open[1][0].evidence is Evidence.CLOSE_PAYER


@pytest.mark.parametrize(
    ("payer", "client"),
    [
        ("北京华达信企业管理有限公司上海分公司", "北京华达信企业管理有限公司"),
        ("华达信企业管理", "北京华达信企业管理有限公司"),
        ("北京华达信企业管理有限公司", "华达信企业管理"),
        ("华达信企业集团", "华达信企业有限公司"),
        ("华达信企业股份有限公司", "华达信企业有限公司"),
        ("华达信企业管", "华达信企业"),
    ],
)
def test_a_name_that_matches_in_part_is_for_a_person_to_decide(payer: str, client: str) -> None:
    found = match([line(1, payer=payer)], [receipt(7, client=client)], days=3)
    assert not found.certain
    assert found.open[1][0].evidence is Evidence.PART_OF_NAME


@pytest.mark.parametrize("payer", ["北京华达信（企业）管理有限公司", "北京华达信(企业)管理 有限公司"])
def test_brackets_blanks_and_width_make_no_other_name(payer: str) -> None:
    assert pairs(match([line(1, payer=payer)], [receipt(7)], days=3)) == [(1, 7)]


def test_the_clients_name_in_the_purpose_is_for_a_person_to_decide() -> None:
    one = line(1, payer="王小明", purpose="代华达信企业管理付培训费")
    found = match([one], [receipt(7, client="华达信企业管理有限公司")], days=3)
    assert not found.certain
    assert found.open[1][0].evidence is Evidence.PART_OF_NAME


def test_equal_sums_of_a_client_and_of_one_that_bears_part_of_its_name() -> None:
    lines = [line(1, payer="华达信企业"), line(2, payer="华达信企业管理有限公司")]
    receipts = [receipt(7, client="华达信企业管理有限公司"), receipt(8, client="华达信企业")]
    assert pairs(match(lines, receipts, days=3)) == [(1, 8), (2, 7)]


@pytest.mark.parametrize(
    ("purpose", "is_found"), [("合同K0007款", True), ("合同 K00071 款", False), ("BK0007", False), ("款R0007", True)]
)
def test_a_number_in_the_purpose_speaks_for_it_if_it_stands_by_itself(purpose: str, is_found: bool) -> None:
    assert bool(pairs(match([line(1, payer=OTHER, purpose=purpose)], [receipt(7)], days=3))) is is_found


def test_the_same_sum_twice_on_one_day_by_two_payers() -> None:
    lines = [line(1, payer=FIRM), line(2, payer=OTHER)]
    receipts = [receipt(7, client=OTHER), receipt(8, client=FIRM)]
    assert pairs(match(lines, receipts, days=3)) == [(1, 8), (2, 7)]


def test_the_same_sum_twice_by_one_payer_is_paired_in_the_order_of_days() -> None:
    assert pairs(match([line(1, 12), line(2, 10)], [receipt(7, 10), receipt(8, 12)], days=3)) == [(1, 8), (2, 7)]
    assert pairs(match([line(1), line(2)], [receipt(7), receipt(8)], days=3)) == [(1, 7), (2, 8)]


def test_paid_twice_and_entered_once_is_for_a_person_to_decide() -> None:
    found = match([line(1), line(2)], [receipt(7)], days=3)
    assert not found.certain
    assert open_(found) == {1: [7], 2: [7]}


def test_paid_once_and_entered_twice_is_for_a_person_to_decide() -> None:
    assert open_(match([line(1)], [receipt(7), receipt(8, 11)], days=3)) == {1: [7, 8]}


def test_two_clients_that_a_short_name_fits_are_for_a_person_to_decide() -> None:
    receipts = [receipt(7, client="华达信企业管理（北京）有限公司"), receipt(8, client="上海华达信企业管理有限公司")]
    assert open_(match([line(1, payer="华达信企业管理")], receipts, days=3)) == {1: [7, 8]}


def test_refunds_are_paired_with_money_that_went_out() -> None:
    found = match([line(1, amount="-20000.00"), line(2)], [receipt(7, amount="-20000.00"), receipt(8)], days=3)
    assert pairs(found) == [(1, 7), (2, 8)]


def test_what_was_taken_apart_is_not_paired_again() -> None:
    found = match([line(1)], [receipt(7)], days=3, rejected=frozenset({(1, 7)}))
    assert not found.certain
    assert not found.open
    assert pairs(match([line(1)], [receipt(7), receipt(8)], days=3, rejected=frozenset({(1, 7)}))) == [(1, 8)]


def test_what_is_certain_is_no_choice_for_another_line() -> None:
    found = match([line(1), line(2, payer="")], [receipt(7)], days=3)
    assert pairs(found) == [(1, 7)]
    assert not found.open


def test_the_likeliest_comes_first() -> None:
    receipts = [receipt(7, 10, client="无关公司甲乙"), receipt(8, 12, client=OTHER), receipt(9, 11, client=OTHER)]
    found = match([line(1, payer="广州远洋货易有限公司")], receipts, days=3)
    assert open_(found) == {1: [9, 8, 7]}
