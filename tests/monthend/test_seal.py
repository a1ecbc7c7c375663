"""What is locked stays: raw SQL from the application's own log-in against every table of a locked month."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from access.actor import CONSOLE
from access.models import User
from clients.models import Client, Lapse, PoolClaim
from compensation.models import Adjustment, Correction
from funds.models import FundKind, FundLot
from monthend.lock.selectors_seal import seal_of
from monthend.models import MonthRun
from monthend.verify.actions import open_verification, perform_verification
from periods.selectors import is_locked
from rulebook.month import Month
from salesorg.databases.clones import Clone, Databases, connected_to
from staff.models import Absence, Employee, OpeningSales
from tests.firm import APRIL, MAY, TODAY, Firm, on
from tests.monthend.deciding import give

POSTED = {
    # table: (its day, a column that counts)
    "clients_receipt": ("posted_in", "amount"),
    "clients_contract": ("signed_on", "amount"),
    "clients_client": ("registered_on", "registered_owner_id"),
    "clients_assignment": ("date", "developer_id"),
    "clients_lapse": ("date", "owner_id"),
    "clients_poolclaim": ("date", "owner_id"),
    "staff_personnelevent": ("date", "kind"),
    "staff_absence": ("start", "kind"),
    "staff_target": ("month", "amount"),
    "staff_openingsales": ("month", "sales"),
    "staff_post": ("start", "department_id"),
    "staff_rankholding": ("start", "rank"),
    "staff_rankdecision": ("month", "rank"),
    "compensation_supportweight": ("month", "weight"),
    "compensation_correction": ("month", "reason"),
    "compensation_adjustment": ("month", "amount"),
    "funds_fundclaim": ("date", "amount"),
}
RESULTS = {
    "compensation_credit": ("month", "amount"),
    "compensation_commissionline": ("month", "amount"),
    "compensation_supportpool": ("month", "pool"),
    "compensation_supportshare": ("month", "amount"),
    "compensation_basepayline": ("month", "amount"),
    "compensation_payslip": ("month", "sales"),
    "staff_rankassessment": ("month", "sales"),
    "funds_fundlot": ("month", "amount"),
    "funds_claimdecision": ("month", "available"),
    "funds_fundmovement": ("month", "amount"),
    "monthend_monthrun": ("month", "inputs_version"),
    "periods_period": ("month", "state"),
}
TABLES = {**POSTED, **RESULTS}
ATTACKS = {
    "change a value": "UPDATE {table} SET {value} = {other} WHERE {april}",
    "change the value of all": "UPDATE {table} SET {value} = {other}",
    "move out": "UPDATE {table} SET {day} = '2011-09-01' WHERE {april}",
    "move in": "UPDATE {table} SET {day} = '2011-04-01' WHERE {day} >= '2011-05-01'",
    "delete": "DELETE FROM {table} WHERE {april}",
    "delete by join": "DELETE FROM {table} USING periods_period p WHERE p.state = 'locked'",
    "delete and put back": "WITH gone AS (DELETE FROM {table} WHERE {april} RETURNING *) INSERT INTO {table}"
    " SELECT * FROM gone",
    "truncate": "TRUNCATE {table}",
    "truncate what depends too": "TRUNCATE {table} CASCADE",
    "late insert": "INSERT INTO {table} ({columns}) SELECT {late} FROM {table} WHERE {day} >= '2011-05-01'",
    "insert or update": "INSERT INTO {table} SELECT * FROM {table} WHERE {april}"
    " ON CONFLICT (id) DO UPDATE SET {value} = excluded.{value}, {day} = '2011-09-01'",
    "merge": "MERGE INTO {table} t USING {table} s ON t.id = s.id WHEN MATCHED AND s.{day} < '2011-05-01' THEN DELETE",
    "switch the triggers off": "ALTER TABLE {table} DISABLE TRIGGER ALL; DELETE FROM {table}",
    "pretend to be a replica": "SET session_replication_role = replica; DELETE FROM {table}",
    "drop a trigger": "DROP TRIGGER no_truncate ON {table}; TRUNCATE {table}",
    "replace the question": "CREATE OR REPLACE FUNCTION last_locked_day() RETURNS date LANGUAGE sql"
    " AS 'SELECT NULL::date'; DELETE FROM {table}",
    "hide the locked months": "CREATE TEMP TABLE periods_period (month date, state text);"
    " DELETE FROM public.{table} WHERE {april}",
    "hide the runs": "CREATE TEMP TABLE monthend_monthrun (id bigint, month date, state text);"
    " DELETE FROM public.{table}",
    "unlock first": "UPDATE periods_period SET state = 'open'; DELETE FROM {table} WHERE {april}",
}
OF_APRIL = (
    "DELETE FROM compensation_payslip WHERE month = '2011-04-01'",
    "UPDATE compensation_payslip SET bank_account = 'x' WHERE month = '2011-04-01'",
    "DELETE FROM compensation_commissionline WHERE month = '2011-04-01'",
    "UPDATE compensation_basepayline SET amount = amount + 1 WHERE month = '2011-04-01'",
    "DELETE FROM staff_rankholding",
    "UPDATE clients_receipt SET amount = 1",
    "UPDATE monthend_monthstep SET rows = 0",
    "UPDATE staff_employee SET number = number || 'x'",
)
REFUSALS = (
    "lies in a locked month",
    "is locked",
    "locked out of order",
    "not locked from the start",
    "reaches into a locked month",
    "nothing in it can change",
    "permission denied",
    "must be owner",
)


@pytest.fixture(scope="module")
def locked(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Clone]:
    """A database in which April is locked and May is computed, every table filled on both sides."""
    with django_db_blocker.unblock(), databases.clone() as clone:
        _fill(Firm())
        yield clone


@pytest.fixture
def attacked(locked: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database, as the application's log-in; what an attack does is undone."""
    with django_db_blocker.unblock(), connected_to(locked.name), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _fill(firm: Firm) -> None:
    anne, clerk = firm.seller("ZL", since="04-01"), firm.clerk()
    orphan = firm.client(since="04-01")
    firm.assign(orphan, anne, "04-02")
    firm.sells(anne, "300000.00", "04-10")
    firm.receipt(firm.contract(anne, client=orphan, signed="04-05", assistant=clerk), "9000.00", "04-12")
    firm.weigh(clerk, "1")
    firm.claim("1.00", "04-20", fund=FundKind.CLIENT_RELATIONS)
    for month in (APRIL, MAY):
        OpeningSales.objects.create(employee=anne, month=month, sales="1.00")
    FundLot.objects.create(
        month=APRIL - 1, branch=firm.north, fund=FundKind.CLIENT_RELATIONS, amount=100, is_opening=True, usable_months=3
    )
    for start in ("04-10", "05-10"):
        Absence.objects.create(employee=clerk, start=on(start), end=on(start), kind=Absence.Kind.PERSONAL)
    _let_go_and_claim(firm.client(anne, since="04-03"), anne, "04-20")
    _correct(anne, APRIL)
    bert = firm.seller("ZL")
    give(bert, APRIL, "GW")
    firm.close(APRIL)
    give(bert, MAY, "ZL")
    _correct(anne, MAY)
    firm.move(anne, "05-20", firm.south_sales, rank="GW")
    firm.sells(anne, "300000.00", "05-10")
    firm.seller("GW", since="05-02")
    firm.assign(firm.client(since="05-02"), anne, "05-03")
    firm.claim("1.00", "05-20", fund=FundKind.CLIENT_RELATIONS)
    firm.weigh(clerk, "1", MAY)
    _let_go_and_claim(firm.client(anne, since="05-03"), anne, "05-04")
    firm.close(MAY, lock=False)


