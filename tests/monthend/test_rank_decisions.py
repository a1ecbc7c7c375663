"""Ranks given by decision: what a month pays and asks by them, what of cycles and rights they end, who signs them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from access.actor import Actor
from access.models import User
from access.refusals import EffectChanged
from compensation.models import BasePayLine
from monthend.checks import is_stale
from monthend.models import MonthRun
from people.personnel.actions import effect_of as effect_of_moving
from people.personnel.selectors import Moving
from rulebook.month import Month
from staff.explain import assessment_sentences
from staff.models import Employee, OpeningSales, OpeningState, PersonnelEvent, RankDecision, RankHolding
from staff.rank_decisions.actions import decide_rank, look_at_rank, send_rank_back, sign_rank, wanted_by, withdraw_rank
from staff.rank_decisions.effects import effect_of
from staff.rank_decisions.selectors import RankRefused
from tests.cast import log_in_of
from tests.firm import APRIL, JULY, JUNE, MAY, Firm, assessment, lines, on, slip
from tests.monthend.deciding import Role, decide, give, sign, user, wanted
from tests.verify.closing import found

State = RankDecision.State


@pytest.fixture
def firm(db: None) -> Firm:
    return Firm()


def held(person: Employee) -> list[tuple[str, str, str | None]]:
    rows = RankHolding.objects.filter(employee=person).order_by("start").values_list("rank", "start", "end")
    return [(rank, f"{start:%m-%d}", f"{end:%m-%d}" if end else None) for rank, start, end in rows]


def close_and_verify(firm: Firm, *months: Month) -> None:
    for month in months:
        report = firm.close(month)
        assert not report.blockers, report.blockers
        assert found(month) == []


@pytest.mark.article("1-4.1")
@pytest.mark.parametrize(
    ("sales", "base", "commission"), [("59999.99", "1680.00", "6000.00"), ("60000.00", "2800.00", "6000.00")]
)
def test_the_month_is_paid_by_the_rank_given_whose_threshold_it_must_reach(
    firm: Firm, sales: str, base: str, commission: str
) -> None:
    anne = firm.seller("GW")
    firm.sells(anne, "30000.00", "04-10")
    firm.sells(anne, sales, "05-10")
    close_and_verify(firm, APRIL)
    give(anne, MAY, "GJ")
    close_and_verify(firm, MAY)
    paid = slip(anne, MAY)
    assert (paid.rank, str(paid.base_pay), str(paid.commission)) == ("GJ", base, commission)
    assert [rate for _kind, _base, rate, _amount in lines(anne, MAY)] == ["0.1"]
    assert held(anne) == [("GW", "03-01", "05-01"), ("GJ", "05-01", None)]
    assert (slip(anne).rank, str(slip(anne).base_pay)) == ("GW", "2000.00")


@pytest.mark.article("1-4.3.1")
def test_the_cycle_starts_anew_so_that_the_old_ones_end_demotes_nobody(firm: Firm) -> None:
    anne, bert = firm.seller("GW"), firm.seller("GW")
    for person in (anne, bert):
        for day in ("04-10", "05-10", "06-10"):
            firm.sells(person, "25000.00", day)
    close_and_verify(firm, APRIL)
    give(anne, MAY, "GJ")
    close_and_verify(firm, MAY)
    assert (assessment(bert, MAY).outcome, assessment(bert, MAY).next_rank) == ("demoted", "ZL")
    row = assessment(anne, MAY)
    assert (row.rank, row.cycle_month, str(row.cycle_sales), row.outcome) == ("GJ", 1, "25000.00", "kept")
    close_and_verify(firm, JUNE)
    row = assessment(anne, JUNE)
    assert (row.cycle_month, str(row.cycle_sales), row.outcome, row.next_rank) == (2, "50000.00", "demoted", "GW")
    assert row.reinstatement_rank == "GJ"


@pytest.mark.article("1-4.3.2")
def test_a_decision_stands_where_the_assessment_leads_to_another_rank(firm: Firm) -> None:
    anne = firm.seller("GW")
    firm.sells(anne, "130000.00", "04-10")
    firm.close(APRIL, lock=False)
    give(anne, MAY, "ZS")
    close_and_verify(firm, APRIL)
    row = assessment(anne)
    assert (row.outcome, row.next_rank) == ("promoted", "GJ")
    assert "未执行" in assessment_sentences([row])(row)
    assert "资深智慧顾问" in assessment_sentences([row])(row)
    assert held(anne) == [("GW", "03-01", "05-01"), ("ZS", "05-01", None)]
    close_and_verify(firm, MAY)
    assert str(slip(anne, MAY).base_pay) == "2160.00"


@pytest.mark.article("1-4.3.3")
def test_a_demotion_that_is_not_carried_out_opens_no_right(firm: Firm) -> None:
    anne = firm.seller("GJ")
    for day in ("04-10", "05-10", "06-10"):
        firm.sells(anne, "60000.00", day)
    close_and_verify(firm, APRIL, MAY)
    assert (assessment(anne, MAY).next_rank, assessment(anne, MAY).reinstatement_rank) == ("GW", "GJ")
    assert held(anne)[-1] == ("GW", "06-01", None)
    told = effect_of(wanted(anne, JUNE, "GJ")).notes
    assert any("2011年5月" in note and "不予执行" in note for note in told)
    give(anne, JUNE, "GJ")
    close_and_verify(firm, JUNE)
    row = assessment(anne, JUNE)
    assert (row.rank, row.cycle_month, row.outcome, row.reinstatement_rank) == ("GJ", 1, "kept", "")
    assert str(slip(anne, JUNE).base_pay) == "2800.00"


@pytest.mark.article("1-4.3.3")
def test_a_lowering_by_decision_gives_no_right_to_get_the_rank_back(firm: Firm) -> None:
    anne = firm.seller("GJ")
    firm.sells(anne, "100000.00", "05-10")
    close_and_verify(firm, APRIL)
    give(anne, MAY, "GW")
    close_and_verify(firm, MAY)
    row = assessment(anne, MAY)
    assert (row.rank, row.outcome, row.next_rank, row.reinstatement_rank) == ("GW", "kept", "GW", "")


@pytest.mark.article("1-4.3.3")
@pytest.mark.parametrize(
    ("given", "right", "outcome", "following"),
    [("ZL", "ZS", "reinstated", "GJ"), ("GJ", "ZS", "kept", "GJ"), ("ZS", "", "kept", "ZS"), ("SX", "", "kept", "SX")],
)
def test_the_right_ends_at_its_top_and_is_kept_below(
    firm: Firm, given: str, right: str, outcome: str, following: str
) -> None:
    anne = firm.seller("GW")
    OpeningState.objects.create(employee=anne, cycle_start=APRIL - 1, reinstatement_rank="ZS")
    OpeningSales.objects.create(employee=anne, month=APRIL - 1, sales=Decimal("30000.00"))
    firm.sells(anne, "30000.00", "04-10")
    firm.sells(anne, "110000.00", "05-10")
    close_and_verify(firm, APRIL)
    assert assessment(anne).reinstatement_rank == "ZS"
    give(anne, MAY, given)
    close_and_verify(firm, MAY)
    row = assessment(anne, MAY)
    assert (row.reinstatement_rank, row.outcome, row.next_rank) == (right, outcome, following)


def test_at_go_live_it_starts_the_cycle_that_was_brought_along_anew(firm: Firm) -> None:
    anne = firm.seller("GJ")
    OpeningState.objects.create(employee=anne, cycle_start=APRIL - 1, threshold_streak=1)
    OpeningSales.objects.create(employee=anne, month=APRIL - 1, sales=Decimal("30000.00"))
    firm.sells(anne, "30000.00", "04-10")
    give(anne, APRIL, "GW")
    close_and_verify(firm, APRIL)
    row = assessment(anne)
    assert (row.rank, row.cycle_month, str(row.cycle_sales), row.threshold_streak) == ("GW", 1, "30000.00", 0)


def test_dated_ahead_it_follows_the_ranks_that_come_before(firm: Firm) -> None:
    anne = firm.seller("GW")
    firm.sells(anne, "130000.00", "04-10")
    firm.sells(anne, "65000.00", "05-10")
    give(anne, JUNE, "ZS")
    assert held(anne) == [("GW", "03-01", "06-01"), ("ZS", "06-01", None)]
    close_and_verify(firm, APRIL)
    assert held(anne) == [("GW", "03-01", "05-01"), ("GJ", "05-01", "06-01"), ("ZS", "06-01", None)]
    close_and_verify(firm, MAY, JUNE)
    assert [slip(anne, month).rank for month in (APRIL, MAY, JUNE)] == ["GW", "GJ", "ZS"]
    assert assessment(anne, JUNE).cycle_month == 1


def test_a_departure_tells_which_decisions_lapse(firm: Firm) -> None:
    anne, bert = firm.seller("GW"), firm.seller("GW")
    give(anne, JULY, "ZS")
    for person, told in ((anne, True), (bert, False)):
        leaving = Moving(person, PersonnelEvent.Kind.DEPARTURE, on("06-10"))
        notes = effect_of_moving(leaving, today=on("06-01"), by=user(Role.HR)).notes
        assert any("2011年7月" in note and "失效" in note for note in notes) == told


@pytest.mark.article("1-4.3.3")
def test_who_enters_sales_anew_starts_anew(firm: Firm) -> None:
    anne = firm.seller("GW")
    give(anne, JULY, "ZS")
    firm.move(anne, "05-10", firm.office, salary="3000.00")
    firm.move(anne, "06-01", firm.sales, rank="ZL")
    assert held(anne) == [("GW", "03-01", "05-10"), ("ZL", "06-01", None)]
    close_and_verify(firm, APRIL, MAY, JUNE, JULY)
    assert slip(anne, JULY).rank == "ZL"


def test_only_signed_it_counts_and_makes_the_computed_month_stale(firm: Firm) -> None:
    anne = firm.seller("GW")
    assert not firm.close(APRIL, lock=False).blockers
    decision = decide(anne, APRIL, "GJ")
    assert held(anne) == [("GW", "03-01", None)]
    assert not firm.close(APRIL, lock=False).blockers
    assert any("重新计算" in note or "重算" in note for note in effect_of(wanted_by(decision)).notes)
    sign(decision)
    assert held(anne) == [("GW", "03-01", "04-01"), ("GJ", "04-01", None)]
    assert is_stale(MonthRun.objects.latest("pk"))
    assert slip(anne).rank == "GW"
    close_and_verify(firm, APRIL)
    assert slip(anne).rank == "GJ"


def test_the_recomputation_finds_what_does_not_follow_from_the_decision(firm: Firm) -> None:
    anne = firm.seller("GW")
    firm.sells(anne, "70000.00", "05-10")
    close_and_verify(firm, APRIL)
    give(anne, MAY, "GJ")
    RankHolding.objects.filter(employee=anne, rank="GJ").update(rank="GW")
    firm.close(MAY, lock=False)
    assert str(slip(anne, MAY).base_pay) == "2000.00"
    assert any("2800.00" in told or "2,800.00" in told for told in found(MAY))
    RankHolding.objects.filter(employee=anne, start=on("05-01")).update(rank="GJ")
    firm.close(MAY, lock=False)
    assert found(MAY) == []
    BasePayLine.objects.filter(month=MAY, employee=anne).update(amount=Decimal("2800.01"))
    assert found(MAY)


def test_a_later_decision_replaces_one_of_the_same_month_or_takes_it_back(firm: Firm) -> None:
    anne = firm.seller("GW")
    firm.sells(anne, "25000.00", "04-10")
    close_and_verify(firm, APRIL)
    give(anne, MAY, "GJ")
    give(anne, MAY, "ZS")
    assert held(anne) == [("GW", "03-01", "05-01"), ("ZS", "05-01", None)]
    back = decide(anne, MAY, "")
    assert held(anne)[-1][0] == "ZS"
    sign(back)
    assert held(anne) == [("GW", "03-01", None)]
    close_and_verify(firm, MAY)
    assert (assessment(anne, MAY).cycle_month, assessment(anne, MAY).outcome) == (2, "demoted")
    with pytest.raises(RankRefused, match="无可收回"):
        look_at_rank(wanted(anne, JUNE, ""), by=user(Role.HR))


REFUSED: dict[str, tuple[Callable[[Firm, Employee], object], Month, str, str]] = {
    "held already": (lambda _firm, _anne: None, MAY, "GW", "rank"),
    "a locked month": (lambda _firm, _anne: None, APRIL, "GJ", "month"),
    "unknown rank": (lambda _firm, _anne: None, MAY, "XX", "rank"),
    "before any plan": (lambda _firm, _anne: None, Month(1900, 1), "GJ", "month"),
    "not in sales": (lambda firm, anne: firm.move(anne, "05-01", firm.office, salary="1"), MAY, "GJ", "person"),
    "left": (lambda firm, anne: firm.leave(anne, "05-20"), JUNE, "GJ", "person"),
    "one waits": (lambda _firm, anne: decide(anne, MAY, "ZS"), MAY, "GJ", "month"),
    "nothing to take back": (lambda _firm, _anne: None, MAY, "", "month"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_speaks_against_a_decision(firm: Firm, case: str) -> None:
    before, month, rank, field = REFUSED[case]
    anne = firm.seller("GW")
    firm.close(APRIL)
    before(firm, anne)
    count = RankDecision.objects.count()
    with pytest.raises(RankRefused) as refused:
        look_at_rank(wanted(anne, month, rank), by=user(Role.HR))
    assert refused.value.field == field
    with pytest.raises(RankRefused):
        decide_rank(wanted(anne, month, rank), shown="", by=user(Role.HR))
    assert RankDecision.objects.count() == count


def test_who_enters_sales_on_that_day_has_the_rank_of_the_post(firm: Firm) -> None:
    bert = firm.seller("GW", since="05-01")
    with pytest.raises(RankRefused) as refused:
        look_at_rank(wanted(bert, MAY, "GJ"), by=user(Role.HR))
    assert refused.value.field == "month"


def test_two_people_decide(firm: Firm) -> None:
    anne = firm.seller("GW")
    for role in (Role.GENERAL_MANAGER, Role.FINANCE, Role.BRANCH_GM):
        with pytest.raises(RankRefused):
            look_at_rank(wanted(anne, MAY, "GJ"), by=user(role))
    decision = decide(anne, MAY, "GJ")
    shown = effect_of(wanted_by(decision)).digest
    for role in (Role.HR, Role.FINANCE, Role.AUDITOR):
        with pytest.raises(RankRefused):
            sign_rank(decision, shown=shown, by=user(role))
    RankDecision.objects.update(decided_by=user(Role.GENERAL_MANAGER).user)
    with pytest.raises(RankRefused):
        sign_rank(decision, shown=shown, by=user(Role.GENERAL_MANAGER))
    director = user(Role.MARKETING_DIRECTOR)
    Employee.objects.filter(pk=anne.pk).update(user=director.user)
    with pytest.raises(RankRefused):
        sign_rank(decision, shown=shown, by=director)
    with pytest.raises(DatabaseError), transaction.atomic():
        RankDecision.objects.update(
            state=State.SIGNED, signed_by=user(Role.GENERAL_MANAGER).user, signed_at=timezone.now()
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        RankDecision.objects.update(state=State.SIGNED)
    assert held(anne) == [("GW", "03-01", None)]


def test_what_is_signed_is_what_was_shown_and_still_possible(firm: Firm) -> None:
    anne = firm.seller("GW")
    decision = decide(anne, MAY, "GJ")
    shown = effect_of(wanted_by(decision)).digest
    firm.close(APRIL, lock=False)
    with pytest.raises(EffectChanged):
        sign_rank(decision, shown=shown, by=user(Role.GENERAL_MANAGER))
    firm.close(APRIL)
    firm.close(MAY)
    with pytest.raises(RankRefused):
        sign_rank(decision, shown=shown, by=user(Role.GENERAL_MANAGER))
    withdraw_rank(decision, by=user(Role.HR))
    decision.refresh_from_db()
    assert decision.state == State.WITHDRAWN


def test_it_is_sent_back_or_withdrawn_before_the_signature(firm: Firm) -> None:
    anne = firm.seller("GW")
    decision = decide(anne, MAY, "GJ")
    with pytest.raises(RankRefused):
        send_rank_back(decision, reason=" ", by=user(Role.GENERAL_MANAGER))
    send_rank_back(decision, reason="附上考核表", by=user(Role.GENERAL_MANAGER))
    with pytest.raises(RankRefused):
        sign_rank(decision, shown="", by=user(Role.GENERAL_MANAGER))
    again = decide(anne, MAY, "GJ")
    withdraw_rank(again, by=user(Role.HR))
    with pytest.raises(RankRefused):
        withdraw_rank(again, by=user(Role.HR))
    assert list(RankDecision.objects.order_by("pk").values_list("state", "closed_because")) == [
        ("returned", "附上考核表"),
        ("withdrawn", ""),
    ]
    assert held(anne) == [("GW", "03-01", None)]


@pytest.mark.parametrize("month", [APRIL, MAY])
def test_once_signed_it_stays(firm: Firm, month: Month) -> None:
    anne = firm.seller("GW")
    give(anne, month, "GJ")
    firm.close(APRIL)
    for change in ({"rank": "ZS"}, {"month": JUNE}, {"state": State.WITHDRAWN, "signed_by": None, "signed_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RankDecision.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        RankDecision.objects.all()._raw_delete("default")
    with pytest.raises(RankRefused):
        withdraw_rank(RankDecision.objects.get(), by=user(Role.HR))


def test_nobody_decides_on_an_own_rank(firm: Firm) -> None:
    anne = firm.seller("GW")
    Employee.objects.filter(pk=anne.pk).update(user=user(Role.HR).user)
    with pytest.raises(RankRefused) as refused:
        decide(Employee.objects.get(pk=anne.pk), MAY, "GJ")
    assert refused.value.field == "person"


@pytest.mark.persons
def test_who_a_decision_is_about_does_not_withdraw_it_nor_does_nobody(firm: Firm) -> None:
    anne, hr = firm.seller("GW"), log_in_of(Role.HR)
    Employee.objects.filter(pk=firm.seller("ZL").pk).update(user=hr)
    asked = wanted(anne, MAY, "GJ")
    decision = decide_rank(asked, shown=effect_of(asked).digest, by=Actor(User.objects.get(pk=hr.pk)))
    own = log_in_of(Role.HR, "anne")
    Employee.objects.filter(pk=anne.pk).update(user=own)
    for log_in in (own, log_in_of(Role.HR, "nobodys")):
        with pytest.raises(RankRefused):
            withdraw_rank(decision, by=Actor(User.objects.get(pk=log_in.pk)))
    assert withdraw_rank(decision, by=Actor(User.objects.get(pk=hr.pk))).state == State.WITHDRAWN
