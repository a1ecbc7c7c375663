"""The firm whose months are computed aside."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from clients.history.actions import rebuild_histories
from funds.models import FundKind
from salesorg.databases.clones import Databases
from tests.firm import APRIL, JUNE, MAY, Firm
from tests.made_once import Made, made_once


def sold() -> Firm:
    """April, May and June sold; both branches with an office, claims and a refund across months."""
    firm = Firm()
    for sales, office in ((firm.sales, firm.office), (firm.south_sales, firm.south_office)):
        seller, clerk = firm.seller("GW", department=sales), firm.clerk(department=office)
        firm.weigh(clerk, "1")
        firm.weigh(clerk, "2", MAY)
        firm.weigh(clerk, "2", JUNE)
        paid = firm.sells(seller, "80000.00", "04-10")
        firm.sells(seller, "160000.00", "05-10")
        firm.receipt(paid.contract, "-30000.00", "05-20", reverses=paid)
        firm.sells(seller, "45000.00", "06-10")
        firm.claim("300.00", "05-03", fund=FundKind.CLIENT_RELATIONS)
    rebuild_histories()
    return firm


def closed() -> Firm:
    """The same with April and May locked."""
    firm = sold()
    for month in (APRIL, MAY):
        firm.close(month)
    return firm


@pytest.fixture(scope="package")
def made_sold(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[Firm]]:
    with made_once(databases, django_db_blocker, sold) as made:
        yield made


@pytest.fixture(scope="package")
def made_closed(
    databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Made[Firm]]:
    with made_once(databases, django_db_blocker, closed) as made:
        yield made


@pytest.fixture
def firm(made_sold: Made[Firm], databases: Databases) -> Iterator[Firm]:
    """What was sold, in a database of this test's own, for previews really commit."""
    with databases.clone(of=made_sold.database):
        yield made_sold.what


@pytest.fixture
def closed_firm(made_closed: Made[Firm], databases: Databases) -> Iterator[Firm]:
    """The same with April and May locked."""
    with databases.clone(of=made_closed.database):
        yield made_closed.what
