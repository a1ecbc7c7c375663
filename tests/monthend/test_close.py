"""Closing a month as a whole: order, refusals, replacing, locking, and what each step leaves."""

import datetime as dt
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.forms.models import model_to_dict
from pytest_django.fixtures import Settings

from access.actor import CONSOLE
from compensation.models import BasePayLine, CommissionLine, Credit, Payslip, SupportPool, SupportShare
from funds.models import ClaimDecision, FundKind, FundLot, FundMovement
from monthend.checks import CloseRefused
from monthend.close import close_month
from monthend.models import MonthRun, MonthStep
from monthend.steps import steps_of
from monthend.work import work_on
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.month import Month
from staff.models import Absence, OpeningSales, OpeningState, PersonnelEvent, RankAssessment, RankHolding, Target
from tests.firm import APRIL, JUNE, MAY, TODAY, Firm, assessment, on, slip

RESULTS = (
    Credit, CommissionLine, RankAssessment, SupportPool, SupportShare, BasePayLine, Payslip, FundLot, FundMovement,
    ClaimDecision,
)  # fmt: skip


@pytest.fixture
def firm(db: None) -> Firm:
    return Firm()


def results() -> list[dict[str, object]]:
    """All rows that closings wrote, without their ids."""
    rows = (row for model in RESULTS for row in model.objects.all())
    facts = [{"model": type(row).__name__, **model_to_dict(row)} for row in rows]
    for row in facts:
        del row["id"]
        row.pop("lot", None)
    return sorted(facts, key=repr)


def refusal(month: Month, *, lock: bool = True, today: dt.date = TODAY) -> str:
    with pytest.raises(CloseRefused) as refused:
        close_month(month, lock=lock, today=today, by=CONSOLE)
    return "\n".join(refused.value.reasons)


def test_an_empty_company_is_refused(db: None) -> None:
    assert "import" in refusal(APRIL) or "导入" in refusal(APRIL)


def test_months_close_in_order(firm: Firm) -> None:
    firm.sells(firm.seller(), "1000.00")
    assert "2011年4月" in refusal(MAY)
    firm.close(APRIL, lock=False)
    assert "2011年4月" in refusal(MAY)
    firm.close(APRIL)
    assert "2011年5月" in refusal(JUNE)
    firm.close(MAY)


def test_a_locked_month_is_never_computed_again(firm: Firm) -> None:
    firm.sells(firm.seller(), "1000.00")
    firm.close()
    before = results()
    assert "2011年4月" in refusal(APRIL)
    assert "2011年4月" in refusal(APRIL, lock=False)
    assert results() == before


def test_a_branch_without_a_target_is_named(firm: Firm) -> None:
    firm.seller()
    Target.objects.filter(branch=firm.north, month=APRIL).delete()
    report = close_month(APRIL, lock=True, today=TODAY, by=CONSOLE)
    assert not report.is_locked
    assert "North" in "\n".join(report.blockers)


def test_a_branch_that_sleeps_needs_no_target(firm: Firm) -> None:
    firm.seller()
    Target.objects.filter(branch=firm.south).delete()
    firm.close()
    assert SupportPool.objects.get(branch=firm.south).pool == 0


@pytest.mark.article("1-1")
def test_a_month_before_the_first_plan_is_refused(firm: Firm) -> None:
    firm.seller()
    march = Month(2011, 3)
    Target.objects.create(month=march, branch=firm.north, amount=D(1))
    assert "2011-03-01" in refusal(march)


@pytest.mark.article("1-1")
def test_a_month_is_computed_with_the_plan_in_force_on_its_first_day(firm: Firm) -> None:
    anne = firm.seller("ZL")
    first = PlanVersion.objects.get()
    text = first.text.replace('version: "2011-04"', 'version: "2011-05"').replace(
        "effective_from: 2011-04-01", "effective_from: 2011-05-01"
    )
    second = PlanVersion(
        version="2011-05",
        name="May",
        effective_from=dt.date(2011, 5, 1),
        text=text.replace('base_salary: "1600.00"', 'base_salary: "1700.00"'),
        approved_at=first.approved_at,
    )
    second.full_clean()
    second.save()
    firm.sells(anne, "12000.00")
    firm.sells(anne, "12000.00", "05-10")
    firm.close()
    firm.close(MAY)
    assert (slip(anne).base_pay, slip(anne, MAY).base_pay) == (D("1600.00"), D("1700.00"))


