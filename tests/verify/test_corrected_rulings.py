"""What is corrected of a contract that was divided, and what rulings do beside corrections, in both calculators."""

from decimal import Decimal

import pytest

from access.actor import CONSOLE, Actor
from access.models import User
from clients.models import Contract, Receipt
from compensation.corrections.actions import Wanted, WrongAmount, WrongCloser, effect_of, make_correction
from compensation.corrections.actions_rulings import begin_hold, end_hold, post_ruling
from compensation.corrections.effects_rulings import WantedRuling, WantedShare, effect_of_ruling
from compensation.models import Adjustment, Hold, SupportPool
from rulebook.month import Month
from staff.models import Employee
from tests.cast import actor_of
from tests.disputes.case import Case, confirm
from tests.firm import JUNE, MAY, Firm, credited
from tests.verify.closing import found

Part = tuple[Employee, str, str]


def rule(contract: Contract, *shares: Part, hold: Hold | None = None) -> None:
    """Divide a contract: each party's share of the sales, and of the commission."""
    parties = [WantedShare(person, Decimal(sales), Decimal(commission)) for person, sales, commission in shares]
    wanted = WantedRuling(Contract.objects.get(pk=contract.pk), parties, "D00001", hold)
    post_ruling(wanted, reason="裁决", shown=effect_of_ruling(wanted).digest, by=CONSOLE)


def correct(wanted: Wanted) -> None:
    hr = User.objects.filter(role=User.Role.HR).first()
    by = actor_of(User.Role.HR) if hr is None else Actor(hr)
    make_correction(wanted, reason="录入错误", shown=effect_of(wanted).digest, by=by)


def correct_amount(receipt: Receipt, right: str) -> None:
    correct(WrongAmount(Receipt.objects.get(pk=receipt.pk), Decimal(right)))


def correct_closer(contract: Contract, right: Employee) -> None:
    correct(WrongCloser(Contract.objects.get(pk=contract.pk), right))


def adjusted(month: Month) -> list[tuple[str, str, str]]:
    """Whom a month's adjustments pay how much, with how much of the sales."""
    rows = Adjustment.objects.filter(month=month).values_list("employee__number", "amount", "sales")
    return sorted((number, str(amount), str(sales)) for number, amount, sales in rows)


@pytest.mark.django_db
def test_a_right_amount_after_a_right_closer_of_a_divided_receipt() -> None:
    """He takes over the wrong one's half, 30.00 at 6 % of 500.00; then both get as much again."""
    firm = Firm()
    anne, ben, cleo = firm.seller("ZL"), firm.seller("ZL"), firm.seller("ZL")
    contract = firm.contract(anne)
    rule(contract, (anne, "0.5", "0.5"), (ben, "0.5", "0.5"))
    paid = firm.receipt(contract, "1000.00", "04-10")
    firm.close()
    correct_closer(contract, cleo)
    correct_amount(paid, "2000.00")
    assert adjusted(MAY) == [
        (anne.number, "-30.00", "-500.00"),
        (ben.number, "30.00", "500.00"),
        (cleo.number, "30.00", "500.00"),
        (cleo.number, "30.00", "500.00"),
    ]
    assert firm.close(MAY).is_locked, found(MAY)


@pytest.mark.django_db
def test_the_sales_of_a_refund_move_once() -> None:
    """Though it took back from two lines: half of 400.00 at 6 % each."""
    firm = Firm()
    anne, ben, cleo, dora = (firm.seller("ZL") for _person in range(4))
    contract = firm.contract(anne)
    rule(contract, (anne, "0.5", "0.5"), (ben, "0.5", "0.5"))
    paid = firm.receipt(contract, "1000.00", "04-10")
    firm.close()
    rule(contract, (cleo, "1", "1"))
    firm.receipt(contract, "-400.00", "05-10", reverses=paid)
    firm.close(MAY)
    rule(contract, (dora, "1", "1"))
    assert [row for row in adjusted(JUNE) if row[0] == dora.number] == [
        (dora.number, "-12.00", "-400.00"),
        (dora.number, "-12.00", "0.00"),
        (dora.number, "30.00", "500.00"),
        (dora.number, "30.00", "500.00"),
    ]
    assert firm.close(JUNE).is_locked, found(JUNE)