def _let_go_and_claim(client: Client, owner: Employee, day: str) -> None:
    """A client goes to the open pool, and is claimed on the same day."""
    user, _is_new = User.objects.get_or_create(username="hr", role=User.Role.HR)
    Lapse.objects.create(client=client, date=on(day), owner=owner)
    PoolClaim.objects.create(client=client, date=on(day), owner=owner, claimed_by=user)


def _correct(person: Employee, month: Month) -> None:
    """Other pay, posted in a month."""
    correction = Correction.objects.create(
        number=f"T{month}", month=month, kind=Correction.Kind.OTHER, reason="award", made_at=timezone.now()
    )
    Adjustment.objects.create(month=month, correction=correction, employee=person, amount=100, sales=0)


def rows(table: str) -> list[tuple[object, ...]]:
    day, _value = TABLES[table]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM public.{table} WHERE {day} < '2011-05-01' ORDER BY id")
        found: list[tuple[object, ...]] = cursor.fetchall()
    return found


def attack(table: str, statement: str) -> str:
    day, value = TABLES[table]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            [table],
        )
        types = {name: kind for name, kind in cursor.fetchall() if name != "id"}
    late = {name: f'"{name}"' for name in types} | {day: "'2011-04-01'"}
    if "number" in types:
        late["number"] = "number || 'x'"
    other = f"{value} + 1" if types[value] in ("numeric", "bigint") else f"{value} || 'x'"
    return statement.format(
        table=table,
        day=day,
        april=f"{day} >= '2011-04-01' AND {day} < '2011-05-01'",
        value=value,
        other=other,
        columns=", ".join(f'"{name}"' for name in types),
        late=", ".join(late.values()),
    )