def test_a_plan_that_a_locked_month_used_is_frozen(firm: Firm) -> None:
    firm.seller()
    firm.close(lock=False)
    plan = PlanVersion.objects.get()
    plan.name = "before the lock it may change"
    plan.save()
    firm.close()
    for statement in ("UPDATE rulebook_planversion SET name = 'after'", "DELETE FROM rulebook_planversion"):
        with (
            pytest.raises(DatabaseError, match=r"frozen|permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_closing_twice_changes_nothing(firm: Firm) -> None:
    anne, ben, clerk = firm.seller("GW"), firm.seller("ZL"), firm.clerk()
    receipt = firm.receipt(firm.contract(anne, client=firm.client(), assistant=ben), "80000.00")
    firm.receipt(receipt.contract, "-100.00", "04-20", reverses=receipt)
    firm.weigh(clerk, "1")
    firm.claim("10.00", "04-20")
    firm.close(lock=False)
    before = results()
    firm.close(lock=False)
    assert results() == before
    assert firm.close().is_locked
    assert results() == before


def test_what_changed_before_the_lock_replaces_the_result(firm: Firm) -> None:
    anne = firm.seller("ZL")
    receipt = firm.sells(anne, "20000.00")
    firm.close(lock=False)
    receipt.amount = D("19999.99")
    receipt.save()
    firm.close()
    assert slip(anne).commission == D("1200.00")
    assert list(MonthRun.objects.order_by("pk").values_list("state", flat=True)) == ["replaced", "locked"]


def test_a_pool_that_nobody_shared_blocks_the_lock_but_not_the_computing(firm: Firm) -> None:
    anne, clerk = firm.seller(), firm.clerk()
    firm.sells(anne, "80000.00")
    report = firm.close()
    assert not report.is_locked
    assert [reason for reason in report.blockers if "North" in reason]
    assert Period.objects.get().state == Period.State.COMPUTED
    firm.weigh(clerk, "1")
    assert firm.close().is_locked
    assert slip(clerk).support_bonus == D("480.00")


@pytest.mark.article("1-7.2.1")
def test_a_branch_without_support_staff_has_no_pool(firm: Firm) -> None:
    firm.sells(firm.seller(), "80000.00")
    assert firm.close().is_locked
    pool = SupportPool.objects.get(branch=firm.north)
    assert (pool.has_staff, pool.pool) == (False, D("0.00"))


@pytest.mark.article("1-7.2.2")
def test_the_pool_is_shared_among_the_branchs_support_staff_only(firm: Firm) -> None:
    anne, clerk, other = firm.seller(), firm.clerk(), firm.clerk(department=firm.south_office)
    second = firm.clerk()
    firm.sells(anne, "80000.05")
    for person, weight in ((clerk, "1"), (second, "2"), (other, "5"), (anne, "5")):
        firm.weigh(person, weight)
    report = firm.close()
    assert (slip(clerk).support_bonus, slip(second).support_bonus) == (D("160.00"), D("320.00"))
    assert (slip(other).support_bonus, slip(anne).support_bonus) == (D(0), D(0))
    assert [row.employee for row in report.unused_weights] == [anne]


def test_a_month_that_is_not_over_can_be_computed_but_not_locked(firm: Firm) -> None:
    firm.seller()
    report = close_month(APRIL, lock=True, today=on("04-30"), by=CONSOLE)
    assert not report.is_locked
    assert close_month(APRIL, lock=True, today=on("05-01"), by=CONSOLE).is_locked


@pytest.mark.article("1-4.3.2")
def test_the_rank_assessed_is_held_from_the_next_month_once_locked(firm: Firm) -> None:
    anne = firm.seller("ZL")
    firm.sells(anne, "50000.00")
    firm.close(lock=False)
    assert RankHolding.objects.get().rank == "ZL"
    firm.close()
    held = list(RankHolding.objects.order_by("start").values_list("rank", "start", "end"))
    assert held == [("ZL", on("03-01"), on("05-01")), ("GW", on("05-01"), None)]


@pytest.mark.article("1-4.3.2")
def test_a_rank_earned_in_the_last_month_in_sales_is_never_held(firm: Firm) -> None:
    anne = firm.seller("ZL")
    firm.move(anne, "05-01", firm.office, salary="3000.00")
    firm.sells(anne, "50000.00")
    firm.close()
    assert assessment(anne).next_rank == "GW"
    assert list(RankHolding.objects.values_list("rank", "end")) == [("ZL", on("05-01"))]
    firm.close(MAY)
    assert (slip(anne, MAY).rank, slip(anne, MAY).base_pay) == ("", D("3000.00"))


@pytest.mark.article("1-4.3.3")
def test_entering_sales_anew_starts_anew(firm: Firm) -> None:
    anne = firm.seller("GW")
    firm.move(anne, "06-01", firm.office, salary="3000.00")
    firm.move(anne, "07-01", firm.sales, rank="GW")
    for month in (APRIL, MAY, JUNE, JUNE + 1):
        firm.close(month)
    before, after = assessment(anne, MAY), assessment(anne, JUNE + 1)
    assert (before.outcome, before.threshold_streak, before.reinstatement_rank) == ("demoted", 2, "GW")
    assert (after.rank, after.cycle_month, after.threshold_streak, after.reinstatement_rank) == ("GW", 1, 1, "")


@pytest.mark.article("1-4.1", "1-3.6")
def test_a_partial_month_is_paid_by_days_and_not_assessed(firm: Firm) -> None:
    anne = firm.seller("ZL", since="04-02")
    firm.close()
    assert slip(anne).base_pay == D("1546.67")
    assert not slip(anne).on_threshold_wage
    assert not RankAssessment.objects.exists()


@pytest.mark.article("1-4.3.4")
@pytest.mark.parametrize(
    ("kind", "is_assessed"), [("sick", False), ("maternity", False), ("injury", False), ("personal", True)]
)
def test_a_month_with_protected_absence_is_not_assessed(firm: Firm, kind: str, is_assessed: bool) -> None:
    anne = firm.seller("ZL")
    Absence.objects.create(employee=anne, start=on("04-30"), end=on("05-01"), kind=kind)
    firm.close()
    assert RankAssessment.objects.exists() is is_assessed
    assert slip(anne).base_pay == (D("1280.00") if is_assessed else D("1600.00"))


@pytest.mark.article("1-4.3.1", "1-4.3.3")
def test_what_was_brought_along_at_go_live_goes_on(firm: Firm) -> None:
    anne = firm.seller("GW", since="01-01")
    OpeningState.objects.create(
        employee=anne, brought=D("-300.00"), cycle_start=Month(2011, 3), threshold_streak=1, reinstatement_rank="ZS"
    )
    OpeningSales.objects.create(employee=anne, month=Month(2011, 3), sales=D("30000.00"))
    firm.sells(anne, "23999.99")
    firm.close()
    result = assessment(anne)
    assert (result.cycle_month, result.cycle_sales, result.outcome) == (2, D("53999.99"), "demoted")
    assert (result.threshold_streak, result.review_due, result.reinstatement_rank) == (2, True, "ZS")
    assert (slip(anne).brought, slip(anne).gross) == (D("-300.00"), D("1280.00") + D("1920.00") - D("300.00"))


@pytest.mark.article("1-4.2")
def test_months_before_go_live_count_for_qualifications(firm: Firm) -> None:
    anne = firm.seller("GJ", since="01-01")
    OpeningSales.objects.create(employee=anne, month=Month(2011, 3), sales=D("200000.00"))
    firm.sells(anne, "120000.00")
    firm.close()
    assert assessment(anne).next_rank == "ZS"


@pytest.mark.article("2-1.3", "2-2.2.2")
def test_funds_over_four_months(firm: Firm) -> None:
    anne = firm.seller()
    client = firm.client(anne)
    contract = firm.contract(anne, client=client)
    firm.receipt(contract, "59999.99", "04-10")
    firm.sells(anne, "25000.01", "04-11")
    firm.claim("1.00", "04-30")
    early = firm.claim("100.00", "05-10", client=client)
    firm.receipt(contract, "0.01", "05-11")
    late = firm.claim("100.00", "05-11", client=client)
    whole = firm.claim("325.01", "06-10")
    for month in (APRIL, MAY, JUNE, JUNE + 1):
        firm.close(month)
    decisions = {row.claim: row.reason for row in ClaimDecision.objects.select_related("claim")}
    assert (decisions[early], decisions[late], decisions[whole]) == ("posted", "major_client", "insufficient")
    expired = FundMovement.objects.get(kind="expired", lot__fund=FundKind.COMPANY_ACTIVITY)
    assert (expired.month, expired.amount) == (JUNE + 1, D("325.00"))


def test_opening_lots_are_spent_and_expire_like_others(firm: Firm) -> None:
    firm.seller()
    firm.lot("50.00", Month(2011, 1))
    firm.lot("80.00", Month(2011, 3))
    firm.claim("60.00", "04-10")
    firm.close()
    moved = FundMovement.objects.order_by("id").values_list("lot__month", "kind", "amount")
    assert list(moved) == [(Month(2011, 1), "spent", D("50.00")), (Month(2011, 3), "spent", D("10.00"))]


@pytest.mark.parametrize("scope", ["branch", "company"])
@pytest.mark.article("1-7.2.1", "2-2.2.1")
def test_attainment_of_the_branch_or_the_company(firm: Firm, scope: str) -> None:
    firm.plan(scope=scope)
    anne, clerk = firm.seller(), firm.clerk()
    firm.sells(anne, "100000.00")
    firm.target(firm.south, "25000.00")
    firm.weigh(clerk, "1")
    firm.close()
    assert SupportPool.objects.get(branch=firm.north).rate == (D("0.01") if scope == "branch" else D("0.006"))


def test_steps_are_rows_and_a_done_step_does_nothing_again(firm: Firm) -> None:
    anne = firm.seller("ZL")
    firm.sells(anne, "20000.00")
    firm.close(lock=False)
    run = MonthRun.objects.get()
    assert run.steps.count() == 2 * len(steps_of(APRIL))
    assert not run.steps.exclude(state=MonthStep.State.DONE).exists()
    CommissionLine.objects.all().delete()
    work_on(run.pk)
    assert not CommissionLine.objects.exists()


def test_the_settings_can_forbid_locking_from_the_console(firm: Firm, settings: Settings) -> None:
    settings.SALESORG_CONSOLE_LOCK = False
    firm.seller()
    refusal(APRIL)
    assert not Payslip.objects.exists()
    firm.close(lock=False)


@pytest.mark.parametrize("month", ["2011-13", "April", "2011-4", "2011-04-01"])
def test_the_command_refuses_what_is_no_month(db: None, month: str) -> None:
    with pytest.raises(CommandError, match=month):
        call_command("close_month", month, stdout=StringIO())


def test_the_command_tells_what_it_did_and_what_blocks(firm: Firm) -> None:
    anne, _clerk = firm.seller("ZL"), firm.clerk()
    firm.sells(anne, "80000.00")
    told = StringIO()
    with pytest.raises(CommandError, match="2011-04"):
        call_command("close_month", "2011-04", "--lock", stdout=told)
    for fact in ("80,000.00", "480.00", "智慧助理", "智慧顾问", anne.number, "North"):
        assert fact in told.getvalue()


def test_who_moved_since_the_last_computing_is_computed_where_they_are(firm: Firm) -> None:
    anne = firm.seller("ZL", department=firm.south_sales)
    firm.sells(anne, "5000.00")
    firm.close(lock=False)
    firm.move(anne, "04-20", firm.sales, kind=PersonnelEvent.Kind.TRANSFER)
    assert firm.close(lock=False).blockers == []
    assert slip(anne).branch == firm.north


def test_a_months_claims_know_no_cash_posted_later(firm: Firm) -> None:
    anne = firm.seller("GW")
    late = firm.contract(anne)
    firm.receipt(late, "60000.00", "04-28", posted=MAY)
    firm.sells(anne, "100000.00")
    for month in (APRIL, MAY):
        firm.claim("1.00", f"{month}-29"[5:], client=late.client)
    firm.close(APRIL)
    firm.close(MAY)
    reasons = ClaimDecision.objects.order_by("month").values_list("reason", flat=True)
    assert list(reasons) == ["insufficient", "major_client"]
