"""How many queries each page takes: a fixed number, whatever the number of lines."""

from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from access.models import User
from tests.cast import browse, log_in_of
from tests.firm import APRIL, MAY
from tests.portal.cast import Cast
from tests.portal.test_pages import sell_much

WHO = 2
"""Session, user with employee."""

MONTH = WHO + 16
"""Orphans that wait for an answer. The own disputes. What was changed of the own pay details. Months: payslips,
uncredited receipts, locked periods with their chain codes. Shown: payslip with plan, assessment with plan, decision on
the rank, support share, uncredited receipts, base pay, adjustments, number of lines, lines;
the plan's names of ranks. Where the lines take more than a page, what is held of them is asked for by itself."""

LINE = WHO + 5
"""The line with all that explains it, the line it takes back, the lines that take it back, what adjusts it, the own
dispute about its contract."""

RECEIPTS = WHO + 4
"""Payslip, adjustments, number of receipts, receipts."""


@pytest.mark.parametrize(("sales", "address"), [(0, "/"), (120, "/"), (0, "/pay/2011-05/"), (120, "/pay/2011-05/")])
def test_a_month(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, sales: int, address: str) -> None:
    sell_much(cast, sales)
    alice = cast.browse(cast.alice)
    with django_assert_num_queries(MONTH + bool(sales)):
        alice.get(address)


def test_a_line(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    paid = cast.line(cast.alice, base=Decimal("20000.00"))
    taken_back = cast.line(cast.alice, MAY)
    alice = cast.browse(cast.alice)
    with django_assert_num_queries(LINE - 1):  # no refund: nothing it takes back
        alice.get(f"/pay/{APRIL}/lines/{paid.receipt_id}/{paid.kind}/")
    with django_assert_num_queries(LINE):
        alice.get(f"/pay/{MAY}/lines/{taken_back.receipt_id}/{taken_back.kind}/")


@pytest.mark.parametrize("sales", [0, 120])
def test_the_receipts_of_a_month(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, sales: int) -> None:
    sell_much(cast, sales)
    alice = cast.browse(cast.alice)
    with django_assert_num_queries(RECEIPTS):
        alice.get("/pay/2011-05/receipts/")


def test_nothing_yet(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    nobody, eve = cast.browse(None), cast.browse(cast.eve)
    with django_assert_num_queries(WHO):
        nobody.get("/")
    with django_assert_num_queries(
        WHO + 7
    ):  # the three for the months, the orphans that wait, the own disputes, the own pay details
        eve.get("/")


def test_the_log_in(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browse(log_in_of(User.Role.SALESPERSON))
    browser.logout()
    with django_assert_num_queries(0):
        browser.get("/login/")
