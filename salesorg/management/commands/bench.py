import io
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from access.actor import CONSOLE
from compensation.models import CommissionLine, Payslip
from monthend.close import close_month
from salesorg.benchmark.company import MONTH, Size, build
from salesorg.benchmark.lists import RECEIPTS, TIMES, measure_lists
from salesorg.benchmark.month_end import Holding, NotComparable, measure
from salesorg.benchmark.queries import counted_queries
from salesorg.databases.clones import Databases, open_databases

TENTH = 10
MEGABYTE = 1_000_000
PAYROLL, MONTH_END, LISTS = "payroll", "month-end", "lists"


class Command(BaseCommand):
    """Measure a month end on a made-up company in a database of its own."""

    help = (
        f"Build a company in a database of its own and measure its month end. {PAYROLL}: close and lock the month and "
        f"write the payroll workbook. {MONTH_END}: close the month up to the payslips, beside the fastest SQL that "
        f"writes the same rows. {LISTS}: open the admin's lists over the month's rows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=[PAYROLL, MONTH_END, LISTS], default=PAYROLL)
        parser.add_argument("--people", type=int, default=2_000)
        parser.add_argument("--receipts", type=int, default=50_000, help="receipts of the month")
        parser.add_argument("--branches", type=int, default=20)
        parser.add_argument("--disputes", type=int, default=0, help=f"open disputes about contracts of {MONTH_END}")
        parser.add_argument("--workers", type=int, default=1, help=f"worker processes of {MONTH_END}")
        parser.add_argument("--times", type=int, default=TIMES, help=f"how often {LISTS} opens each list")

    def handle(self, *args: Any, **options: Any) -> None:
        size = Size(options["people"], options["receipts"], options["branches"], options["disputes"])
        people = max(size.people // TENTH, size.branches * TENTH)
        small = Size(people, size.receipts // TENTH, size.branches, size.disputes // TENTH)
        with open_databases() as databases:
            databases.ensure_template()
            if options["what"] == MONTH_END:
                self._month_end(databases, small, size, options["workers"])
            elif options["what"] == LISTS:
                self._lists(databases, small, size, options["times"])
            else:
                self._payroll(databases, small, size)

    def _month_end(self, databases: Databases, small: Size, size: Size, workers: int) -> None:
        """Close both companies; the last line is how many times the floor's time the larger one's closing took."""
        try:
            of_small = measure(databases, small, workers)
            closing = measure(databases, size, workers)
        except NotComparable as reason:
            raise CommandError(str(reason)) from reason
        self._describe(size)
        self.stdout.write(f"workers: {workers}, at most {closing.peak_memory / MEGABYTE:,.0f} MB in one")
        self.stdout.write(f"queries: {closing.queries:,}, and {of_small.queries:,} for {small.receipts:,} receipts")
        self.stdout.write(f"rows: {closing.rows:,}, the same ones by the closing and by SQL")
        if size.disputes:
            self._tell_holding(of_small.holding, closing.holding)
        self.stdout.write(f"seal: {closing.seal_seconds:.2f} s")
        self.stdout.write(
            f"verification: {closing.verifying.seconds:.2f} s,"
            f" at most {closing.verifying.peak_memory / MEGABYTE:,.0f} MB"
        )
        self.stdout.write(f"close up to the payslips: {closing.seconds:.2f} s")
        self.stdout.write(f"SQL that writes the same rows: {closing.floor_seconds:.2f} s")
        self.stdout.write(f"ratio {closing.seconds / closing.floor_seconds:.2f}")

    def _tell_holding(self, small: Holding, large: Holding) -> None:
        tenth, whole = (f"{holding.lines:,} lines in {holding.seconds:.3f} s" for holding in (small, large))
        self.stdout.write(f"held: {whole}, and {tenth}")

    def _lists(self, databases: Databases, small: Size, size: Size, times: int) -> None:
        """Every list of both companies, the slowest first, and how the database found the slowest page of receipts."""
        tenth = {(visit.name, visit.role): visit for visit in measure_lists(databases, small, times)}
        visits = sorted(measure_lists(databases, size, times), key=lambda visit: visit.seconds, reverse=True)
        self._describe(size)
        self.stdout.write("  server ms  of a tenth  queries  role                list")
        for visit in visits:
            now, before = visit.seconds * 1000, tenth[visit.name, visit.role].seconds * 1000
            self.stdout.write(f"  {now:9,.0f}  {before:10,.0f}  {visit.queries:7}  {visit.role:18}  {visit.name}")
        of_receipts = next(visit for visit in visits if visit.name.startswith(RECEIPTS))
        self.stdout.write(f"{of_receipts.name}, {of_receipts.role}: {of_receipts.slowest * 1000:,.0f} ms by this plan")
        self.stdout.write("\n".join(f"  {line}" for line in of_receipts.plan))

    def _payroll(self, databases: Databases, *sizes: Size) -> None:
        for size in sizes:
            with databases.clone():
                build(size)
                self._describe(size)
                self._time("close", lambda: close_month(MONTH, lock=True, today=(MONTH + 1).first, by=CONSOLE))
                self.stdout.write(
                    f"  {CommissionLine.objects.count():,} commission lines, {Payslip.objects.count():,} payslips"
                )
                self._write_payroll()

    def _write_payroll(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "payroll.xlsx"
            command = ["export_payroll", str(MONTH), f"--output={file}"]
            self._time("payroll", lambda: call_command(*command, stdout=io.StringIO()))
            self.stdout.write(f"  workbook of {file.stat().st_size:,} bytes")

    def _describe(self, size: Size) -> None:
        self.stdout.write(f"{size.people:,} people, {size.receipts:,} receipts, {size.branches} branches")

    def _time(self, name: str, work: Callable[[], object]) -> None:
        with counted_queries() as queries:
            start = time.perf_counter()
            work()
            seconds = time.perf_counter() - start
        rows = CommissionLine.objects.count()
        self.stdout.write(f"  {name}: {seconds:.2f} s, {rows / seconds:,.0f} lines/s, {queries.count} queries")