@pytest.mark.django_db
def test_who_was_spared_by_a_correction_and_gives_back_by_a_ruling() -> None:
    firm = Firm()
    anne, ben, cleo = firm.seller("ZL"), firm.seller("ZL"), firm.seller("ZL")
    contract, other = firm.contract(anne), firm.contract(anne)
    firm.receipt(contract, "1000.00", "04-10")
    firm.receipt(other, "1000.00", "04-10")
    firm.leave(anne, "04-20")
    firm.close()
    correct_closer(other, ben)
    rule(contract, (cleo, "1", "1"))
    report = firm.close(MAY)
    assert report.is_locked, report.blockers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("borne_by", "borne"),
    [("company", ["6.00"]), ("developer", ["-2.40", "-3.60", "6.00"])],
    ids=["company", "developer"],
)
def test_a_right_amount_of_a_divided_receipt_with_an_assistant(borne_by: str, borne: list[str]) -> None:
    """1000.00 more, by 0.4 and 0.6 at 6 %; of it 10 % to the assistant."""
    firm = Firm()
    firm.plan(assist_paid_by=borne_by)
    anne, ben, assistant = firm.seller("ZL"), firm.seller("ZL"), firm.seller("ZL")
    contract = firm.contract(anne, client=firm.client(), assistant=assistant)
    rule(contract, (anne, "0.4", "0.4"), (ben, "0.6", "0.6"))
    paid = firm.receipt(contract, "1000.00", "04-10")
    firm.close()
    correct_amount(paid, "2000.00")
    commission = [(anne.number, "24.00", "400.00"), (ben.number, "36.00", "600.00")]
    of_assist = [amount for _number, amount, sales in adjusted(MAY) if sales == "0.00"]
    assert [row for row in adjusted(MAY) if row[2] != "0.00"] == commission
    assert of_assist == borne
    assert firm.close(MAY).is_locked, found(MAY)


@pytest.mark.django_db
@pytest.mark.parametrize("share", ["0", "0.25"])
def test_a_right_closer_takes_over_the_own_part_of_the_branch_s_sales(share: str) -> None:
    """From the south to the north; what the ruling gave another of the north stays there."""
    firm = Firm()
    anne, ben, cleo = firm.seller("ZL"), firm.seller("ZL", department=firm.south_sales), firm.seller("ZL")
    contract = firm.contract(ben)
    rule(contract, (anne, str(1 - Decimal(share)), "1"), (ben, share, "0"))
    firm.receipt(contract, "1000.00", "04-10")
    firm.close()
    correct_closer(contract, cleo)
    assert firm.close(MAY).is_locked, found(MAY)


def branch_sales(month: Month) -> dict[str, str]:
    """What counts for each branch in a month."""
    return {
        code: str(sales) for code, sales in SupportPool.objects.filter(month=month).values_list("branch__code", "sales")
    }


@pytest.mark.django_db
@pytest.mark.parametrize("ends", ["release", "ruling"])
def test_a_right_closer_who_left_is_paid_by_a_dispute_and_the_branch_s_sales_move_once(ends: str) -> None:
    """They moved with the right closer; that the dispute's end pays him, too, moves none."""
    firm = Firm()
    ben, cleo = firm.seller("ZL", department=firm.south_sales), firm.seller("ZL")
    contract = firm.contract(ben)
    firm.receipt(contract, "1000.00", "04-10")
    hold = begin_hold(contract, reference="D00001", by=CONSOLE)
    firm.leave(cleo, "04-20")
    firm.close()
    correct_closer(contract, cleo)
    if ends == "release":
        end_hold(hold, reason="撤回", by=CONSOLE)
    else:
        rule(contract, (cleo, "1", "1"), hold=hold)
    assert adjusted(MAY) == [(ben.number, "0.00", "-1000.00"), (cleo.number, "60.00", "1000.00")]
    report = firm.close(MAY)
    assert branch_sales(MAY) == {"North": "1000.00", "South": "-1000.00"}
    assert report.is_locked, found(MAY)


