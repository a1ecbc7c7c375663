"""Numbers of documents, accounts and telephones: what is wrong is told, what can't be checked is taken."""

import datetime as dt
import random

import pytest
from django.db import connection

from clients.phones import plain_phone
from staff.models import Employee
from staff.numbers.checks import (
    Document,
    document_of,
    plain_id_number,
    plain_number,
    why_no_account,
    why_no_card,
    why_no_id_number,
    why_no_number_of,
    why_no_phone,
)
from staff.pay.selectors_shared_numbers import shared_numbers

TODAY = dt.date(2011, 5, 3)
ID, HOME, TAIWAN, RESIDENCE, PASSPORT = Document
GOOD_ID = "110101199003074522"


def test_the_check_digit_of_an_id_number_holds_all_its_digits() -> None:
    assert why_no_id_number(GOOD_ID, TODAY) is None
    for place, digit in enumerate(GOOD_ID):
        for other in set("0123456789") - {digit}:
            assert why_no_id_number(GOOD_ID[:place] + other + GOOD_ID[place + 1 :], TODAY) is not None
    assert plain_id_number("110101 900307 452") == GOOD_ID
    assert plain_id_number("11010119900307452x") == "11010119900307452X"


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("44052418800101001X", False),
        ("11010519491231002X", True),
        ("１１０１０５１９４９１２３１００２ｘ", True),
        ("110105 19491231 002X", True),
        ("110105491231002", True),
        ("110105490231002", False),
        ("110101201105030010", True),
        ("110101201105040016", False),
        ("11010519491231002", False),
        ("810000199408230021", True),
        ("H12345678", True),
        ("M1234567890", True),
        ("K12345678", True),
        ("H1234", False),
        ("12345678", False),
        ("FRA310175121234", True),
        ("E12345678", True),
        ("EA1234567", True),
        ("C01X00T47", True),
        ("ABCDEFGH", False),
        ("123456", False),
        ("没有", False),
    ],
)
def test_id_numbers_permits_and_passports(number: str, is_right: bool) -> None:
    assert (why_no_id_number(number, TODAY) is None) is is_right


@pytest.mark.parametrize(
    ("number", "right_for", "likely"),
    [
        ("11010519491231002X", {ID, RESIDENCE}, ID),
        ("110105194912310021", set(), ID),
        ("11010519491231002", set(), ID),
        ("110105491231002", {ID}, ID),
        ("11010519", {TAIWAN, PASSPORT}, TAIWAN),
        ("110105194", {PASSPORT}, PASSPORT),
        ("1101051949", {TAIWAN, PASSPORT}, TAIWAN),
        ("1234567890B", {TAIWAN, PASSPORT}, TAIWAN),
        ("H12345678", {HOME, PASSPORT}, HOME),
        ("FRA310175121234", {RESIDENCE}, RESIDENCE),
        ("C3JJPMNT4", {PASSPORT}, PASSPORT),
        ("1234567", {PASSPORT}, PASSPORT),
        ("E 1234 5678", {PASSPORT}, PASSPORT),
        ("ABCDEFGH", set(), ID),
        ("AB1234567890X", set(), ID),
    ],
)
def test_a_number_is_judged_by_its_kind_of_document(number: str, right_for: set[Document], likely: Document) -> None:
    assert {kind for kind in Document if why_no_number_of(kind, number, TODAY) is None} == right_for
    assert document_of(number) == likely
    wrong = why_no_number_of(ID, number, TODAY)
    assert wrong is None or ("请先选证件类型" in wrong) is (likely != ID)


@pytest.mark.parametrize(
    ("number", "is_card", "is_account"),
    [
        ("6222021001122334455", False, True),
        ("6222 0210 0112 2334 458", True, True),
        ("4111111111111111", True, True),
        ("4111111111111112", False, True),
        ("0200001234567890123", False, True),
        ("10010001", False, True),
        ("1001000", False, False),
        ("6222-02X", False, False),
        ("1" * 33, False, False),
    ],
)
def test_cards_and_accounts_without_one(number: str, is_card: bool, is_account: bool) -> None:
    assert (why_no_card(number) is None, why_no_account(number) is None) == (is_card, is_account)


@pytest.mark.parametrize(
    ("phone", "is_right"),
    [
        ("13800138000", True),
        ("+86 138 0013 8000", True),
        ("０１０－８８８８６６６６", True),
        ("0755-26001234转8001", True),
        ("(021) 6888 1234", True),
        ("13800138000/13900139000", True),
        ("13800138000/139", False),
        ("400-800-1234", True),
        ("+1 415 555 2671", True),
        ("0044 20 7946 0958", True),
        ("138001", False),
        ("12345678901", False),
        ("88886666", False),
        ("1380013800", False),
        ("+86 12345", False),
        ("问前台", False),
    ],
)
def test_telephones_by_kind(phone: str, is_right: bool) -> None:
    assert (why_no_phone(phone) is None) is is_right


PIECES = [*"0 -—/、；，|和或转xX＃*１３٣\n", "00", "010", "(0755)", "8888", "6666", "12", "电话", "ext.", "EXT"]
PIECES += ["138", "0013", "8000", "13800138000", "13900139000", "86", "+86", "0086"]


@pytest.mark.django_db
def test_a_telephone_as_kept_is_found_as_the_one_that_was_typed() -> None:
    chance = random.Random(11)  # noqa: S311
    typed = ["".join(chance.choices(PIECES, k=chance.randint(1, 9))) for _number in range(4000)]
    kept = [plain_phone(phone) for phone in typed]
    assert [plain_phone(phone) for phone in kept] == kept
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one, kept, phone_numbers(one), phone_numbers(kept)"
            " FROM unnest(%s::text[], %s::text[]) AS told (one, kept) WHERE phone_numbers(one) <> phone_numbers(kept)",
            [typed, kept],
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_people_who_share_a_number_are_found_by_the_form_that_an_import_compares() -> None:
    chance = random.Random(17)  # noqa: S311
    numbers = [f"{chance.randint(10**14, 10**15 - 1)}" for _number in range(300)]
    written = [*numbers, *(plain_id_number(number) for number in numbers), "ｈ１２３４５６７８", "H 1234-5678"]
    Employee.objects.bulk_create(
        Employee(
            number=f"{place:05}", name="甲", hired_on=TODAY, id_number=number, bank_account=f"６２{number[2:9]}-{place}"
        )
        for place, number in enumerate(written)
    )
    by_form: dict[tuple[str, str], set[str]] = {}
    for person in Employee.objects.all():
        by_form.setdefault(("id_number", plain_id_number(person.id_number)), set()).add(person.number)
        by_form.setdefault(("account", plain_number(person.bank_account)), set()).add(person.number)
    ours = {(kind, frozenset(people)) for (kind, _form), people in by_form.items() if len(people) > 1}
    told = {(one.kind.value, frozenset(person.number for person in one.people)) for one in shared_numbers()}
    assert told == ours
    assert len(ours) >= len(numbers)
