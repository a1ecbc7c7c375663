"""A single value that is wrong in what rulings split, moved and held is found, and named by its table."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db.models import Model
from pytest_django.plugin import DjangoDbBlocker

from access.actor import CONSOLE
from clients.models import Contract
from compensation.corrections.actions_rulings import begin_hold, post_ruling
from compensation.corrections.effects_rulings import WantedRuling, WantedShare, effect_of_ruling
from compensation.models import Adjustment, BranchSalesMove, CommissionLine, Credit, HeldCommission, RulingShare
from salesorg.databases.clones import Databases
from staff.models import Branch, Employee
from tests.firm import MAY, Firm
from tests.made_once import Made, made_once
from tests.replacing import replace_row
from tests.verify.closing import found

IN_MAY = {
    Credit: Credit.objects.filter(party__isnull=False),
    CommissionLine: CommissionLine.objects.filter(ruling__isnull=False),
    HeldCommission: HeldCommission.objects.all(),
    Adjustment: Adjustment.objects.filter(line__ruling__isnull=False),
    RulingShare: RulingShare.objects.all(),
    BranchSalesMove: BranchSalesMove.objects.all(),
}
"""The rows of each table that the hash reads after the others."""


def rule(contract: Contract, *parties: Employee) -> None:
    """Divide a contract among parties, all alike."""
    share = 1 / Decimal(len(parties))
    shares = [WantedShare(party, share, share) for party in parties]
    wanted = WantedRuling(Contract.objects.get(pk=contract.pk), shares, "D00001")
    post_ruling(wanted, reason="裁决", shown=effect_of_ruling(wanted).digest, by=CONSOLE)


def computed() -> Firm:
    """May with a contract divided anew, half of it to the other branch, and another that is held, computed."""
    firm = Firm()
    anne, ben, cleo = firm.seller("GW"), firm.seller("ZL"), firm.seller("ZL", department=firm.south_sales)
    divided, disputed = firm.contract(anne), firm.contract(anne)
    rule(divided, anne, ben)
    paid = firm.receipt(divided, "80000.00")
    firm.close()
    rule(divided, anne, cleo)
    begin_hold(disputed, reference="D00003", by=CONSOLE)
    firm.receipt(divided, "-100.00", "05-10", reverses=paid)
    firm.receipt(divided, "500.00", "05-11")
    firm.receipt(disputed, "1000.00", "05-12")
    firm.close(MAY, lock=False)
    return firm


@pytest.fixture(scope="module")
def made(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[Firm]]:
    with made_once(databases, django_db_blocker, computed) as made:
        yield made


@pytest.fixture
def firm(made: Made[Firm]) -> Iterator[Firm]:
    with made.taken_back() as firm:
        yield firm


def told_of(model: type[Model], column: str) -> bool:
    """Whether a difference names the table and the column."""
    names = str(model._meta.verbose_name), str(model._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
    return any(line.startswith(names[0]) and f"，{names[1]}：" in line for line in found(MAY))


def test_nothing_differs(firm: Firm) -> None:
    assert found(MAY) == []


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Credit, "amount"),
        (CommissionLine, "base"),
        (CommissionLine, "amount"),
        (HeldCommission, "amount"),
        (Adjustment, "amount"),
        (Adjustment, "sales"),
        (BranchSalesMove, "sales"),
    ],
)
def test_a_fen_is_found(firm: Firm, model: type[Model], column: str) -> None:
    row = IN_MAY[model].filter(month=MAY).order_by("pk").first()
    assert row is not None
    replace_row(row, **{column: getattr(row, column) + Decimal("0.01")})
    assert told_of(model, column)


@pytest.mark.parametrize("model", [Credit, CommissionLine, HeldCommission, RulingShare])
def test_another_branch_is_found(firm: Firm, model: type[Model]) -> None:
    row = IN_MAY[model].filter(month=MAY).order_by("pk").first()
    assert row is not None
    other = Branch.objects.exclude(pk=row.__dict__["branch_id"]).get()
    replace_row(row, branch_id=other.pk)
    assert told_of(model, "branch")


@pytest.mark.parametrize("model", [Adjustment, BranchSalesMove, HeldCommission])
def test_a_missing_row_is_found(firm: Firm, model: type[Model]) -> None:
    row = IN_MAY[model].filter(month=MAY).order_by("pk").first()
    assert row is not None
    model._default_manager.filter(pk=row.pk).delete()
    assert any(line.startswith(str(model._meta.verbose_name)) for line in found(MAY))