@pytest.mark.django_db
def test_a_ruling_takes_from_the_right_closer_what_it_gives_another() -> None:
    """The wrong one left with her pay; for the company the ruling's sum is zero."""
    firm = Firm()
    anne, ben, cleo = firm.seller("ZL"), firm.seller("ZL", department=firm.south_sales), firm.seller("ZL")
    contract = firm.contract(anne)
    firm.receipt(contract, "1000.00", "04-10")
    firm.leave(anne, "04-20")
    firm.close()
    correct_closer(contract, cleo)
    rule(contract, (ben, "1", "1"))
    assert adjusted(MAY) == [
        (ben.number, "60.00", "1000.00"),
        (cleo.number, "-60.00", "-1000.00"),
        (cleo.number, "60.00", "1000.00"),
    ]
    report = firm.close(MAY)
    assert branch_sales(MAY) == {"North": "-1000.00", "South": "1000.00"}
    assert report.is_locked, found(MAY)


@pytest.mark.django_db
def test_a_right_amount_of_who_left_moves_the_branch_s_sales_once() -> None:
    """The difference came with the correction, though the closer had left; the ruling moves the right amount."""
    firm = Firm()
    anne, ben = firm.seller("ZL"), firm.seller("ZL", department=firm.south_sales)
    contract = firm.contract(anne)
    paid = firm.receipt(contract, "1000.00", "04-10")
    firm.leave(anne, "04-20")
    firm.close()
    correct_amount(paid, "400.00")
    rule(contract, (ben, "1", "1"))
    assert adjusted(MAY) == [(anne.number, "-60.00", "-1000.00"), (ben.number, "24.00", "400.00")]
    report = firm.close(MAY)
    assert branch_sales(MAY) == {"North": "-1000.00", "South": "400.00"}
    assert report.is_locked, found(MAY)


@pytest.mark.django_db
def test_a_refund_that_was_credited_to_nobody_moves_no_sales() -> None:
    """His part of the receipt was credited to nobody, since he was in the office; so is his part of the refund."""
    firm = Firm()
    anne, ben, clerk = firm.seller("ZL"), firm.seller("ZL"), firm.clerk()
    firm.weigh(clerk, "1")
    contract = firm.contract(anne)
    rule(contract, (anne, "0.5", "0.5"), (ben, "0.5", "0.5"))
    firm.move(ben, "04-05", firm.office, salary="2000.00")
    paid = firm.receipt(contract, "1000.00", "04-10")
    firm.close()
    rule(contract, (ben, "1", "1"))
    firm.receipt(contract, "-400.00", "05-10", reverses=paid)
    firm.close(MAY)
    rule(contract, (anne, "1", "1"))
    of_refund = Adjustment.objects.filter(month=JUNE, line__month=MAY).order_by("employee__number")
    assert [(row.employee, str(row.amount), str(row.sales)) for row in of_refund] == [
        (anne, "-12.00", "0.00"),
        (ben, "12.00", "0.00"),
    ]
    assert firm.close(JUNE).is_locked, found(JUNE)


@pytest.mark.django_db
@pytest.mark.article("3-1.1")
def test_cash_of_another_contract_is_its_clients_owner_by_the_ruling() -> None:
    """The closer of both contracts is gone before the ruling of 3 May names the claimant."""
    case = Case()
    firm = case.firm
    firm.plan(after_leaving_sales="owner")
    other = firm.contract(case.closer, client=case.contract.client, signed="04-02")
    firm.close()
    firm.leave(case.closer, "05-01")
    confirm(case.found(closer="0.4", claimant="0.6"), case.hr)
    before, after = (firm.receipt(other, "1000.00", day) for day in ("05-02", "05-03"))
    report = firm.close(MAY)
    assert [credited(receipt)[0] for receipt in (before, after)] == [None, case.claimant]
    assert report.is_locked, found(MAY)
