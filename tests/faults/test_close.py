"""A close goes on by itself through whatever dies, and ends with the rows of an undisturbed one."""

import os
import random
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db.models import F

from compensation.models import CommissionLine
from monthend.lock.selectors_seal import seal_of
from monthend.models import MonthStep
from tests.faults.company import CLOSED
from tests.faults.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.long]

KILLS = int(os.environ.get("SALESORG_FAULT_KILLS") or 30)
KILLS_PER_CLOSE = 5
RESTARTS = 10
RESTARTS_PER_CLOSE = 2


@pytest.fixture(autouse=True)
def _learnt(site: Site) -> None:
    if not site.undisturbed:
        site.learn()


def disturb(site: Site, chance: random.Random, fault: Callable[[], None], times: int) -> None:
    """Close the month while the fault happens at random moments; it ends, and with the right rows."""
    run = site.start()
    began = time.monotonic()
    for moment in sorted(chance.uniform(0, site.seconds) for _fault in range(times)):
        time.sleep(max(0, began + moment - time.monotonic()))
        fault()
    site.finish(run)
    assert seal_of(CLOSED) == site.undisturbed


def test_workers_are_killed(site: Site, chance: random.Random) -> None:
    for _close in range(-(-KILLS // KILLS_PER_CLOSE)):
        disturb(site, chance, lambda: site.kill_a_worker(chance), KILLS_PER_CLOSE)


def test_the_queue_is_flushed_and_restarted(site: Site, chance: random.Random) -> None:
    for _close in range(RESTARTS // RESTARTS_PER_CLOSE):
        disturb(site, chance, site.flush_and_restart_queue, RESTARTS_PER_CLOSE)


def test_the_database_is_restarted(site: Site, chance: random.Random) -> None:
    for _close in range(RESTARTS // RESTARTS_PER_CLOSE):
        disturb(site, chance, site.restart_database, RESTARTS_PER_CLOSE)


def test_each_message_comes_three_times(site: Site) -> None:
    run = site.start(messages=6)
    site.finish(run)
    assert seal_of(CLOSED) == site.undisturbed
    assert not MonthStep.objects.filter(run=run).exclude(state=MonthStep.State.DONE).exists()


def test_a_difference_would_be_seen(site: Site) -> None:
    """The control: the seal of a month in which a single fen differs is another."""
    line = CommissionLine.objects.filter(month=CLOSED).order_by("pk")[:1]
    CommissionLine.objects.filter(pk__in=line.values("pk")).update(amount=F("amount") + Decimal("0.01"))
    assert seal_of(CLOSED) != site.undisturbed
