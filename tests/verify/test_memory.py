"""Verifying streams: a large month needs hardly more memory than a small one."""

import pytest

from access.actor import CONSOLE
from monthend.close import close_month
from salesorg.benchmark.company import MONTH, Size, build
from salesorg.benchmark.workers import started_workers
from salesorg.databases.clones import Clone

RECEIPTS = 20_000
MEGABYTES = 180


@pytest.mark.slow
def test_twenty_thousand_receipts_are_verified_in_little_memory(committed_db: Clone) -> None:
    build(Size(people=500, receipts=RECEIPTS, branches=10))
    close_month(MONTH, lock=False, today=(MONTH + 1).first, by=CONSOLE)
    with started_workers(1, committed_db.environment) as workers:
        verifying = workers.verify(MONTH)
    assert not verifying.differences
    assert verifying.peak_memory < MEGABYTES * 2**20
