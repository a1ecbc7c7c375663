"""Verifying streams: a large month needs hardly more memory than a small one."""

import os
import subprocess
import sys

import pytest

from access.actor import CONSOLE
from monthend.close import close_month
from salesorg.benchmark.company import MONTH, Size, build
from salesorg.clones import Clone
from salesorg.state.places import ROOT

RECEIPTS = 20_000
MEGABYTES = 180


@pytest.mark.slow
def test_twenty_thousand_receipts_are_verified_in_little_memory(committed_db: Clone) -> None:
    build(Size(people=500, receipts=RECEIPTS, branches=10))
    close_month(MONTH, lock=False, today=(MONTH + 1).first, by=CONSOLE)
    command = [sys.executable, str(ROOT / "manage.py"), "verify_month", str(MONTH)]
    with subprocess.Popen(command, env=os.environ | committed_db.environment) as verifying:
        _pid, status, used = os.wait4(verifying.pid, 0)
        verifying.returncode = os.waitstatus_to_exitcode(status)
    assert verifying.returncode == 0
    assert used.ru_maxrss / 1024 < MEGABYTES
