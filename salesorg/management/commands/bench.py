import io
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from access.actor import CONSOLE
from compensation.models import CommissionLine, Payslip
from monthend.close import close_month
from salesorg.benchmark.company import MONTH, Size, build
from salesorg.clones import open_databases

TENTH = 10


class Command(BaseCommand):
    """Measure closing a month and writing its payroll, on a made-up company in a database of its own."""

    help = "Build a company, close its month, write its payroll; print seconds, rows per second and queries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=["month-end"], default="month-end")
        parser.add_argument("--people", type=int, default=2_000)
        parser.add_argument("--receipts", type=int, default=50_000)
        parser.add_argument("--branches", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        size = Size(options["people"], options["receipts"], options["branches"])
        small = Size(max(size.people // TENTH, size.branches * TENTH), size.receipts // TENTH, size.branches)
        with open_databases() as databases:
            databases.ensure_template()
            for company in (small, size):
                with databases.clone():
                    self._measure(company)

    def _measure(self, size: Size) -> None:
        build(size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"{size.people:,} people, {size.receipts:,} receipts, {size.branches} branches")
        self._time("close", lambda: close_month(MONTH, lock=True, today=(MONTH + 1).first, by=CONSOLE))
        lines, slips = CommissionLine.objects.count(), Payslip.objects.count()
        self.stdout.write(f"  {lines:,} commission lines, {slips:,} payslips")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "payroll.xlsx"
            command = ["export_payroll", str(MONTH), f"--output={file}"]
            self._time("payroll", lambda: call_command(*command, stdout=io.StringIO()))
            self.stdout.write(f"  workbook of {file.stat().st_size:,} bytes")

    def _time(self, name: str, work: Callable[[], object]) -> None:
        with counted_queries() as queries:
            start = time.perf_counter()
            work()
            seconds = time.perf_counter() - start
        rows = CommissionLine.objects.count()
        self.stdout.write(f"  {name}: {seconds:.2f} s, {rows / seconds:,.0f} lines/s, {queries.count} queries")


class QueryCount:
    """How many statements were sent; COPY goes past Django and is one statement per table written."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.count += 1
        return execute(*args)


@contextmanager
def counted_queries() -> Iterator[QueryCount]:
    """Count the statements sent in a block."""
    queries = QueryCount()
    with connection.execute_wrapper(queries):
        yield queries
