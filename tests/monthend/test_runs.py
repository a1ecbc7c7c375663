"""Runs under many hands: one run however often it is started, each step once, the same result."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from access.actor import CONSOLE
from clients.history.actions import rebuild_histories
from compensation.models import CommissionLine
from monthend import work
from monthend.close import close_month
from monthend.models import MonthRun, MonthStep
from monthend.runs import finish_run, start_run
from monthend.steps import steps_of
from periods.models import Period
from salesorg.databases.clones import Clone
from tests.firm import APRIL, TODAY, Firm
from tests.waiting import somebody_waits, until

HANDS = 8


def at_once(call: Callable[[], object], times: int = HANDS) -> list[object]:
    """Call something from many threads, each with a connection of its own."""

    def alone(_number: int) -> object:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(alone, range(times)))


@pytest.fixture
def firm(committed_db: Clone) -> Firm:
    firm = Firm()
    for department in (firm.sales, firm.south_sales):
        for _person in range(5):
            anne = firm.seller("ZL", department=department)
            firm.sells(anne, "20000.00")
    rebuild_histories()
    return firm


def test_fifty_starts_at_once_give_one_run(firm: Firm) -> None:
    runs = at_once(lambda: start_run(APRIL, by=CONSOLE).pk, times=50)
    assert len(set(runs)) == 1
    assert MonthStep.objects.count() == 2 * len(steps_of(APRIL))


def test_many_hands_do_each_step_once(firm: Firm) -> None:
    run = start_run(APRIL, by=CONSOLE)
    at_once(lambda: work.work_on(run.pk))
    work.work_on(run.pk)
    assert Period.objects.get().state == Period.State.COMPUTED
    assert CommissionLine.objects.count() == 10
    assert not MonthStep.objects.exclude(state=MonthStep.State.DONE).exists()


def test_who_waits_for_a_step_goes_on_when_another_has_done_it(firm: Firm) -> None:
    run = start_run(APRIL, by=CONSOLE)
    last = MonthStep.objects.filter(run=run, name=MonthStep.Name.CREDIT).latest("pk")
    MonthStep.objects.filter(run=run, name=MonthStep.Name.CREDIT).exclude(pk=last.pk).update(state="done", rows=0)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            MonthStep.objects.select_for_update().get(pk=last.pk)
            closing = pool.submit(at_once, lambda: work.work_on(run.pk, wait=True), 1)
            until(somebody_waits)
            last.state = MonthStep.State.DONE
            last.save()
        closing.result()
    run.refresh_from_db()
    assert run.state == MonthRun.State.COMPUTED


def test_closings_at_once_take_turns(firm: Firm) -> None:
    reports = at_once(lambda: close_month(APRIL, lock=False, today=TODAY, by=CONSOLE).lines)
    assert reports == [10] * HANDS


def test_a_run_is_not_finished_while_a_step_waits(firm: Firm) -> None:
    run = start_run(APRIL, by=CONSOLE)
    assert not finish_run(run.pk)
    assert MonthRun.objects.get().state == MonthRun.State.RUNNING


def test_the_sweep_finds_runs_that_nobody_works_on(firm: Firm) -> None:
    run = start_run(APRIL, by=CONSOLE)
    assert work.sweep() == [run.pk]
    work.work_on(run.pk)
    assert work.sweep() == []
