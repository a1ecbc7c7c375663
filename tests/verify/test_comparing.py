"""A single value that is wrong in any stored row is found, and named by its table, row and column."""

import io
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import F
from pytest_django.plugin import DjangoDbBlocker

from access.models import User
from clients.models import Contract
from compensation.corrections.actions import WrongAmount, effect_of, make_correction
from compensation.models import CommissionLine, Credit, Payslip, SupportShare
from funds.models import FundMovement
from monthend.lock.selectors_seal import seal_of
from monthend.verify.comparing import Difference
from monthend.verify.month import verify_month
from monthend.verify.tables import SEALED_TABLES
from rulebook.models import PlanVersion
from rulebook.month import Month
from salesorg.databases.clones import Databases
from tests.cast import actor_of
from tests.firm import APRIL, Firm
from tests.made_once import Made, made_once
from tests.verify.closing import found
from tests.verify.planting import FEN, changed, fields_to_change
from tests.verify.test_cases import WORKBOOKS

EARLIER, MONTH = (Month(2011, 4), Month(2011, 5)), Month(2011, 6)


@pytest.fixture
def edges(db: None) -> None:
    """The third month of the company at the edges, computed after the first two were locked."""
    call_command("import_workbook", str(WORKBOOKS["edges"]), stdout=io.StringIO())
    for month in EARLIER:
        call_command("close_month", str(month), "--lock", stdout=io.StringIO())
    _correct_a_receipt()
    call_command("close_month", str(MONTH), stdout=io.StringIO())
    PlanVersion.objects.create(version="draft", name="draft", effective_from=MONTH.first, text="")


def _correct_a_receipt() -> None:
    """A receipt of the month before turns out to have been larger, and is adjusted in the month."""
    paid = CommissionLine.objects.filter(month=MONTH - 1, kind=CommissionLine.Kind.COMMISSION, amount__gt=0)
    wanted = WrongAmount(paid.latest("amount").receipt, paid.latest("amount").base + 100)
    by = actor_of(User.Role.HR)
    make_correction(wanted, reason="bank statement", shown=effect_of(wanted).digest, by=by)


def computed() -> Firm:
    """April with an orphan's contract, an assist, a support bonus, and a claim, computed."""
    firm = Firm()
    anne, ben, clerk = firm.seller("GW"), firm.seller("ZL"), firm.clerk()
    firm.receipt(firm.contract(anne, client=firm.client(), assistant=ben), "80000.00")
    firm.weigh(clerk, "1")
    firm.claim("10.00", "04-20")
    firm.close(lock=False)
    return firm


@pytest.fixture(scope="module")
def made(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[Firm]]:
    with made_once(databases, django_db_blocker, computed) as made:
        yield made


@pytest.fixture
def firm(made: Made[Firm]) -> Iterator[Firm]:
    with made.taken_back() as firm:
        yield firm


def told(month: Month = APRIL) -> list[str]:
    """What is found but for the seal, which tells of every change."""
    *values, seal = found(month)
    assert seal_of(month) in seal
    return values


@pytest.mark.slow
def test_every_value_is_compared(edges: None) -> None:
    assert found(MONTH) == []
    checked = 0
    for table in SEALED_TABLES:
        for field in fields_to_change(table):
            with changed(table, field, MONTH):
                (value,) = told(MONTH)
            assert value.startswith(str(table.model._meta.verbose_name))
            assert f"，{field.verbose_name}：" in value
            checked += 1
    assert checked > 70
    assert found(MONTH) == []


@pytest.mark.parametrize("amount", ["base_pay", "support_bonus", "commission", "assist", "brought", "adjustment"])
def test_a_payslip_that_still_adds_up_is_found(firm: Firm, amount: str) -> None:
    slip = Payslip.objects.order_by("pk").first()
    assert slip is not None
    Payslip.objects.filter(pk=slip.pk).update(**{amount: F(amount) + FEN, "gross": F("gross") + FEN})
    assert [line.split("，")[1].split("：")[0] for line in told()] == [
        str(Payslip._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in (amount, "gross")
    ]


def test_a_deficit_carried_wrongly_is_found(firm: Firm) -> None:
    slips = Payslip.objects.filter(commission=0, assist=0)
    assert slips.update(brought=-FEN, carried=-FEN) == 1
    assert len(told()) == 2


def test_a_row_too_many_is_found(firm: Firm) -> None:
    line = CommissionLine.objects.get(kind="commission")
    line.pk, line.kind = None, "assist_borne"
    line.save(force_insert=True)
    assert told() == [f"提成明细 {line.receipt.number} · {line.employee.number} · 承担的协助提成：已存，复算没有"]


def test_a_row_too_few_is_found(firm: Firm) -> None:
    line = CommissionLine.objects.get(kind="commission")
    line.delete()
    assert told() == [f"提成明细 {line.receipt.number} · {line.employee.number} · 提成：复算有，未存"]


def test_a_row_twice_is_found(db: None) -> None:
    """The database doesn't know that a lot expires once."""
    firm = Firm()
    firm.seller()
    firm.lot("50.00", Month(2011, 1))
    firm.close(lock=False)
    movement = FundMovement.objects.get(kind="expired")
    movement.pk = None
    movement.save(force_insert=True)
    assert told() == ["基金变动 North · 公司活动 · 2011-01 · 过期：已存，复算没有"]


def test_the_table_the_row_and_both_values_are_named(firm: Firm) -> None:
    line = CommissionLine.objects.get(kind="assist")
    CommissionLine.objects.filter(pk=line.pk).update(amount=line.amount - FEN)
    row = f"{line.receipt.number} · {line.employee.number} · 协助提成"
    assert told() == [f"提成明细 {row}，金额：存 {line.amount - FEN}，复算 {line.amount}"]


def test_a_contract_whose_branch_was_changed_is_found(firm: Firm) -> None:
    contract = Contract.objects.get()
    Contract.objects.update(branch=firm.south)
    (value,) = found(APRIL)
    assert value == f"合同 {contract.number}，分公司：存 South，复算 North"


def test_names_bank_details_and_reasons_are_taken_over(firm: Firm) -> None:
    """They stand as they were on the day of computing; the seal kept at the lock tells when they change."""
    before = seal_of(APRIL)
    nasty = "a\tb\\c\nd\re\bf\vg\fh 王"
    Payslip.objects.update(bank_name=nasty, name=nasty, branch_name=nasty, department_name=nasty, bank_account="\\N")
    SupportShare.objects.update(reason=nasty)
    assert found(APRIL) == []
    sentences: list[str] = []
    outcome = verify_month(APRIL, kept_seal=before, tell=sentences.append)
    assert outcome.differences == 1
    assert before in sentences[0]


def test_rows_are_read_in_the_order_of_the_seal_whatever_their_numbers(firm: Firm) -> None:
    anne = firm.seller()
    for number in ("款-1", "k_2", "K_2", "K-10", "K 10", "é", "\u2028", "K\\1", "\U0001f4b0"):
        receipt = firm.sells(anne, "1.00")
        receipt.number = number
        receipt.save()
    firm.close(lock=False)
    assert Credit.objects.count() == 10
    assert found(APRIL) == []


def test_a_difference_says_what_is_missing() -> None:
    table = SEALED_TABLES[0]
    assert str(Difference(table, ("R1",), "reason", "", Decimal(1))).endswith("存 无，复算 1")
    assert str(Difference(table, ("R1",), "reason", True, False)).endswith("存 是，复算 否")
