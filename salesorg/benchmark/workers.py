"""Worker processes of a benchmark: each works on a run as a Celery worker does, and tells what it took."""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

from rulebook.month import Month

_LOOK_AGAIN_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Work:
    """What one worker took for its part of a run; `peak_memory` in bytes."""

    queries: int
    peak_memory: int


@dataclass(frozen=True, slots=True)
class Verifying:
    """What one worker took to verify a month, and what it found; `peak_memory` in bytes."""

    seconds: float
    differences: Sequence[str]
    peak_memory: int


class Workers:
    """So many processes with a connection each."""

    def __init__(self, pool: ProcessPoolExecutor, number: int) -> None:
        self._pool = pool
        self._number = number

    def work_on(self, run_id: int) -> list[Work]:
        """Let all of them work on a run until it is finished."""
        return list(self._pool.map(_work, [run_id] * self._number))

    def verify(self, month: Month) -> Verifying:
        """Let one of them verify a computed month."""
        return self._pool.submit(_verify, month).result()


@contextmanager
def started_workers(number: int, environment: Mapping[str, str]) -> Iterator[Workers]:
    """Worker processes that have started and wait for work, for the database that the environment names."""
    spawn = multiprocessing.get_context("spawn")
    alone = {**environment, "REDIS_URL": "memory://localhost/"}  # what wakes a worker is no worker's of the application
    with ProcessPoolExecutor(number, mp_context=spawn, initializer=_start, initargs=(alone,)) as pool:
        list(pool.map(_is_ready, range(number)))
        yield Workers(pool, number)


def _start(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    django.setup()


def _is_ready(_number: int) -> None:
    from django.db import connection

    import monthend.tasks  # noqa: F401

    connection.ensure_connection()
    time.sleep(_LOOK_AGAIN_SECONDS)


def _work(run_id: int) -> Work:
    """Work on a run as a worker that is woken whenever there may be a step to take."""
    from monthend.models import MonthRun
    from monthend.work import work_on
    from salesorg.benchmark.queries import counted_queries

    run = MonthRun.objects.filter(pk=run_id, state=MonthRun.State.RUNNING)
    with counted_queries() as queries:
        work_on(run_id)
    while run.exists():
        time.sleep(_LOOK_AGAIN_SECONDS)
        with counted_queries() as more:
            work_on(run_id)
        queries.count += more.count
    return Work(queries.count, peak_memory())


def _verify(month: Month) -> Verifying:
    from monthend.verify.month import verify_month

    differences: list[str] = []
    start = time.perf_counter()
    verify_month(month, kept_seal="", tell=differences.append)
    return Verifying(time.perf_counter() - start, differences, peak_memory())


def peak_memory() -> int:
    """The most memory (bytes) that this process ever held.

    Where the system tells it, since the program started: getrusage counts what the process that forked it held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(held.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
