"""Temporary tables in front of the official ones: in them the month end computes aside, and can write nowhere else.

PostgreSQL looks for a table without a schema among the session's temporary ones first, so the steps run unchanged. The
temporary tables have the official ones' checks and keys, but no triggers and no foreign keys.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg2 import sql

from compensation.models import BasePayLine, CommissionLine, Credit, Payslip, SupportPool, SupportShare
from funds.models import ClaimDecision, FundLot, FundMovement
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.month import Month
from staff.actions_careers import rebuild_careers
from staff.models import Employee, Post, RankAssessment, RankHolding, Target

_NONE = "false"
_EARLIER = "month < %(first)s"
_REVERSED_LATER = """
    month < %(first)s AND receipt_id IN
        (SELECT reverses_id FROM public.clients_receipt WHERE posted_in BETWEEN %(first)s AND %(last)s)
"""

STARTING_STATE: dict[type[Model], str] = {
    Credit: _REVERSED_LATER,
    CommissionLine: _REVERSED_LATER,
    BasePayLine: _NONE,
    Payslip: "month = %(before)s",
    SupportPool: _NONE,
    SupportShare: _NONE,
    FundLot: _EARLIER,
    FundMovement: _EARLIER,
    ClaimDecision: _NONE,
    RankAssessment: _EARLIER,
    Post: "true",
    RankHolding: "true",
    Period: _EARLIER,
    Target: "month BETWEEN %(first)s AND %(last)s",
    PlanVersion: "true",
}
"""Every table that the month end writes or a what-if changes, each with the official rows it begins with."""

_CREATE = sql.SQL("CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL) ON COMMIT DROP")
_FILL = sql.SQL("INSERT INTO pg_temp.{table} SELECT * FROM public.{table} WHERE {kept}")
_NUMBER = sql.SQL(
    "SELECT setval(pg_get_serial_sequence(%(name)s, 'id'), (SELECT coalesce(max(id), 1) FROM public.{table}))"
)
_COUNT_ROWS = sql.SQL("ANALYZE pg_temp.{table}")


@contextmanager
def one_view() -> Iterator[None]:
    """A transaction that sees the database as it is now, whatever others commit meanwhile, and is rolled back.

    It takes no lock that a closing or an import waits for, and waits for none of theirs. Raises RuntimeError inside
    another transaction.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
        transaction.set_rollback(True)


@contextmanager
def shadowed(first: Month, last: Month) -> Iterator[None]:
    """Shadow the month end's tables as the months before `first` left them; all that is written is gone on leaving.

    Whatever writes to a table that is not shadowed raises InternalError: the transaction is read-only, from which
    PostgreSQL excepts temporary tables alone. Use it within `one_view`.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            for model, kept in STARTING_STATE.items():
                _shadow(cursor, model, kept, first, last)
            cursor.execute("SET TRANSACTION READ ONLY")
        Period.objects.update(state=Period.State.LOCKED)
        rebuild_careers(list(Employee.objects.order_by().values_list("pk", flat=True)))
        yield
        transaction.set_rollback(True)


def _shadow(cursor: CursorWrapper, model: type[Model], kept: str, first: Month, last: Month) -> None:
    name = model._meta.db_table
    table = sql.Identifier(name)
    values = {"first": first.first, "before": (first - 1).first, "last": last.last}
    cursor.execute(_CREATE.format(table=table))
    cursor.execute(_FILL.format(table=table, kept=sql.SQL(kept)), values)
    cursor.execute(_NUMBER.format(table=table), {"name": f"pg_temp.{name}"})
    cursor.execute(_COUNT_ROWS.format(table=table))
