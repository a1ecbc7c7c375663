"""Lists and pages ask as many questions of the database for many rows as for few."""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import User
from clients.models import Client, Receipt
from compensation.models import CommissionLine, Payslip
from rulebook.month import Month
from staff.models import Absence, Branch, Department, Employee, Review
from tests.admin.addresses import address, page_of
from tests.cast import log_in_of
from tests.firm import APRIL, JUNE, MAY, Firm, on

pytestmark = pytest.mark.slow
MOST = 20
LONGER_THAN_A_PAGE = ("BasePayLine", "ClientStatus", "MonthStep", "Payslip")
"""Lists whose rows are found by their keys first once they don't fit on one page."""
JANUARY = Month(2011, 1)


@pytest.mark.parametrize("role", [User.Role.FINANCE, User.Role.BRANCH_GM])
def test_queries_do_not_grow(db: None, role: str) -> None:
    firm = Firm()
    person = hire(firm)
    user = log_in_of(role, "u")
    Employee.objects.filter(pk=person.pk).update(user=user)
    firm.close(APRIL, lock=False)
    browser = Browser()
    browser.force_login(user)
    browser.get("/admin/")
    few = {name: asked(browser, url) for name, url in pages(firm, person).items()}

    for _ in range(12):
        hire(firm)
        firm.sells(person, "1000.00", "04-20")
    for month in (APRIL, MAY, JUNE):
        firm.close(month)
    many = {name: asked(browser, url) for name, url in pages(firm, person).items()}
    longer = {name: few[name] + 1 if name in LONGER_THAN_A_PAGE else few[name] for name in few}
    assert {name: (few[name], count) for name, count in many.items() if count > longer[name]} == {}
    assert {name: count for name, count in many.items() if count > MOST} == {}


def hire(firm: Firm) -> Employee:
    """Somebody who sells, develops an orphan that a clerk assists on, was under review, and is absent for a day."""
    seller, clerk = firm.seller("GW"), firm.clerk()
    firm.sells(seller, "30000.00", "04-10")
    orphan = firm.client()
    firm.assign(orphan, seller, "04-02")
    firm.receipt(firm.contract(seller, client=orphan, signed="04-03", assistant=clerk), "9000.00", "04-12")
    firm.weigh(clerk, "1")
    firm.claim("1.00", "05-03")
    flagged = {"kind": Review.Kind.DISMISSAL, "month": JANUARY, "last_month": JANUARY}
    Review.objects.create(employee=seller, opened_at=timezone.now(), **flagged)
    Absence.objects.create(employee=seller, start=on("07-01"), end=on("07-01"), kind=Absence.Kind.SICK)
    return seller


def pages(firm: Firm, person: Employee) -> dict[str, str]:
    """Every list within the role's rights, the first page, and the pages of records with many parts."""
    line = CommissionLine.objects.filter(employee=person).earliest("pk")
    lists = {model.__name__: address(model, "changelist") for model in admin.site._registry}
    return lists | {
        "home": "/admin/",
        "payslip": address(Payslip, "change", Payslip.objects.get(employee=person, month=APRIL).pk),
        "person": address(Employee, "change", person.pk),
        "branch": address(Branch, "change", firm.north.pk),
        "department": address(Department, "change", firm.sales.pk),
        "line": page_of(line),
        "receipt": address(Receipt, "change", line.receipt_id),
        "client": address(Client, "change", line.receipt.contract.client_id),
    }


def asked(browser: Browser, url: str) -> int:
    """How many queries a page takes, allowed or not, to a process that has not read the content types yet."""
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code in (200, 403), url
    return len(captured)