def _refusal(name: str) -> str:
    """How the database refuses; what moves a row may run into the row that is there already first."""
    moves = {"move out", "move in", "late insert", "insert or update"}
    return "|".join(
        (*REFUSALS, "violates unique", "violates exclusion", "violates check") if name in moves else REFUSALS
    )


@pytest.mark.parametrize("table", TABLES)
def test_no_attack_gets_through(attacked: None, table: str) -> None:
    before = rows(table)
    assert before, "nothing to attack"
    for name, statement in ATTACKS.items():
        refused(attack(table, statement), _refusal(name))
        assert rows(table) == before, name


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE monthend_monthstep SET rows = 0",
        "DELETE FROM monthend_monthstep",
        "TRUNCATE monthend_monthstep",
        "UPDATE staff_openingstate SET brought = -1",
        "DELETE FROM staff_openingstate",
        "INSERT INTO staff_openingstate (employee_id, brought, threshold_streak, reinstatement_rank)"
        " SELECT id, 0, 0, '' FROM staff_employee WHERE number = 'P00002'",
        "UPDATE rulebook_planversion SET text = text || ' '",
        "DELETE FROM rulebook_planversion",
        "TRUNCATE rulebook_planversion CASCADE",
        "INSERT INTO rulebook_planversion (version, name, effective_from, text, approved_at, approved_by)"
        " VALUES ('x', '', '2011-03-01', '', now(), '')",
        "UPDATE periods_period SET state = 'open' WHERE month = '2011-04-01'",
        "INSERT INTO periods_period (month, state, plan_version_id) SELECT '2031-01-01', 'locked', plan_version_id"
        " FROM periods_period LIMIT 1",
        "INSERT INTO periods_period (month, state, plan_version_id) SELECT '2011-05-01', 'locked', plan_version_id"
        " FROM periods_period LIMIT 1",
        "UPDATE periods_period SET state = 'locked' WHERE month = '2011-05-01'",
        "DELETE FROM monthend_monthtransition",
        "DELETE FROM monthend_monthverification",
        "UPDATE monthend_monthverification SET seal = ''",
        "UPDATE monthend_monthrun SET link = repeat('a', 64) WHERE state = 'locked'",
        "UPDATE monthend_monthrun SET link = repeat('a', 64) WHERE state <> 'locked'",
        "TRUNCATE monthend_monthverification",
        "UPDATE staff_department SET system = CASE system WHEN 'sales' THEN 'support' ELSE 'sales' END",
        "UPDATE staff_department SET branch_id = (SELECT max(id) FROM staff_branch) WHERE code LIKE 'N%'",
        "UPDATE staff_department SET code = code || 'x'",
        "UPDATE staff_branch SET code = code || 'x'",
        "UPDATE staff_employee SET number = number || 'x'",
        "UPDATE staff_employee SET hired_on = hired_on - 1",
    ],
)
def test_what_has_no_day_stays_too(attacked: None, statement: str) -> None:
    refused(
        statement,
        "|".join(
            (
                *REFUSALS,
                "frozen",
                "a month is locked",
                "in a locked month",
                "only ever",
                "duplicate",
                "of order",
                "no run",
                "locked_run_is_linked",
            )
        ),
    )


def test_a_locked_month_can_be_read_and_an_open_one_changed(attacked: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE compensation_payslip SET bank_name = 'x' WHERE month = '2011-05-01'")
        assert cursor.rowcount == 4
        cursor.execute("UPDATE compensation_payslip SET bank_name = bank_name WHERE month = '2011-04-01'")
    assert seal_of(APRIL) == MonthRun.objects.get(month=APRIL, state="locked").seal


def refused(statement: str, how: str) -> None:
    """The database refuses the statement, and says so."""
    with pytest.raises(DatabaseError, match=how), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_who_began_before_the_lock_does_not_go_on_after_it(committed_db: Clone, level: str) -> None:
    firm = Firm()
    firm.sells(firm.seller("ZL"), "30000.00")
    firm.close(lock=False)
    with closing(psycopg2.connect(committed_db.environment["DATABASE_URL"])) as early, early.cursor() as cursor:
        early.set_session(isolation_level=level)
        cursor.execute("SELECT 1 FROM periods_period")
        verification = open_verification(MonthRun.objects.get().pk, locks=True, by=CONSOLE, today=TODAY)
        perform_verification(verification.pk, today=TODAY)
        assert is_locked(APRIL)
        sealed = seal_of(APRIL)
        for statement in OF_APRIL:
            cursor.execute("SAVEPOINT attack")
            with pytest.raises(psycopg2.Error, match=r"READ COMMITTED only|could not serialize"):
                cursor.execute(statement)
            cursor.execute("ROLLBACK TO attack")
        early.commit()
    assert seal_of(APRIL) == sealed
