"""Tables in front of the official ones: in them the month end computes aside, and nothing of it is ever committed.

They lie in a schema of their own that the transaction searches first, so the steps run unchanged. They are emptied and
filled within the transaction, which gives each a new file that the rollback removes: others see nothing of it, and
nothing stays behind. Two previews at once wait for each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InternalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg2 import sql

from compensation.models import (
    BasePayLine,
    CommissionLine,
    Credit,
    HeldCommission,
    Payslip,
    SupportPool,
    SupportShare,
)
from funds.models import ClaimDecision, FundLot, FundMovement
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.month import Month
from staff.careers.actions import rebuild_careers
from staff.models import Employee, Post, RankAssessment, RankHolding, Target

SCHEMA = "aside"
"""Where the tables lie; `migrate` makes them (monthend/preview/scratch.py)."""

_NONE = "false"
_EARLIER = "month < %(first)s"
_REVERSED_LATER = """
    month < %(first)s AND receipt_id IN
        (SELECT reverses_id FROM public.clients_receipt WHERE posted_in BETWEEN %(first)s AND %(last)s)
"""

STARTING_STATE: dict[type[Model], str] = {
    Credit: _REVERSED_LATER,
    CommissionLine: _REVERSED_LATER,
    HeldCommission: _NONE,
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

_TABLES = sql.SQL(", ").join(sql.Identifier(SCHEMA, model._meta.db_table) for model in STARTING_STATE)
_EMPTY = sql.SQL("TRUNCATE {tables}").format(tables=_TABLES)
_COUNT_ROWS = sql.SQL("ANALYZE {tables}").format(tables=_TABLES)
"""For the planner; before PostgreSQL 17 only an owner may, and it is skipped with a warning."""
_FILL = sql.SQL("INSERT INTO {scratch} OVERRIDING SYSTEM VALUE SELECT * FROM public.{table} WHERE {kept}")
_WRITTEN_ELSEWHERE = """
    SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables WHERE schemaname <> %s
"""


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

    Raises InternalError on leaving if anything was written to a table that is not shadowed; it is undone like the
    rest. Use it within `one_view`.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY)
            for model, kept in STARTING_STATE.items():
                _fill(cursor, model, kept, first, last)
            cursor.execute(_COUNT_ROWS)
            cursor.execute(sql.SQL("SET LOCAL search_path = {}, public").format(sql.Identifier(SCHEMA)))
        before = _written_elsewhere()
        Period.objects.update(state=Period.State.LOCKED)
        rebuild_careers(list(Employee.objects.order_by().values_list("pk", flat=True)))
        yield
        if _written_elsewhere() != before:
            raise InternalError("a preview wrote to an official table; it was undone")
        transaction.set_rollback(True)


def _fill(cursor: CursorWrapper, model: type[Model], kept: str, first: Month, last: Month) -> None:
    name = model._meta.db_table
    values = {"first": first.first, "before": (first - 1).first, "last": last.last}
    scratch, table = sql.Identifier(SCHEMA, name), sql.Identifier(name)
    cursor.execute(_FILL.format(scratch=scratch, table=table, kept=sql.SQL(kept)), values)


def _written_elsewhere() -> int:
    """How many rows of official tables this transaction, and what its session did shortly before, wrote."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN_ELSEWHERE, [SCHEMA])
        return int(cursor.fetchone()[0])
