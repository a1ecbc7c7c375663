"""The floor of a closing: the fastest SQL known to us that writes the rows of the made-up company's month.

Fresh tables in a schema of their own: rows first, then the keys, indexes and constraints that the application's tables
have, each table's in one statement. It knows only what occurs in the made-up company: one month, everybody in post
all through it, every refund in the month of its receipt.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import ForeignKey, Model
from psycopg2.extensions import connection as PgConnection
from psycopg2.extensions import cursor as PgCursor
from psycopg2.extras import execute_values

from compensation.models import (
    BasePayLine,
    CommissionLine,
    Credit,
    HeldCommission,
    Payslip,
    SupportPool,
    SupportShare,
)
from funds.models import FundKind, FundLot
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.plan import Fund, Plan
from salesorg.benchmark.floor_rows import ROWS
from staff.models import RankAssessment

TABLES: tuple[type[Model], ...] = (
    Credit, CommissionLine, HeldCommission, BasePayLine, RankAssessment, SupportPool, SupportShare, FundLot, Payslip,
)  # fmt: skip
"""What the floor writes, in the order it fills them."""

_POSTING_MONTH = "FOREIGN KEY (month, receipt_id) REFERENCES public.clients_receipt (posted_in, id)"
_PLAN_TABLES = """
CREATE TEMP TABLE ranks (
    code text, name text, level int, base_salary numeric, threshold_wage numeric, threshold_sales numeric,
    months int, qualifying numeric
) ON COMMIT DROP;
CREATE TEMP TABLE commission_tiers (code text, floor numeric, rate numeric, until numeric) ON COMMIT DROP;
CREATE TEMP TABLE attainment_tiers (use text, floor numeric, rate numeric) ON COMMIT DROP;
CREATE TEMP TABLE funds (fund text, usable_months int) ON COMMIT DROP;
"""


def prepare(owner: PgConnection) -> None:
    """Leave an empty schema for the rows."""
    with owner, owner.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS floor CASCADE")
        cursor.execute("CREATE SCHEMA floor")


def write_month(owner: PgConnection, month: Month, version: PlanVersion) -> None:
    """Write the month's rows and what keeps them sound, in one transaction."""
    plan = version.plan
    numbers = {
        "month": month.first,
        "last": month.last,
        "days": month.days,
        "plan_version": version.pk,
        "assist_share": plan.commission.assist_share,
    }
    with owner, owner.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL maintenance_work_mem = '256MB'")
        _write_plan(cursor, plan)
        for model in TABLES:
            cursor.execute(
                f"CREATE TABLE {_floor(model)} (LIKE {_public(model)} INCLUDING DEFAULTS INCLUDING IDENTITY)"
            )
        for statement in ROWS:
            cursor.execute(statement, numbers)
        for model in TABLES:
            for statement in (_constraints(cursor, model), *_indexes(cursor, model)):
                cursor.execute(statement)


def rows_written(owner: PgConnection) -> int:
    """How many rows the floor wrote."""
    with owner, owner.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {_floor(model)}" for model in TABLES))
        return sum(count for (count,) in cursor.fetchall())


def differing_tables(owner: PgConnection) -> list[str]:
    """The tables in which the floor's rows are not the application's, but for their ids."""
    with owner, owner.cursor() as cursor:
        return [model._meta.db_table for model in TABLES if _differs(cursor, model)]


def _differs(cursor: PgCursor, model: type[Model]) -> bool:
    """References to what the floor writes itself are by its own ids, and left out."""
    compared = (field for field in model._meta.concrete_fields if not field.primary_key)
    columns = ", ".join(f'"{field.column}"' for field in compared if field.related_model not in TABLES)
    ours, theirs = (f"SELECT {columns} FROM {table}" for table in (_floor(model), _public(model)))
    cursor.execute(f"SELECT EXISTS ({ours} EXCEPT ALL {theirs}) OR EXISTS ({theirs} EXCEPT ALL {ours})")
    return bool(_only(cursor))


def _only(cursor: PgCursor) -> Any:
    row = cursor.fetchone()
    assert row is not None  # noqa: S101 - narrows the type
    return row[0]


def _write_plan(cursor: PgCursor, plan: Plan) -> None:
    cursor.execute(_PLAN_TABLES)
    _insert(cursor, "ranks", _ranks(plan))
    _insert(cursor, "commission_tiers", _commission_tiers(plan))
    _insert(cursor, "attainment_tiers", _attainment_tiers(plan))
    _insert(cursor, "funds", ((kind, fund.usable_months) for kind, fund in _funds(plan)))


def _ranks(plan: Plan) -> Iterator[tuple[object, ...]]:
    for rank in plan.ranks:
        needed = rank.qualification
        qualification = (needed.months, needed.sales) if needed else (None, None)
        pay = rank.base_salary, rank.threshold_wage, rank.threshold_sales
        yield rank.code, rank.name, rank.level, *pay, *qualification


def _commission_tiers(plan: Plan) -> Iterator[tuple[object, ...]]:
    for rank in plan.ranks:
        tiers = rank.commission_tiers.rows
        for tier, above in zip(tiers, (*tiers[1:], None), strict=True):
            yield rank.code, tier.floor, tier.rate, above.floor if above else "Infinity"


def _attainment_tiers(plan: Plan) -> Iterator[tuple[object, ...]]:
    yield from (("support_bonus", tier.floor, tier.rate) for tier in plan.support_bonus.tiers.rows)
    yield from ((kind, tier.floor, tier.rate) for kind, fund in _funds(plan) for tier in fund.tiers.rows)


def _funds(plan: Plan) -> list[tuple[str, Fund]]:
    return [
        (FundKind.CLIENT_RELATIONS.value, plan.client_relations),
        (FundKind.COMPANY_ACTIVITY.value, plan.company_activity),
    ]


def _insert(cursor: PgCursor, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    execute_values(cursor, f"INSERT INTO {table} VALUES %s", list(rows))


def _constraints(cursor: PgCursor, model: type[Model]) -> str:
    """The statement that adds a table's keys and checks, the foreign keys among them."""
    cursor.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'c')",
        [_public(model)],
    )
    added = [definition for (definition,) in cursor.fetchall()]
    added += [_foreign_key(field) for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    if model in (Credit, CommissionLine):
        added.append(_POSTING_MONTH)
    return f"ALTER TABLE {_floor(model)} {', '.join(f'ADD {definition}' for definition in added)}"


def _foreign_key(field: "ForeignKey[Any, Any]") -> str:
    target = field.related_model
    table = _floor(target) if target in TABLES else _public(target)
    return f'FOREIGN KEY ("{field.column}") REFERENCES {table} (id)'


def _indexes(cursor: PgCursor, model: type[Model]) -> list[str]:
    """The statements that make the indexes which no key makes."""
    cursor.execute(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT indisprimary AND NOT indisunique",
        [_public(model)],
    )
    return [definition.replace(" ON public.", " ON floor.") for (definition,) in cursor.fetchall()]


def _floor(model: type[Model]) -> str:
    return f"floor.{model._meta.db_table}"


def _public(model: type[Model]) -> str:
    return f"public.{model._meta.db_table}"
