"""The firm whose months are computed aside."""

import pytest

from clients.actions_history import rebuild_histories
from funds.models import FundKind
from salesorg.clones import Clone
from tests.firm import JUNE, MAY, Firm


@pytest.fixture
def firm(committed_db: Clone) -> Firm:
    """April and May sold and closed, June sold; both branches with an office, claims and a refund across months."""
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
