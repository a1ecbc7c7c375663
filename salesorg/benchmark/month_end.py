"""A closing measured against the floor: the fastest hand-written SQL that writes the same rows."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from psycopg2.extensions import connection as PgConnection

from access.actor import CONSOLE
from compensation.corrections.selectors_holds import held_contracts
from compensation.models import HeldCommission
from compensation.month.actions_hold import hold_commissions
from monthend.lock.selectors_seal import seal_of
from monthend.models import MonthRun
from monthend.runs import start_run
from periods.copying import clear_rows
from rulebook.selectors import plan_version_at
from salesorg.benchmark import floor
from salesorg.benchmark.company import MONTH, Size, build
from salesorg.benchmark.owner import gather_statistics, owner_connection
from salesorg.benchmark.queries import counted_queries
from salesorg.benchmark.workers import Verifying, started_workers
from salesorg.databases.clones import Databases
from staff.models import Branch

_FLOORS = 3


class NotComparable(Exception):
    """The closing failed, or the floor's rows are not the application's."""


@dataclass(frozen=True, slots=True)
class Holding:
    """How many lines the step of holds holds, and what it takes for all branches; seconds."""

    lines: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a company's month up to the payslips took; seconds, and bytes per worker."""

    seconds: float
    queries: int
    peak_memory: int
    rows: int
    floor_seconds: float
    seal_seconds: float
    holding: Holding
    verifying: Verifying


def measure(databases: Databases, size: Size, workers: int) -> Closing:
    """Build the company in a database of its own, close its month, and write the same rows by the floor's SQL.

    The floor is the median of three. A commit waits for the disk in both. Raises NotComparable.
    """
    with databases.clone(durable=True) as clone, started_workers(workers, clone.environment) as hands:
        build(size)
        with owner_connection(clone) as owner:
            gather_statistics(owner)
            with counted_queries() as queries:
                start = time.perf_counter()
                run = start_run(MONTH, by=CONSOLE)
                works = hands.work_on(run.pk)
                seconds = time.perf_counter() - start
            _require_computed(run.pk)
            floor_seconds = statistics.median(_floor_seconds(owner) for _run in range(_FLOORS))
            if different := floor.differing_tables(owner):
                raise NotComparable(f"The floor's rows differ from the closing's in {', '.join(different)}.")
            verifying = hands.verify(MONTH)
            if verifying.differences:
                raise NotComparable("\n".join(["The verification finds:", *verifying.differences[:10]]))
            return Closing(
                seconds=seconds,
                queries=queries.count + sum(work.queries for work in works),
                peak_memory=max(work.peak_memory for work in works),
                rows=floor.rows_written(owner),
                floor_seconds=floor_seconds,
                seal_seconds=_seconds(lambda: seal_of(MONTH)),
                holding=_holding(),
                verifying=verifying,
            )


@transaction.atomic
def _holding() -> Holding:
    """Hold the lines anew."""
    branches = list(Branch.objects.values_list("pk", flat=True))
    lines = 0

    def hold() -> None:
        nonlocal lines
        holds = held_contracts(MONTH)
        lines = sum(hold_commissions(MONTH, branch, holds) for branch in branches)

    clear_rows(HeldCommission.objects.filter(month=MONTH))
    return Holding(seconds=_seconds(hold), lines=lines)


def _require_computed(run_id: int) -> None:
    run = MonthRun.objects.get(pk=run_id)
    problems = list(run.steps.exclude(problem="").values_list("problem", flat=True))
    if run.state != MonthRun.State.COMPUTED or problems:
        raise NotComparable("\n".join([f"The run is {run.state}.", *problems]))


def _floor_seconds(owner: PgConnection) -> float:
    floor.prepare(owner)
    version = plan_version_at(MONTH)
    return _seconds(lambda: floor.write_month(owner, MONTH, version))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
