"""A deficit is carried while the employment runs on: in post on the month's last day and the next month's first."""

from decimal import Decimal as D

import pytest

from staff.models import Employee, OpeningState
from tests.firm import APRIL, JULY, JUNE, MAY, Firm, slip

pytestmark = [pytest.mark.django_db, pytest.mark.article("1-4.1")]

DEFICIT = D("-1600.00")


@pytest.fixture
def anne(firm: Firm) -> Employee:
    """Whose commission of April is taken back in May."""
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "20000.00")
    firm.close()
    firm.receipt(receipt.contract, "-20000.00", "05-02", reverses=receipt)
    return anne


@pytest.mark.parametrize(
    ("left_on", "back_on", "is_carried"),
    [
        ("05-20", "06-01", False),
        ("05-31", "06-01", False),
        ("05-20", "05-31", True),
        ("05-20", "05-30", True),
        ("06-01", "06-02", False),
        ("06-01", "06-20", False),
        ("06-02", "06-20", True),
        ("06-02", "06-30", True),
    ],
)
def test_it_is_carried_over_an_end_of_month_in_post(
    firm: Firm, anne: Employee, left_on: str, back_on: str, is_carried: bool
) -> None:
    firm.leave(anne, left_on)
    firm.move(anne, back_on, firm.sales, rank="ZL")
    firm.close(MAY)
    firm.close(JUNE)
    assert slip(anne, MAY).carried == DEFICIT
    assert slip(anne, JUNE).brought == (DEFICIT if is_carried else 0)
    assert slip(anne, JUNE).carried == (DEFICIT if is_carried else 0)


@pytest.mark.parametrize("left_on", ["05-20", "05-31", "06-01"])
def test_a_leavers_stays_on_the_last_payslip_whenever_they_come_back(firm: Firm, anne: Employee, left_on: str) -> None:
    firm.leave(anne, left_on)
    firm.move(anne, "07-01", firm.office, salary="3000.00")
    for month in (MAY, JUNE, JULY):
        firm.close(month)
    assert slip(anne, MAY).carried == DEFICIT
    assert (slip(anne, JULY).brought, slip(anne, JULY).gross) == (D("0.00"), D("3000.00"))


@pytest.mark.parametrize(("left_on", "is_carried"), [("06-02", True), ("06-30", True), ("07-01", True)])
def test_it_is_carried_into_the_last_month_and_no_further(
    firm: Firm, anne: Employee, left_on: str, is_carried: bool
) -> None:
    firm.leave(anne, left_on)
    firm.move(anne, "07-02", firm.sales, rank="ZL")
    for month in (MAY, JUNE, JULY):
        firm.close(month)
    assert (slip(anne, JUNE).brought, slip(anne, JULY).brought) == (DEFICIT, D("0.00"))


@pytest.mark.parametrize("moved_on", ["05-31", "06-01"])
def test_a_move_between_sales_and_support_runs_on(firm: Firm, anne: Employee, moved_on: str) -> None:
    firm.move(anne, moved_on, firm.office, salary="3000.00")
    firm.move(anne, "07-01", firm.sales, rank="ZL")
    for month in (MAY, JUNE, JULY):
        firm.close(month)
    assert slip(anne, JUNE).brought == slip(anne, JULY).brought == DEFICIT


@pytest.mark.parametrize(
    ("left_on", "back_on", "is_carried"),
    [(None, None, True), ("03-31", "04-01", False), ("03-20", "03-31", True), ("04-01", "04-02", False)],
)
def test_what_is_brought_along_at_go_live_is_of_who_was_there_before(
    firm: Firm, left_on: str | None, back_on: str | None, is_carried: bool
) -> None:
    anne = firm.seller("ZL")
    OpeningState.objects.create(employee=anne, brought=DEFICIT)
    if left_on and back_on:
        firm.leave(anne, left_on)
        firm.move(anne, back_on, firm.sales, rank="ZL")
    firm.close(APRIL)
    assert slip(anne).brought == (DEFICIT if is_carried else 0)
