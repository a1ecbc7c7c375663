"""A single fen that is wrong in any stored amount is found, and named by its table, row and column."""

import io
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import DecimalField, F, Model

from clients.models import Contract
from compensation.models import BasePayLine, CommissionLine, Credit, Payslip, SupportPool, SupportShare
from funds.models import ClaimDecision, FundLot, FundMovement
from monthend.verify.comparing import Difference, compare
from monthend.verify.reading import read_facts, read_results
from monthend.verify.recompute import recompute
from monthend.verify.results import MonthResults
from rulebook.month import Month
from staff.models import RankAssessment
from tests.verify.test_cases import WORKBOOKS

EARLIER, MONTH = (Month(2011, 4), Month(2011, 5)), Month(2011, 6)
FEN = Decimal("0.01")
CHECKED_BY_THE_DATABASE = (
    "base_pay",
    "commission",
    "assist",
    "brought",
    "adjustment",
    "carried",
    "support_bonus",
    "gross",
)

TABLES: dict[str, type[Model]] = {
    "credits": Credit,
    "lines": CommissionLine,
    "base_pay": BasePayLine,
    "assessments": RankAssessment,
    "pools": SupportPool,
    "shares": SupportShare,
    "lots": FundLot,
    "decisions": ClaimDecision,
    "movements": FundMovement,
    "payslips": Payslip,
}


@pytest.fixture
def recomputed() -> MonthResults:
    """The third month of the company at the edges, computed after the first two were locked."""
    call_command("import_workbook", str(WORKBOOKS["edges"]), stdout=io.StringIO())
    for month in EARLIER:
        call_command("close_month", str(month), "--lock", stdout=io.StringIO())
    call_command("close_month", str(MONTH), stdout=io.StringIO())
    return list(recompute(read_facts(MONTH), MONTH))[-1]


def found(recomputed: MonthResults) -> list[Difference]:
    return list(compare(read_results(MONTH), recomputed))


@pytest.mark.django_db
def test_every_amount_is_compared_to_the_fen(recomputed: MonthResults) -> None:
    assert found(recomputed) == []
    checked = 0
    for table, model in TABLES.items():
        for field in _amounts(model):
            with_amount = model._default_manager.filter(month=MONTH, **{f"{field}__isnull": False})
            row = with_amount.order_by("pk").first()
            assert row is not None, (table, field)
            same = model._default_manager.filter(pk=row.pk)
            before = getattr(row, field)
            same.update(**{field: before + FEN})
            assert [(each.table, each.field) for each in found(recomputed)] == [(table, field)]
            same.update(**{field: before})
            checked += 1
    assert checked >= 30


@pytest.mark.django_db
def test_a_payslip_that_still_adds_up_is_found(recomputed: MonthResults) -> None:
    slip = Payslip.objects.filter(month=MONTH).order_by("pk").first()
    assert slip is not None
    Payslip.objects.filter(pk=slip.pk).update(base_pay=F("base_pay") + FEN, gross=F("gross") + FEN)
    assert [each.field for each in found(recomputed)] == ["base_pay", "gross"]


@pytest.mark.django_db
def test_a_row_too_many_or_too_few_is_found(recomputed: MonthResults) -> None:
    line = CommissionLine.objects.filter(month=MONTH, kind="commission").order_by("pk").first()
    assert line is not None
    CommissionLine.objects.filter(pk=line.pk).update(kind="assist_borne")
    missing, added = sorted(found(recomputed), key=lambda each: each.stored is not None)
    assert (missing.stored, missing.key[-1]) == (None, "commission")
    assert (added.recomputed, added.key[-1]) == (None, "assist_borne")


@pytest.mark.django_db
def test_a_contract_whose_branch_was_changed_is_found(recomputed: MonthResults) -> None:
    contract = Contract.objects.filter(receipts__posted_in=MONTH, branch__code="B01").order_by("pk").first()
    assert contract is not None
    other = Contract.objects.exclude(branch=contract.branch).order_by("pk").first()
    assert other is not None
    Contract.objects.filter(pk=contract.pk).update(branch=other.branch)
    (difference,) = found(recomputed)
    assert str(difference) == f"contracts {contract.number} branch: stored {other.branch.code}, recomputed B01"


def _amounts(model: type[Model]) -> list[str]:
    """The columns of a table that hold amounts and that the database doesn't check by itself."""
    fields = [field for field in model._meta.get_fields() if isinstance(field, DecimalField)]
    checked = CHECKED_BY_THE_DATABASE if model is Payslip else ()
    return [field.name for field in fields if field.name not in checked]
