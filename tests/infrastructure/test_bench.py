"""bin/bench, on companies of a few people."""

import re
import subprocess
import sys

import pytest

from salesorg.state.places import ROOT

pytestmark = pytest.mark.slow


def bench(*arguments: str) -> list[str]:
    """The lines that a benchmark prints."""
    command = [sys.executable, str(ROOT / "manage.py"), "bench", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_closing_beside_the_sql_that_writes_the_same_rows(workers: str) -> None:
    """In the second one some contracts are in dispute."""
    disputes = 20 if workers == "2" else 0
    size = ("--people=40", "--receipts=400", "--branches=2", f"--disputes={disputes}")
    lines = bench("month-end", *size, f"--workers={workers}")
    assert re.fullmatch(r"ratio \d+\.\d\d", lines[-1])
    text = "\n".join(lines)
    for measured in (r"close up to the payslips: [\d.]+ s", r"rows: \d+", r"seal: [\d.]+ s", r"verification: [\d.]+ s"):
        assert re.search(measured, text), text
    queries = re.search(r"queries: ([\d,]+), and ([\d,]+) for 40 receipts", text)
    assert queries, text
    held = re.search(r"held: (\d+) lines in [\d.]+ s, and (\d+) lines", text)
    assert (int(held[1]) >= 20 and int(held[2]) >= 2) if held else not disputes
    if workers == "1":
        # Ten times the receipts take no query more, but that a step which finds nothing to write says so to nobody.
        assert 0 <= int(queries[1]) - int(queries[2]) <= 1


def test_a_payroll_is_written() -> None:
    lines = bench("--people=20", "--receipts=40", "--branches=2")
    assert re.search(r"payroll: [\d.]+ s, .* lines/s, \d+ queries", "\n".join(lines))


def test_lists_are_opened() -> None:
    lines = bench("lists", "--people=40", "--receipts=400", "--branches=2", "--times=1")
    for role in ("marketing_director", "branch_gm"):
        assert [line for line in lines if re.search(rf" {role} +receipts by the client's name$", line)], lines
    assert re.search(r"receipts.*: [\d,]+ ms by this plan\n .*\n", "\n".join(lines))
